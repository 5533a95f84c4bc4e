"""Gates, states and answers of networks at each step of the lecture's register example."""

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
"""The kinds of networks that are shown, in order."""
SIGNALS: Mapping[Kind, frozenset[str]] = {
    "lstm": frozenset({"a", "c", "write", "keep", "read"}),
    "gru": frozenset({"a", "r", "u"}),
    "elman": frozenset({"a"}),
}
"""The traced signals of each kind. Several cells have only a, so an Elman network must also have the cell elman."""
SIGNAL_OF_GATE = {"input": "write", "forget": "keep", "output": "read"}
"""The lecture's name of a gate -> its signal in the traces."""
SIMULATION_TOLERANCE = 0.01
"""Largest difference between a hand-set memory and the lecture's equations; an open gate is at 0.99995, not at 1."""
ABLATED = {"input": 1.0, "forget": 0.0, "output": 1.0}
"""The constant value of each ablated gate; with all three ablated the cell has no gates."""


@dataclass(frozen=True)
class Example:
    """The sequence that is shown: inputs (T, 3), the number stored by the lecture's rule (T,), and the targets (T,).

    An answer is right when it is closer to its target than `tolerance`.
    """

    inputs: Array
    stored: Array
    targets: Array
    tolerance: float

    @property
    def storing(self) -> Array:
        """Mask of the steps at which x1 is added to the memory (x2 = 1), (T,)."""
        return self.inputs[:, 1] == 1

    @property
    def emptying(self) -> Array:
        """Mask of the steps at which the memory is cleared (x2 = -1), (T,)."""
        return self.inputs[:, 1] == -1

    @property
    def reading(self) -> Array:
        """Mask of the steps at which the memory is read (x3 = 1), (T,)."""
        return self.inputs[:, 2] == 1

    @property
    def quiet(self) -> Array:
        """Mask of the steps after the first at which the memory should not change, (T,)."""
        unchanged = ~(self.storing | self.emptying)
        unchanged[:1] = False
        return unchanged


@dataclass(frozen=True)
class TracedNetwork:
    """A network's memory over T steps, and which of its H units correlates best with the stored number."""

    name: str
    kind: Kind
    hand_set: bool
    """Whether the weights were set by hand, not trained; then `seed` has no meaning."""
    seed: int
    place: str
    """The layer of the states, in words; empty for a network of one layer."""
    states: Array
    """States of all units after each step, (T, H)."""
    unit: int
    """The unit whose state correlates best with the stored number."""
    follows: Array
    """Correlation of each unit's state with the stored number, (H,)."""
    as_number: Array
    """The unit's state on the scale of the stored number, (T,)."""
    gates: Mapping[str, Array]
    """The unit's gates, name -> (T,): input, forget and output as in the lecture.

    A GRU has input and forget, the two sides of its update gate, and reset, which scales the old state in the
    candidate state."""
    output: Array
    """The unit's output, (T,)."""
    answers: Array
    """The network's answers, (T,)."""
    probe_r2: float
    """R^2 of the stored number as a linear map of all units, on test sequences; NaN where it was not measured."""
    ablated: tuple[str, ...] = ()
    """The gates that are ablated."""

    @property
    def state(self) -> Array:
        """The unit's state after each step, (T,)."""
        return self.states[:, self.unit]

    @property
    def before(self) -> Array:
        """The unit's state before each step, (T,)."""
        return np.concatenate([[0.0], self.state[:-1]])

    @property
    def kept(self) -> Array:
        """The part of the state before each step that the forget gate keeps, (T,); 0 without such a gate."""
        return self.before * self.gates.get("forget", np.zeros(len(self.states)))

    @property
    def written(self) -> Array:
        """What each step adds to the kept part, (T,)."""
        return self.state - self.kept

    @property
    def order(self) -> Array:
        """The units in descending order of their correlation with the stored number, (H,)."""
        return np.argsort(-np.abs(self.follows), kind="stable")


@dataclass(frozen=True)
class RegisterMemory:
    """The example of one task, and the networks whose memory is shown on it."""

    task: str
    example: Example
    networks: list[TracedNetwork]


