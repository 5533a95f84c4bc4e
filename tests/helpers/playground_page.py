"""A small experiment with every cell, for a page with a playground."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.cells import __path__ as cells_path
from rnnbench.data.corpus import read_corpus
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.plan.step import run_digests
from rnnbench.pipeline.steps import make_step
from rnnbench.report.build import build_report
from rnnbench.report.demo.networks import NetworkCopy, copies
from rnnbench.results import paths
from rnnbench.results.runs import Runs
from rnnbench.results.store import read_record, read_tensors, write_run
from rnnbench.results.tables import read_tables

CELLS = sorted(path.stem for path in Path(cells_path[0]).glob("[a-z]*.py"))
ARCHITECTURES: list[Any] = [
    *({"name": cell, "cell": cell} for cell in CELLS),
    *({"name": f"both_{cell}", "cell": cell, "bidirectional": True} for cell in CELLS),
    {"name": "deep", "cell": "gru", "layers": 3, "bidirectional": True},
    {"name": "relu", "cell": "elman", "activation": "relu"},
    {"name": "linear", "cell": "lstm", "g": "identity", "h": "identity"},
    {"name": "window", "cell": "lstm", "window": 2},
]
EMBEDDING = {"encoder": "learned_embedding", "name": "embedding", "size": 4}


def train(*, encoders: list[Any], hidden: int = 5) -> Plan:
    """Train every architecture on a few sentences of travel, in the current folder."""
    experiment = {
        "tasks": [{"task": "travel", "train": 200, "validation": 20, "test": 60}],
        "encoders": encoders,
        "architectures": ARCHITECTURES,
        "size": {"hidden": hidden},
        "training": {"seeds": 1, "max_steps": 10, "learning_rates": [0.02]},
        "device": "cpu",
    }
    plan = plan_of(parse_settings(experiment))
    for step in plan:
        if step.kind in ("data", "train"):
            make_step(step.kind, Path(step.plan), Path(step.output))
    return plan


def randomize_weights(plan: Plan) -> None:
    """Replace the weights of every trained run by random ones, large enough for every gate to have an effect."""
    rng = np.random.default_rng(0)
    for digest in (digest for job in plan.train for digest in run_digests(job)):
        tensors, record = read_tensors(digest), read_record(digest)
        random_tensors = {
            name: rng.standard_normal(tensor.shape).astype(np.float32) for name, tensor in tensors.items()
        }
        write_run(digest, record, {**tensors, **{name: random_tensors[name] for name in tensors if _is_weight(name)}})


def _is_weight(name: str) -> bool:
    return name.startswith(("layer", "readout", "embedding"))


def page_of(experiment: dict[str, Any], build: Callable[..., str] = build_report) -> str:
    """Run an experiment in the current folder, and return its report, or what else `build` makes of it."""
    plan = plan_of(parse_settings(experiment))
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
    make_step("demo", Path(plan.collect.plan), paths.DEMO)
    tables = read_tables(paths.TABLES)
    provenance, demo_parts = (
        json.loads(path.read_text(encoding="utf-8")) for path in (paths.PROVENANCE_JSON, paths.DEMO)
    )
    return build(tables, provenance, demo=demo_parts)


def copied_runs(plan: Plan) -> dict[str, list[NetworkCopy]]:
    """Return the runs whose copies are in the demo, by encoder."""
    runs = list(_runs(plan))
    return copies(runs, read_corpus(Path(runs[0].job.data), min(runs[0].job.worlds)))


def _runs(plan: Plan) -> Iterator[Runs]:
    for job in plan.train:
        yield from (Runs(job.job, combination) for combination in job.job.combinations)
