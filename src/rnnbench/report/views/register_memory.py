"""What the tables say of memories on the lecture's register example: gates, states and answers by step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.evaluation.traces import PROBE_R2
from rnnbench.report.views.queries import Column, Frame, Tables, of_task
from rnnbench.results.schemas import RUN
from rnnbench.tasks.register import memory

REGISTER = "register"
"""The kind of the task whose example is shown."""
Kind = Literal["lstm", "gru", "elman"]
KINDS: tuple[Kind, ...] = ("lstm", "gru", "elman")
SIGNALS: Mapping[Kind, frozenset[str]] = {
    "lstm": frozenset({"a", "c", "write", "keep", "read"}),
    "gru": frozenset({"a", "r", "u"}),
    "elman": frozenset({"a"}),
}
"""The signals by which a network's kind is known; several cells have a alone, so there the cell's name counts."""
AS_BY_RULE = 0.01
"""Gates of 0.99995 are not quite open: a memory set by hand may be so far from what the lecture's rule says."""
ABLATED = {"write": 1.0, "keep": 0.0, "read": 1.0}
"""Where each gate is stuck when it is ablated: together they leave a cell without gates."""


@dataclass(frozen=True)
class Example:
    """The sequence that is shown: inputs (T, 3), what the lecture's rule stores (T,), wanted answers (T,).

    An answer is right when it is closer to what is wanted than `tolerance`.
    """

    inputs: Array
    stored: Array
    wanted: Array
    tolerance: float

    @property
    def storing(self) -> Array:
        """Return at which steps a number is added, (T,)."""
        return self.inputs[:, 1] == 1

    @property
    def emptying(self) -> Array:
        """Return at which steps the memory is emptied, (T,)."""
        return self.inputs[:, 1] == -1

    @property
    def asking(self) -> Array:
        """Return at which steps the memory is asked for, (T,)."""
        return self.inputs[:, 2] == 1

    @property
    def quiet(self) -> Array:
        """Return at which steps after the first the memory should stay as it is, (T,)."""
        found = ~(self.storing | self.emptying)
        found[:1] = False
        return found


@dataclass(frozen=True)
class TracedNetwork:
    """A network's memory over T steps, and the one of its H units whose state follows the stored number best.

    `states` (T, H); `unit`; `follows` (H,), the correlation of each unit with the stored number; `gates` of that unit,
    name -> (T,): write, keep, read, and look, which is how much of the old state has a say in the new one; `output`
    (T,) of that unit; `answers` (T,) of the network; `readable`, R^2 of the stored number read from all units on test
    sequences, NaN where that is not known. By hand: nothing was trained, seed means nothing.
    """

    name: str
    kind: Kind
    hand_set: bool
    seed: int
    place: str
    states: Array
    unit: int
    follows: Array
    as_number: Array
    gates: Mapping[str, Array]
    output: Array
    answers: Array
    probe_r2: float
    ablated: tuple[str, ...] = ()

    @property
    def state(self) -> Array:
        """Return the chosen unit's state after each step, (T,)."""
        return self.states[:, self.unit]

    @property
    def before(self) -> Array:
        """Return its state before each step, (T,)."""
        return np.concatenate([[0.0], self.state[:-1]])

    @property
    def kept(self) -> Array:
        """Return what the keep gate leaves of the state before, (T,); 0 where there is no such gate."""
        return self.before * self.gates.get("keep", np.zeros(len(self.states)))

    @property
    def written(self) -> Array:
        """Return what comes to that, (T,)."""
        return self.state - self.kept

    @property
    def order(self) -> Array:
        """Return the units, those that follow the stored number best first, (H,)."""
        return np.argsort(-np.abs(self.follows), kind="stable")


@dataclass(frozen=True)
class RegisterMemory:
    """The example, and the networks of which it shows the memory."""

    task: str
    example: Example
    networks: list[TracedNetwork]


