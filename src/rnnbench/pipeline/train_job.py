"""Trains the combinations of a job: what the store has is taken from there, failures are noted and the rest goes on."""

import sys
import time
import traceback
from collections.abc import Iterator

import torch

from rnnbench.common.errors import UserError, is_of_the_machine
from rnnbench.data.corpora import Corpora
from rnnbench.models.engine import Engine
from rnnbench.pipeline.plan.training import code_of
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import CombinationSpec, JobSpec, RunSpec
from rnnbench.results.store import write_run
from rnnbench.training.combination import combination_from, train_combination
from rnnbench.training.engines.cuda.engine import cuda_engine
from rnnbench.training.engines.devices import share_gpus
from rnnbench.training.engines.eager import TorchEngine
from rnnbench.training.engines.native.engine import native_engine
from rnnbench.training.engines.selection import EngineChoice
from rnnbench.training.loop import Run
from rnnbench.training.settings import Training

WITHOUT_RATE = "not trained, since the search for its learning rate failed: "
"""What the message of the other blocks begins with, before that of a run of the search."""


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
    corpora, total = Corpora(job.data), len(job.combinations)
    for i, combination in enumerate(job.combinations, 1):
        begin = time.perf_counter()
        failed = _train(job, combination, corpora, threads)
        name = ", ".join(Runs(job, combination).names.values())
        print(f"{i}/{total} {name}: {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
        yield failed


def _train(job: JobSpec, combination: CombinationSpec, corpora: Corpora, threads: int) -> dict[str, str]:
    """Train what the store does not have; return digest -> message of the runs that failed."""
    failed: dict[str, str] = {}
    # What the search finds says what is to be trained next.
    while stacks := [stack for stack in Runs(job, combination).todo if not any(run.digest in failed for run in stack)]:
        for stack in stacks:
            try:
                _train_stack(job, combination, corpora, stack, threads)
            except Exception as error:  # whatever it is, the others go on and the report shows this one
                if is_of_the_machine(error):
                    raise
                message = _message(error)
                print(f"failed: {message}", file=sys.stderr, flush=True)
                failed |= {run.digest: message for run in stack}
    runs = Runs(job, combination)
    if failed and runs.choice.missing:
        message = WITHOUT_RATE + next(iter(failed.values()))
        failed |= {run.digest: message for run, record in runs.records if not (record or run.digest in failed)}
    return failed


def _message(error: Exception) -> str:
    """Return one line about an error; where it is not the user's mistake, print where it came from."""
    if isinstance(error, UserError):
        return "; ".join(str(error).splitlines())
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _train_stack(
    job: JobSpec, combination: CombinationSpec, corpora: Corpora, stack: list[RunSpec], threads: int
) -> None:
    built, engine = combination_from(**job.settings_of(combination)), combination.engine
    code = code_of(built.encoder, built.architecture.cell, engine)
    if (combination.code, combination.engine_version) != (code, tuple(engine.version)):
        raise UserError("the code was changed after this was planned, or the machine; run snakemake again")
    by_run = {Run(run.seed, run.learning_rate): run for run in stack}
    training, examples = Training(**job.training), corpora[min(job.worlds)]
    opened = _opened(engine, threads)
    for run, result in train_combination(built, corpora, list(by_run), training, job.device, opened, examples):
        write_run(by_run[run].digest, result.record, result.tensors)


def _opened(choice: EngineChoice, threads: int) -> Engine:
    if choice.name == "native":
        return native_engine(threads)
    return cuda_engine() if choice.name == "cuda" else TorchEngine()
