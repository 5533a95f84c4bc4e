"""Tables of the register: a hand-set memory, an LSTM that remembers, a GRU that half does, an Elman that forgets."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.report_rows import row
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame
from rnnbench.tasks.register import LECTURE, answers, memory

STORED, TARGETS = memory(LECTURE[None])[0].astype(float), answers(LECTURE[None])[0].astype(float)
X1, X2, X3 = LECTURE.T.astype(float)
WRITE, KEEP, READ = 1.0 * (X2 == 1), 1.0 * (X2 != -1), X3
JUMPY = np.array([1.0, -1, 1, -1, 1, -1, 1, -1, 1])
"""A state that does not depend on the number."""


def by_hand() -> dict[str, np.ndarray]:
    """Return the signals of the lecture's memory; its gates are not quite 0 or 1."""
    gates = {"write": WRITE, "keep": KEEP, "read": READ}
    signals = {name: np.clip(values, 1e-5, 1 - 1e-5) for name, values in gates.items()} | {"a": TARGETS, "c": STORED}
    return {name: values[:, None] for name, values in signals.items()}


def lstm() -> dict[str, np.ndarray]:
    """Return the signals of an LSTM whose second of three units holds the negative of the number."""
    state = -STORED / 10
    gates = {"write": 0.1 + 0.5 * WRITE, "keep": 0.05 + 0.9 * KEEP, "read": 0.3 + 0.4 * READ}
    signals = gates | {"c": state, "a": np.tanh(state) * gates["read"]}
    return {name: np.column_stack([JUMPY / 9, values, JUMPY * 0]) for name, values in signals.items()}


def gru() -> dict[str, np.ndarray]:
    """Return the signals of a GRU of two units, the first of which follows the number a little."""
    signals = {"a": STORED / 9 + JUMPY / 5, "u": 0.5 + JUMPY / 4, "r": 0.5 - JUMPY / 4}
    return {name: np.column_stack([values, JUMPY]) for name, values in signals.items()}


def elman() -> dict[str, np.ndarray]:
    """Return the states of an Elman network of two units that follow nothing."""
    return {"a": np.column_stack([JUMPY, -JUMPY + 0.1 * X2])}


NETWORKS = {"lstm_by_hand": by_hand, "elman": elman, "feed_forward": elman, "lstm": lstm, "gru": gru}
ANSWERS = {"elman": 0.4 * TARGETS, "feed_forward": 0 * TARGETS, "lstm": TARGETS + 0.1, "gru": TARGETS - 0.2}
PROBE_R2 = {"elman": 0.2, "lstm": 0.999, "gru": 0.9}


def key(architecture: str) -> dict[str, Any]:
    """Return the columns that name a network's run."""
    rate = float("nan") if architecture == "lstm_by_hand" else 0.01
    run = {"task": "register", "encoder": "raw", "architecture": architecture}
    return run | {"seed": 0 if architecture == "lstm_by_hand" else 3, "learning_rate": rate}


def traced(name: str, signals: Mapping[str, np.ndarray], layer: int = 0) -> list[dict[str, Any]]:
    """Return signals as rows of `traces`."""
    return [
        row("traces", key(name), layer=layer, direction="forward", step=step, signal=signal, unit=unit, value=value)
        for signal, values in signals.items()
        for (step, unit), value in np.ndenumerate(values)
    ]


def register_tables(names: Mapping[str, str] | None = None) -> Tables:
    """Return the tables; `names` replaces the names of some networks, by cell."""
    name_of_cell = {name: name for name in NETWORKS} | dict(names or {})
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    rows["memory_tasks"].append(row("memory_tasks", {}, task="register", kind="register", family="register"))
    for cell, make in NETWORKS.items():
        name = name_of_cell[cell]
        rows["traces"] += traced(name, make())
        if cell in ANSWERS:
            rows["runs"].append(row("runs", key(name), selected=True, status="done"))
            rows["architectures"].append(row("architectures", {}, architecture=name, base=name, cell=cell, layers=1))
            probe_score = {"split": "test", "metric": "stored_r2", "value": PROBE_R2.get(cell, 0.0)}
            rows["scores"].append(row("scores", key(name), selected=True, **probe_score))
            rows["showcase"] += showcase(name, ANSWERS[cell])
    return {name: frame(name, values) for name, values in rows.items()}


def showcase(name: str, values: np.ndarray) -> list[dict[str, Any]]:
    """Return answers as rows of `showcase`: of the traced run, and of another run that always answers 0."""
    return [
        row("showcase", key(name) | {"seed": seed}, position=t, input=" ".join(map(str, x)), **target_and_answer)
        for seed, factor in ((0, 0.0), (3, 1.0))
        for t, x in enumerate(LECTURE)
        for target_and_answer in (
            {"target": f"{TARGETS[t]:g}", "output": "y1", "value": factor * values[t], "tolerance": 0.5},
        )
    ]