def register_memory(tables: Tables) -> RegisterMemory | None:
    """Return what is known of the first register task that has traces; None where there is none."""
    known = tables["memory_tasks"]
    for task in known.loc[known["kind"] == REGISTER, "task"]:
        example = _example(of_task(tables["showcase"], task))
        networks = [] if example is None else list(_networks(tables, task, example))
        if example is not None and networks:
            return RegisterMemory(task, example, networks)
    return None


def _example(showcase: Frame) -> Example | None:
    """Return the first sequence of a task's showcase; None where that is no sequence of three numbers and an answer."""
    first = showcase[showcase["sequence"] == 0].drop_duplicates("position").sort_values("position")
    try:
        inputs = np.array([[float(word) for word in text.split()] for text in first["input"]])
        wanted = np.array([float(text) for text in first["target"]])
    except ValueError:
        return None
    if inputs.shape != (len(wanted), 3) or not np.isfinite([*inputs.flat, *wanted]).all():
        return None
    return Example(inputs, memory(inputs[None])[0], wanted, float(first["tolerance"].iloc[0]))


def _networks(tables: Tables, task: str, example: Example) -> Iterator[TracedNetwork]:
    """Yield the networks set by hand, then the simplest trained one of each kind."""
    traced = of_task(tables["traces"], task)
    trained = set(of_task(tables["runs"], task)["architecture"])
    names = list(dict.fromkeys(traced["architecture"]))
    cells = tables["architectures"].set_index("architecture")["cell"].to_dict()
    every = (_network(tables, traced[traced["architecture"] == name], example) for name in names)
    found = [one for one in every if one is not None and (one.kind != "elman" or cells.get(one.name) == "elman")]
    yield from (one for one in found if one.name not in trained)
    for kind in KINDS:
        alike = [one for one in found if one.name in trained and one.kind == kind]
        yield from sorted(alike, key=lambda one: _simplicity(tables["architectures"], one.name))[:1]


def _simplicity(architectures: Frame, name: str) -> tuple[int, ...]:
    """Return layers, directions and place in the table: less is simpler."""
    rows = architectures.reset_index(drop=True)
    rows = rows[rows["architecture"] == name]
    return next(((row.layers, row.bidirectional, row.Index) for row in rows.itertuples()), (0, 0, 0))


def _network(tables: Tables, traced: Frame, example: Example) -> TracedNetwork | None:
    """Return one network; None where its signals are of no kind that is shown, incomplete, or not finite."""
    run = traced[list(RUN)].iloc[0]
    top = traced["layer"].max()
    own = traced[(traced["encoder"] == run["encoder"]) & (traced["layer"] == top) & (traced["direction"] == "forward")]
    signals = {str(name): _matrix(rows) for name, rows in own.groupby("signal")}
    kind = next((kind for kind in KINDS if SIGNALS[kind] == signals.keys()), None)
    if kind is None or any(values.shape != signals["a"].shape for values in signals.values()):
        return None
    by_hand = run["architecture"] not in set(of_task(tables["runs"], run["task"])["architecture"])
    answers = _answers(tables["showcase"], run, signals["a"])
    finite = all(np.isfinite(values).all() for values in (*signals.values(), answers))
    if len(answers) != len(example.stored) or len(signals["a"]) != len(answers) or not finite:
        return None
    place = f"the last of {top + 1} layers" if top else ""
    readable = _readable(tables["scores"], run)
    described = {"name": str(run["architecture"]), "kind": kind, "hand_set": by_hand, "seed": int(run["seed"])}
    return _following(signals, example, answers=answers, place=place, probe_r2=readable, **described)


def _matrix(rows: Frame) -> Array:
    """Return a signal as (T, H); NaN where a value is missing."""
    return rows.pivot_table(index="step", columns="unit", values="value").to_numpy(float)


