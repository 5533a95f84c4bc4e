"""Trains the combinations of a job: what the store has is taken from there, failures are noted and the rest goes on."""

import itertools
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import torch

from rnnbench.common.errors import UserError, is_of_the_machine
from rnnbench.data.corpus import Corpus, read_corpus
from rnnbench.models.engine import Engine
from rnnbench.pipeline.plan.training import code_of
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import CombinationSpec, JobSpec, RunSpec
from rnnbench.results.store import path_of, write_run
from rnnbench.training.combination import combination_from, train_combination
from rnnbench.training.engines.cuda.engine import cuda_engine
from rnnbench.training.engines.devices import share_gpus
from rnnbench.training.engines.eager import TorchEngine
from rnnbench.training.engines.native.engine import native_engine
from rnnbench.training.engines.selection import EngineChoice
from rnnbench.training.loop import Run
from rnnbench.training.settings import Training


def train_job(job: JobSpec, threads: int = 1) -> dict[str, str]:
    """Train what is missing of a job's combinations; return digest -> message of the runs that failed."""
    return {digest: message for failed in train_each(job, threads) for digest, message in failed.items()}


def train_each(job: JobSpec, threads: int = 1) -> Iterator[dict[str, str]]:
    """Train what is missing of a job, and yield after each combination digest -> message of its runs that failed.

    Native code trains as many runs at a time as there are threads; torch has one thread, since jobs share the cores.
    """
    torch.set_num_threads(1)
    if job.device == "cuda":
        share_gpus()
    corpus, total = read_corpus(Path(job.data)), len(job.combinations)
    for i, combination in enumerate(job.combinations, 1):
        begin = time.perf_counter()
        failed = _train(job, combination, corpus, threads)
        name = ", ".join(Runs(job, combination).names.values())
        print(f"{i}/{total} {name}: {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
        yield failed


def _train(job: JobSpec, combination: CombinationSpec, corpus: Corpus, threads: int) -> dict[str, str]:
    """Train what the store does not have; return digest -> message of the runs that failed."""
    failed: dict[str, str] = {}
    for _, stack in itertools.groupby(combination.runs, key=lambda run: run.stack):
        runs = missing(combination, list(stack))
        try:
            if runs:
                _train_stack(job, combination, corpus, runs, threads)
        except Exception as error:  # whatever it is, the others go on and the report shows this one
            if is_of_the_machine(error):
                raise
            message = _message(error)
            print(f"failed: {message}", file=sys.stderr, flush=True)
            failed |= {run.digest: message for run in runs}
    return failed


def missing(combination: CombinationSpec, stack: list[RunSpec]) -> list[RunSpec]:
    """Return the runs of a stack to train: those that the store lacks, or all where a run depends on its company."""
    lacking = [run for run in stack if not path_of(run.digest).exists()]
    return lacking if combination.engine.is_by_run or not lacking else stack


def _message(error: Exception) -> str:
    """Return one line about an error; where it is not the user's mistake, print where it came from."""
    if isinstance(error, UserError):
        return "; ".join(str(error).splitlines())
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _train_stack(
    job: JobSpec, combination: CombinationSpec, corpus: Corpus, stack: list[RunSpec], threads: int
) -> None:
    built, engine = combination_from(**job.settings_of(combination)), combination.engine
    code = code_of(built.encoder, built.architecture.cell, engine)
    if (combination.code, combination.engine_version) != (code, tuple(engine.version)):
        raise UserError("the code was changed after this was planned, or the machine; run snakemake again")
    runs = [Run(run.seed, run.learning_rate) for run in stack]
    training = Training(**job.training)
    results = train_combination(built, corpus, runs, training, job.device, _opened(engine, threads))
    for run, result in zip(stack, results, strict=True):
        write_run(run.digest, result.record, result.tensors)


def _opened(choice: EngineChoice, threads: int) -> Engine:
    if choice.name == "native":
        return native_engine(threads)
    return cuda_engine() if choice.name == "cuda" else TorchEngine()