def register_memory(tables: Tables) -> RegisterMemory | None:
    """Return the example and networks of the first register task that has traces; None where there is none."""
    memory_tasks = tables["memory_tasks"]
    for task in memory_tasks.loc[memory_tasks["kind"] == REGISTER, "task"]:
        example = _example(of_task(tables["showcase"], task))
        networks = [] if example is None else list(_networks(tables, task, example))
        if example is not None and networks:
            return RegisterMemory(task, example, networks)
    return None


def _example(examples: Frame) -> Example | None:
    """Return the first of a task's examples; None where an input is not three numbers, or a target is no number."""
    first = examples[examples["sequence"] == 0].drop_duplicates("position").sort_values("position")
    try:
        inputs = np.array([[float(word) for word in text.split()] for text in first["input"]])
        targets = np.array([float(text) for text in first["target"]])
    except ValueError:
        return None
    if inputs.shape != (len(targets), 3) or not np.isfinite([*inputs.flat, *targets]).all():
        return None
    return Example(inputs, memory(inputs[None])[0], targets, float(first["tolerance"].iloc[0]))


def _networks(tables: Tables, task: str, example: Example) -> Iterator[TracedNetwork]:
    """Yield the hand-set networks, then the simplest trained network of each kind."""
    traced = of_task(tables["traces"], task)
    trained = set(of_task(tables["runs"], task)["architecture"])
    names = list(dict.fromkeys(traced["architecture"]))
    cells = tables["architectures"].set_index("architecture")["cell"].to_dict()
    traces = (_network(tables, traced[traced["architecture"] == name], example) for name in names)
    networks = [network for network in traces if network is not None]
    networks = [network for network in networks if network.kind != "elman" or cells.get(network.name) == "elman"]
    yield from (network for network in networks if network.name not in trained)
    for kind in KINDS:
        candidates = [network for network in networks if network.name in trained and network.kind == kind]
        yield from sorted(candidates, key=lambda network: _complexity(tables["architectures"], network.name))[:1]


def _complexity(architectures: Frame, name: str) -> tuple[int, ...]:
    """Return layers, directions and place in the table, by which the simplest architecture comes first."""
    rows = architectures.reset_index(drop=True)
    rows = rows[rows["architecture"] == name]
    return next(((row.layers, row.bidirectional, row.Index) for row in rows.itertuples()), (0, 0, 0))


def _network(tables: Tables, traced: Frame, example: Example) -> TracedNetwork | None:
    """Return one network; None where its signals match none of KINDS, are incomplete, or are not finite."""
    run = traced[list(RUN)].iloc[0]
    top = traced["layer"].max()
    of_run = (traced["encoder"] == run["encoder"]) & (traced["layer"] == top) & (traced["direction"] == "forward")
    signals = {str(name): _matrix(rows) for name, rows in traced[of_run].groupby("signal")}
    kind: Kind | None = next((kind for kind in KINDS if SIGNALS[kind] == signals.keys()), None)
    if kind is None or any(values.shape != signals["a"].shape for values in signals.values()):
        return None
    hand_set = run["architecture"] not in set(of_task(tables["runs"], run["task"])["architecture"])
    answers = _answers(tables["showcase"], run, signals["a"])
    finite = all(np.isfinite(values).all() for values in (*signals.values(), answers))
    if len(answers) != len(example.stored) or len(signals["a"]) != len(answers) or not finite:
        return None
    states = signals.get("c", signals["a"])
    follows = np.array([_correlation(unit, example.stored) for unit in states.T])
    unit = int(np.argmax(np.abs(follows)))
    return TracedNetwork(
        name=str(run["architecture"]),
        kind=kind,
        hand_set=hand_set,
        seed=int(run["seed"]),
        place=f"the last of {top + 1} layers" if top else "",
        states=states,
        unit=unit,
        follows=follows,
        as_number=_as_number(states[:, unit], example.stored),
        gates={name: values[:, unit] for name, values in _gates(signals).items()},
        output=signals["a"][:, unit],
        answers=answers,
        probe_r2=_probe_r2(tables["scores"], run),
    )


