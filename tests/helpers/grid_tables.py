"""Tables of a grid with done, failed, diverged and missing runs, gaps, baselines and what did not converge."""

from itertools import product
from typing import Any

import numpy as np

from helpers.report_rows import row
from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

TASK, MEMORY = "travel", "delayed_recall delay=5"
ENCODERS = ("one_of_n", "letter_trigram")
ARCHITECTURES = ("feed_forward", "elman", "gru", "lstm", "jordan", "big_lstm")
SPLITS = ("train", "validation", "test", "test_typos", "gap", "gap_at_end")
METRICS = ("token_accuracy", "slot_f1")
SEEDS = (0, 1, 2)
CEILINGS = {"word": 0.4, "prefix": 0.8, "sentence": 0.95}
UNFINAL = (ENCODERS[0], "lstm")
"""The combination that did not converge, where tables are made with one."""


def status_of(encoder: str, architecture: str, seed: int) -> str:
    """Return the status of a run: big_lstm fails, or is missing with the second encoder; one run of elman diverges."""
    if architecture == "big_lstm":
        return "failed" if encoder == ENCODERS[0] else "missing"
    return "diverged" if (encoder, architecture, seed) == (ENCODERS[1], "elman", 2) else "done"


def run(key: dict[str, Any], splits: tuple[str, ...], metrics: tuple[str, ...], rng: np.random.Generator) -> list:
    """Return the scores of a selected run: train is best; gaps are small and may be negative."""
    level = 0.35 + 0.1 * ARCHITECTURES.index(key["architecture"]) + 0.03 * rng.random()
    values = {"gap": 0.02 * rng.normal(), "gap_at_end": 0.03, "train": level + 0.01}
    return [
        row("scores", key, selected=True, split=split, metric=metric, value=values.get(split, level - 0.001 * place))
        for split in splits
        for place, metric in enumerate(metrics)
    ]


def make_grid(
    *,
    architectures: tuple[str, ...] = ARCHITECTURES,
    encoders: tuple[str, ...] = ENCODERS,
    task: str = TASK,
    unfinal: bool = False,
) -> Tables:
    """Return the tables; other names replace the default ones, in order.

    `unfinal`: one combination did not converge; else nothing is known of convergence.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    rng = np.random.default_rng(1)
    named = dict(zip((*ENCODERS, *ARCHITECTURES), (*encoders, *architectures), strict=True))
    places = [(task, e, SPLITS, METRICS) for e in ENCODERS]
    places += [(MEMORY, ENCODERS[0], ("train", "test", "gap"), ("token_accuracy", CALIBRATED))]
    for (name, encoder, splits, metrics), architecture, seed in product(places, ARCHITECTURES, SEEDS):
        key = {"task": name, "encoder": encoder, "architecture": architecture, "seed": seed, "learning_rate": 0.01}
        status = status_of(encoder, architecture, seed)
        scores = run(key, splits, metrics, rng) if status == "done" else []
        key |= {"encoder": named[encoder], "architecture": named[architecture]}
        rows["scores"] += [score | key for score in scores]
        if status != "missing":
            message = "" if status == "done" else f"<b>{status}</b> & more"
            rows["runs"].append(row("runs", key, selected=True, status=status, message=message, **_size(status, rng)))
    for name, encoder, *_ in places:
        rows["encoders"].append(row("encoders", {}, task=name, encoder=named[encoder]))
    for split, metric in product(("test", "test_typos"), METRICS):
        key = {"task": task, "split": split, "phenomenon": "all", "metric": metric}
        rows["ceilings"] += [row("ceilings", key, information=kind, value=value) for kind, value in CEILINGS.items()]
        rows["rivals"] += [
            row("rivals", key, rival=baseline, value=value) for baseline, value in (("majority", 0.1), ("crf", 0.7))
        ]
    for encoder, architecture in product(ENCODERS, ARCHITECTURES if unfinal else ()):
        key = {"task": task, "encoder": named[encoder], "architecture": named[architecture], "runs": len(SEEDS)}
        converged = (encoder, architecture) != UNFINAL
        shares = {"plateau": 1.0 if converged else 1 / 3, "maximum": 0.0 if converged else 2 / 3}
        rows["convergence"].append(row("convergence", key, converged=converged, **shares))
    key = {"task": task, "encoder": named[ENCODERS[0]], "architecture": named["gru"], "seed": 0, "learning_rate": 0.01}
    for place, word in enumerate(("leave", "taipei", "on", "o'clock")):
        rows["showcase"].append(row("showcase", key, position=place, input=word, target="O", output="O"))
    return {name: frame(name, values) for name, values in rows.items()}


def _size(status: str, rng: np.random.Generator) -> dict[str, Any]:
    if status == "failed":
        return {"hidden": None, "parameters": None, "seconds": None}
    parts = {"parameters_input": 12345678, "parameters_recurrent": 480, "parameters_readout": 495}
    return {"hidden": 32, "parameters": 47951, **parts, "seconds": 0.2 + rng.random()}
