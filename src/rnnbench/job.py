"""Trains the combinations of a job: what the store has is taken from there, failures are noted and the rest goes on."""

import itertools
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from rnnbench.architectures import Architecture
from rnnbench.combination import Combination, train_combination
from rnnbench.config import Size, Training
from rnnbench.corpus import Corpus, read_corpus
from rnnbench.errors import UserError
from rnnbench.members import cell_from, encoder_from, task_from
from rnnbench.plan import code_of
from rnnbench.runs import Runs
from rnnbench.store import entry, write_run
from rnnbench.training import Run


def train_job(job: Mapping[str, Any]) -> dict[str, str]:
    """Train what is missing of a job's combinations; return digest -> message of the runs that failed."""
    torch.set_num_threads(1)
    corpus, total = read_corpus(Path(job["data"])), len(job["combinations"])
    failed: dict[str, str] = {}
    for i, combination in enumerate(job["combinations"], 1):
        begin = time.perf_counter()
        failed |= _train(job, combination, corpus)
        name = ", ".join(Runs(job, combination).names.values())
        print(f"{i}/{total} {name}: {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
    return failed


def combination_from(job: Mapping[str, Any], combination: Mapping[str, Any]) -> Combination:
    """Return what a job's plan describes."""
    architecture: dict[str, Any] = dict(combination["architecture"])
    architecture["cell"] = cell_from(architecture["cell"])
    return Combination(
        task=task_from(job["task"]),
        encoder=encoder_from(combination["encoder"]),
        architecture=Architecture(**architecture),
        size=Size(**job["size"]),
    )


def _train(job: Mapping[str, Any], combination: Mapping[str, Any], corpus: Corpus) -> dict[str, str]:
    """Train the stacks that the store does not have whole; return digest -> message of the runs that failed."""
    failed: dict[str, str] = {}
    for _, stack in itertools.groupby(combination["runs"], key=lambda run: run["stack"]):
        runs = list(stack)
        if all(entry(run["digest"]).exists() for run in runs):
            continue
        try:
            _train_stack(job, combination, corpus, runs)
        except Exception as error:  # whatever it is, the others go on and the report shows this one
            message = _message(error)
            print(f"failed: {message}", file=sys.stderr, flush=True)
            failed |= {run["digest"]: message for run in runs}
    return failed


def _message(error: Exception) -> str:
    """Return one line about an error; where it is not the user's mistake, print where it came from."""
    if isinstance(error, UserError):
        return "; ".join(str(error).splitlines())
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _train_stack(
    job: Mapping[str, Any], combination: Mapping[str, Any], corpus: Corpus, stack: list[dict[str, Any]]
) -> None:
    chosen = combination_from(job, combination)
    if combination["code"] != code_of(chosen.encoder, chosen.architecture.cell):
        raise UserError("the code was changed after this was planned; run snakemake again")
    runs = [Run(run["seed"], run["learning_rate"]) for run in stack]
    results = train_combination(chosen, corpus, runs, Training(**job["training"]), job["device"])
    for run, result in zip(stack, results, strict=True):
        write_run(run["digest"], result.record, result.tensors)