def _matrix(rows: Frame) -> Array:
    """Return a signal as (T, H); NaN where a value is missing."""
    return rows.pivot_table(index="step", columns="unit", values="value").to_numpy(float)


def _gates(signals: Mapping[str, Array]) -> dict[str, Array]:
    """Return the gates by the lecture's names: a GRU's u keeps as a forget gate does, and 1 - u lets in."""
    if "u" in signals:
        return {"input": 1 - signals["u"], "forget": signals["u"], "reset": signals["r"]}
    return {name: signals[signal] for name, signal in SIGNAL_OF_GATE.items() if signal in signals}


def _correlation(x: Array, y: Array) -> float:
    """Return Pearson's correlation; 0 where x or y is constant."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def _as_number(state: Array, stored: Array) -> Array:
    """Return the least-squares fit of the stored number by a linear function of a unit's state, (T,)."""
    if _correlation(state, stored) == 0:
        return np.full(len(stored), stored.mean())
    return np.polyval(np.polyfit(state, stored, 1), state)


def _answers(examples: Frame, run: Column, output: Array) -> Array:
    """Return the answers of a run; where the table has none and the network a single unit, the output of that unit."""
    rows = examples[_is_run(examples, run) & (examples["sequence"] == 0)].sort_values("position")
    return output[:, 0] if rows.empty and output.shape[1] == 1 else rows["value"].to_numpy(float)


def _probe_r2(scores: Frame, run: Column) -> float:
    rows = scores[_is_run(scores, run) & (scores["metric"] == PROBE_R2) & (scores["split"] == "test")]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def _is_run(table: Frame, run: Column) -> Column:
    """Return the mask of a table's rows that belong to a run."""
    return np.logical_and.reduce([table[name] == run[name] for name in RUN])


def mean_error(network: TracedNetwork, example: Example) -> float:
    """Return the mean absolute difference between the unit's state, as a number, and the stored number."""
    return float(np.abs(network.as_number - example.stored).mean())


def drift(network: TracedNetwork, example: Example) -> float:
    """Return how much the states change at steps where nothing is to be stored, as a share of each unit's range.

    It is the mean over units and steps; the range is that of the unit's states over the example. 0 for a memory that
    does not change, NaN where the example has no such step.
    """
    if not example.quiet.any():
        return float("nan")
    changes = np.abs(np.diff(network.states, axis=0, prepend=0.0))[example.quiet]
    return float((changes / np.maximum(np.ptp(network.states, axis=0), np.finfo(float).tiny)).mean())


def ablations(network: TracedNetwork, example: Example) -> dict[tuple[str, ...], TracedNetwork]:
    """Return the network with each combination of its gates ablated; empty where its equations are not known.

    They are known for the lecture's hand-set network, which stores x1 and puts out its memory without activations:
    there `_simulated` must reproduce the trace.
    """
    if not network.hand_set or network.states.shape[1] != 1 or network.kind != "lstm":
        return {}
    if not np.allclose(_simulated(network, example, ()).states, network.states, atol=SIMULATION_TOLERANCE):
        return {}
    ablated = (names for size in range(1, len(ABLATED) + 1) for names in combinations(ABLATED, size))
    return {names: _simulated(network, example, names) for names in ablated}


def _simulated(network: TracedNetwork, example: Example, ablated: tuple[str, ...]) -> TracedNetwork:
    """Return a network of one linear cell with some gates ablated.

    c_next = x1 f(z_i) + c f(z_f) and a = c_next f(z_o).
    """
    gates = {**network.gates, **{name: np.full(len(example.stored), ABLATED[name]) for name in ablated}}
    c, states = 0.0, []
    for x1, let_in, kept in zip(example.inputs[:, 0], gates["input"], gates["forget"], strict=True):
        c = x1 * let_in + c * kept
        states.append(c)
    state = np.array(states)
    output = state * gates["output"]
    return replace(
        network,
        states=state[:, None],
        as_number=state,
        gates=gates,
        output=output,
        answers=output,
        ablated=ablated,
    )
