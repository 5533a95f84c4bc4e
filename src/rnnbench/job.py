"""Trains the combinations of a job: what the store has is taken from there, failures are noted and the rest goes on."""

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
    """Train the runs that the store does not have; return digest -> message of those that failed."""
    missing = [run for run in combination["runs"] if not entry(run["digest"]).exists()]
    if not missing:
        return {}
    try:
        _train_runs(job, combination, corpus, missing)
    except Exception as error:  # whatever it is, the other combinations go on and the report shows this one
        message = _message(error)
        print(f"failed: {message}", file=sys.stderr, flush=True)
        return {run["digest"]: message for run in missing}
    return {}


def _message(error: Exception) -> str:
    """Return one line about an error; where it is not the user's mistake, print where it came from."""
    if isinstance(error, UserError):
        return str(error)
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _train_runs(
    job: Mapping[str, Any], combination: Mapping[str, Any], corpus: Corpus, missing: list[dict[str, Any]]
) -> None:
    runs = [Run(run["seed"], run["learning_rate"]) for run in missing]
    training = Training(**job["training"])
    results = train_combination(combination_from(job, combination), corpus, runs, training, job["device"])
    for run, result in zip(missing, results, strict=True):
        write_run(run["digest"], result.record, result.tensors)