def _following(signals: Mapping[str, Array], example: Example, **described: object) -> TracedNetwork:
    """Return a network, told by the unit whose state follows the stored number best."""
    states = signals.get("c", signals["a"])
    follows = np.array([_correlation(unit, example.stored) for unit in states.T])
    unit = int(np.argmax(np.abs(follows)))
    gates = {name: values[:, unit] for name, values in _gates(signals).items()}
    made = {"gates": gates, "output": signals["a"][:, unit], "as_number": _as_number(states[:, unit], example.stored)}
    return TracedNetwork(states=states, unit=unit, follows=follows, **made, **described)  # type: ignore[arg-type]


def _gates(signals: Mapping[str, Array]) -> dict[str, Array]:
    """Return the gates as doors of one kind: a GRU's u keeps, and 1 - u writes."""
    if "u" in signals:
        return {"write": 1 - signals["u"], "keep": signals["u"], "look": signals["r"]}
    return {name: signals[name] for name in ("write", "keep", "read") if name in signals}


def _correlation(one: Array, other: Array) -> float:
    """Return Pearson's correlation; 0 where one of the two never changes."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _as_number(state: Array, stored: Array) -> Array:
    """Return a unit's state put on the scale of the stored number, by the line of least squares over these steps."""
    if _correlation(state, stored) == 0:
        return np.full(len(stored), stored.mean())
    return np.polyval(np.polyfit(state, stored, 1), state)


def _answers(showcase: Frame, run: Column, output: Array) -> Array:
    """Return the answers of a run; one without answers that has a single unit answers with that unit's output."""
    rows = showcase[_same(showcase, run) & (showcase["sequence"] == 0)].sort_values("position")
    return output[:, 0] if rows.empty and output.shape[1] == 1 else rows["value"].to_numpy(float)


def _readable(scores: Frame, run: Column) -> float:
    rows = scores[_same(scores, run) & (scores["metric"] == PROBE_R2) & (scores["split"] == "test")]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def _same(table: Frame, run: Column) -> Column:
    return np.logical_and.reduce([table[name] == run[name] for name in RUN])


def off_by(network: TracedNetwork, example: Example) -> float:
    """Return how far from the stored number the chosen unit is, on average over the steps."""
    return float(np.abs(network.as_number - example.stored).mean())


def moving(network: TracedNetwork, example: Example) -> float:
    """Return by how much of its range a unit moves at a step where nothing is to be stored: mean over units and steps.

    The range is that of the unit's states over the example; 0 is a memory that holds still, NaN is no such step.
    """
    if not example.quiet.any():
        return float("nan")
    moves = np.abs(np.diff(network.states, axis=0, prepend=0.0))[example.quiet]
    return float((moves / np.maximum(np.ptp(network.states, axis=0), np.finfo(float).tiny)).mean())


def ablations(network: TracedNetwork, example: Example) -> dict[tuple[str, ...], TracedNetwork]:
    """Return what becomes of a network when gates are ablated, for each choice of gates; none where nobody knows.

    Known it is where the lecture's weights were set by hand: then x1 comes in and the memory goes out as they are, and
    these equations retell the trace.
    """
    if not network.hand_set or network.states.shape[1] != 1 or network.kind != "lstm":
        return {}
    again = _retold(network, example, ())
    if not np.allclose(again.states, network.states, atol=AS_BY_RULE):
        return {}
    choices = (choice for size in range(1, len(ABLATED) + 1) for choice in combinations(ABLATED, size))
    return {choice: _retold(network, example, choice) for choice in choices}


def _retold(network: TracedNetwork, example: Example, choice: tuple[str, ...]) -> TracedNetwork:
    """Return a network of one linear cell with some of its gates ablated."""
    stuck = {name: np.full(len(example.stored), ABLATED[name]) for name in choice}
    gates = {**network.gates, **stuck}
    held, states = 0.0, []
    for x1, write, keep in zip(example.inputs[:, 0], gates["write"], gates["keep"], strict=True):
        held = x1 * write + held * keep
        states.append(held)
    state = np.array(states)
    output = state * gates["read"]
    made = {"states": state[:, None], "as_number": state, "gates": gates, "output": output, "answers": output}
    return replace(network, ablated=choice, **made)
