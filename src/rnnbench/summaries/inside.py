"""What happens inside networks on the lecture's register at each step: gates, the unit that follows it, answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnbench.corpus import Array
from rnnbench.summaries import Frame, Tables
from rnnbench.traces import BY_HAND

TASK = "register"
"""The kind of task that is looked at."""
CELLS = ("lstm", "gru", "elman")
"""Of each of these the first network is shown, if it has one layer, beside the LSTM that is set by hand."""
GATES = ("write", "keep", "read", "r", "u")
"""The gates of all cells, in the order in which a number passes them."""


@dataclass(frozen=True)
class Step:
    """What a network reads at a step, what its memory should hold after it, and the answer that is wanted."""

    x: tuple[float, float, float]
    stored: float
    target: float

    @property
    def told(self) -> str:
        """Return in words what the input asks for."""
        value, store, ask = self.x
        stored = {1.0: f"store {value:g}", -1.0: "empty"}.get(store, "")
        return ", ".join(filter(None, [stored, "answer" if ask == 1 else ""])) or "nothing"


@dataclass(frozen=True)
class Seen:
    """One network over T steps: the unit, of U, whose state follows the stored number best, and all others."""

    name: str
    cell: str
    unit: int
    correlation: float
    """Of the unit's state and the stored number, over the steps."""
    gates: dict[str, Array]
    """Name -> (T,), of that unit, between 0 and 1."""
    memory: Array
    """(T,) the unit's state: c of an LSTM, else a."""
    units: Array
    """(T, U) all states, those that follow the stored number most closely first."""
    answers: Array
    """(T,)"""
    change: float
    """By how much of its length the state moves in a step in which nothing is to be stored, on average."""


@dataclass(frozen=True)
class Inside:
    """The steps of a sequence, and networks that read it."""

    task: str
    steps: list[Step]
    networks: list[Seen]


def inside(tables: Tables) -> Inside | None:
    """Return what is seen of the first register task; None where there is none or nothing is traced."""
    known = tables["memory_tasks"]
    for task in known.loc[known["kind"] == TASK, "task"]:
        traced = tables["traces"][tables["traces"]["task"] == task]
        shown = tables["showcase"][(tables["showcase"]["task"] == task) & (tables["showcase"]["sequence"] == 0)]
        if len(traced) and len(shown):
            steps = _steps(shown)
            return Inside(task, steps, list(_networks(tables, traced, shown, steps)))
    return None


def _steps(shown: Frame) -> list[Step]:
    """Return the steps, with what the lecture's rule stores: add where x2 = 1, empty where x2 = -1."""
    steps, stored = [], 0.0
    for row in shown.drop_duplicates("position").sort_values("position").to_dict("records"):
        value, store, ask = (float(word) for word in row["input"].split())
        stored = stored + value if store == 1 else 0.0 if store == -1 else stored
        steps.append(Step((value, store, ask), stored, float(row["target"])))
    return steps


def _networks(tables: Tables, traced: Frame, shown: Frame, steps: list[Step]) -> Iterator[Seen]:
    cells = dict(zip(tables["architectures"]["architecture"], tables["architectures"]["cell"], strict=True))
    names = list(traced["architecture"].unique())
    chosen = [BY_HAND] if BY_HAND in names else []
    chosen += [name for kind in CELLS for name in [n for n in names if cells.get(n) == kind][:1]]
    for name in chosen:
        own = traced[traced["architecture"] == name]
        if own["layer"].max() == 0 and set(own["direction"]) == {"forward"} and own["encoder"].nunique() == 1:
            yield _seen(name, cells.get(name, "lstm"), own, shown, steps)


def _seen(name: str, cell: str, own: Frame, shown: Frame, steps: list[Step]) -> Seen:
    signals = {str(signal): _grid(rows) for signal, rows in own.groupby("signal")}
    states = signals["c"] if "c" in signals else signals["a"]
    order, follows = _by_correlation(states, np.array([step.stored for step in steps]))
    unit = int(order[0])
    gates = {gate: signals[gate][:, unit] for gate in GATES if gate in signals}
    answers = signals["a"][:, 0] if name == BY_HAND else _answers(own, shown)
    change = _change(states, steps)
    return Seen(name, cell, unit, float(follows[unit]), gates, states[:, unit], states[:, order], answers, change)


def _grid(rows: Frame) -> Array:
    """Return a signal as (T, U)."""
    return rows.pivot(index="step", columns="unit", values="value").to_numpy(float)


def _by_correlation(states: Array, stored: Array) -> tuple[Array, Array]:
    """Return the units (U,), those first that follow the stored number most closely, and each one's correlation."""
    centred, wanted = states - states.mean(0), stored - stored.mean()
    lengths = np.sqrt((centred**2).sum(0) * (wanted**2).sum())
    follows = np.divide(centred.T @ wanted, lengths, out=np.zeros(states.shape[1]), where=lengths > 0)
    return np.argsort(-np.abs(follows), kind="stable"), follows


def _answers(own: Frame, shown: Frame) -> Array:
    run = own.iloc[0]
    mine = shown[(shown["architecture"] == run["architecture"]) & (shown["encoder"] == run["encoder"])]
    mine = mine[(mine["seed"] == run["seed"]) & np.isclose(mine["learning_rate"], run["learning_rate"])]
    return mine.sort_values("position")["value"].to_numpy(float)


def _change(states: Array, steps: list[Step]) -> float:
    """Return how far the state moves where nothing is to be stored and something is kept; NaN without such a step."""
    idle = [t for t in range(1, len(steps)) if steps[t].x[1] == 0 and steps[t].stored != 0]
    moves = [np.linalg.norm(states[t] - states[t - 1]) / np.linalg.norm(states[t - 1]) for t in idle]
    return float(np.mean(moves)) if moves else float("nan")
