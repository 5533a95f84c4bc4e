"""From an architecture to a network: input projection, loop over time, direction, depth, readout.

Every tensor leads with R, the runs that are trained at the same time. Outside this file the axes are R run,
B sequence, T time, features; inside, time stands before sequence, so that a step is one block of memory.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from rnnbench.cells import Cell, Signals
from rnnbench.common.typing import Inputs
from rnnbench.data.batches import Batch
from rnnbench.data.sparse_codes import TokenBatch

Parameters = Mapping[str, Tensor]
WantedSignals = tuple[str, ...] | None
OutputKind = Literal["labels", "numbers"]


@dataclass(frozen=True)
class Network:
    """A network's shape. It holds no weights: `forward` takes them, each with the leading R."""

    cell: Cell
    layers: int
    bidirectional: bool
    hidden: int
    """H, units in a layer and direction."""
    input_size: int
    """D, what the first layer reads at a position: dimensions of the code, or numbers, of all words of the window."""
    output_size: int
    """K, labels or numbers."""
    output_kind: OutputKind
    input_kind: Inputs = "numbers"
    """What the first layer reads: the codes of words, or numbers."""
    embedding: int | None = None
    """Width of a trained table of word vectors between code and first layer."""
    window: int = 0
    """Words on either side that are read, too; with a table they all have their vectors from it."""
    output_scale: float = 1.0
    """What a readout of 1 stands for: the standard deviation of the training targets, for numbers."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Return the names of the directions."""
        return ("forward", "backward") if self.bidirectional else ("forward",)

    @property
    def words_per_position(self) -> int:
        """Return how many words are read at a position."""
        return 2 * self.window + 1

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter of one run, by name."""
        shapes = {} if self.embedding is None else {"embedding": (self.input_size // self.words_per_position, self.embedding)}
        width = self.words_per_position * self.embedding if self.embedding else self.input_size
        for layer in range(self.layers):
            for direction in self.directions:
                own = cell_shapes(self.cell, width, self.hidden, self.output_size)
                shapes |= {f"layer{layer}.{direction}.{name}": shape for name, shape in own.items()}
            width = self.hidden * len(self.directions)
        shapes |= {f"readout.{direction}": (self.hidden, self.output_size) for direction in self.directions}
        return shapes | {"readout.bias": (self.output_size,)}

    def forward(self, parameters: Parameters, batch: Batch, run_layer: "RunLayer | None" = None) -> Tensor:
        """Return the network's output before softmax, (R, B, T, K); `read` is how layers read, by default in steps."""
        *_, last = self.signals(parameters, batch, run_layer=run_layer)
        readout = torch.cat([parameters[f"readout.{d}"] for d in self.directions], 1)
        return self.output_scale * affine(_joined(last), readout, parameters["readout.bias"]).transpose(1, 2)

    def signals(
        self,
        parameters: Parameters,
        batch: Batch,
        wanted_signals: WantedSignals = ("a",),
        run_layer: "RunLayer | None" = None,
    ) -> Iterator[dict[str, Signals]]:
        """Yield for each layer, by direction, the signals that are `kept` (None: all), (R, T, B, H) each."""
        x, run_layer = batch.inputs, run_layer or run_layer_stepwise
        if isinstance(x, TokenBatch) and self.embedding is not None:
            x = x.vectors(parameters["embedding"], self.words_per_position)
        for layer in self._layers(parameters):
            found = {d: run_layer(layer[d], x, batch, wanted_signals, d == "backward") for d in self.directions}
            x = _joined(found)
            yield found

    def _layers(self, parameters: Parameters) -> list[dict[str, "Layer"]]:
        return [
            {direction: self._layer(parameters, layer, direction) for direction in self.directions}
            for layer in range(self.layers)
        ]

    def _layer(self, parameters: Parameters, layer: int, direction: str) -> "Layer":
        prefix = f"layer{layer}.{direction}."
        own = {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}
        readout, bias = parameters[f"readout.{direction}"], parameters["readout.bias"]
        return Layer(self.cell, self.hidden, own, readout, bias, self.output_kind)


@dataclass(frozen=True)
class Layer:
    """One cell with its weights, in one direction."""

    cell: Cell
    hidden: int
    weights: Parameters
    readout: Tensor
    """(R, H, K), this direction's part."""
    readout_bias: Tensor
    """(R, K)"""
    output_kind: OutputKind

    @property
    def output_size(self) -> int:
        """Return K, the width of y."""
        return self.readout.shape[-1]

    def output(self, a: Tensor) -> Tensor:
        """Return the network's output y (R, B, K), in its own unit, to a (R, B, H)."""
        raw = torch.baddbmm(self.readout_bias.unsqueeze(1), a, self.readout)
        return raw.softmax(-1) if self.output_kind == "labels" else raw


RunLayer = Callable[[Layer, Tensor | TokenBatch, Batch, WantedSignals, bool], Signals]
"""How a layer reads: layer, input, batch, signals to keep (None: all), backward -> signals (R, T, B, H)."""


def cell_shapes(cell: Cell, width: int, hidden: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of one cell's parameters: it reads `width` numbers, `outputs` is the width of y.

    Weights of several gates stand side by side, in the order in which the cell names them.
    """
    n_input = hidden * len(cell.gates + cell.input_gates)
    n_memory = hidden * len(cell.gates + cell.memory_gates)
    shapes: dict[str, tuple[int, ...]] = {"input": (width, n_input), "bias": (n_input,)}
    if cell.feedback:
        shapes["recurrent"] = (sum(_width(state, hidden, outputs) for state in cell.feedback), n_memory)
    if cell.memory_gates:
        shapes["memory_bias"] = (hidden * len(cell.memory_gates),)
    return shapes | dict.fromkeys(cell.vectors, (hidden,))


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return x W + b for x (R, T, B, D), W (R, D, G), b (R, G)."""
    return torch.baddbmm(bias.unsqueeze(1), x.flatten(1, 2), weight).unflatten(1, x.shape[1:3])


def _width(state: str, hidden: int, outputs: int) -> int:
    return outputs if state == "y" else hidden


def _joined(directions: Mapping[str, Signals]) -> Tensor:
    halves = [signals.a for signals in directions.values()]
    return torch.cat(halves, -1) if len(halves) > 1 else halves[0]


def run_layer_stepwise(
    layer: Layer, x: Tensor | TokenBatch, batch: Batch, wanted_signals: WantedSignals, backward: bool
) -> Signals:
    """Return the layer's signals (R, T, B, H), in the sentence's order also when it reads backward."""
    if backward:
        x = x.reversed(batch.reverse_index) if isinstance(x, TokenBatch) else _mirrored(x, batch.reverse_index)
    found = _steps(layer, project_input(layer, x), wanted_signals)
    if backward:
        found = {name: _mirrored(signal, batch.reverse_index) for name, signal in found.items()}
    return Signals(**found)


def _steps(layer: Layer, projected: Tensor, kept: WantedSignals) -> dict[str, Tensor]:
    """Return signals at every step, (R, T, B, H) each; a cell that keeps nothing needs no loop."""
    if not layer.cell.states:
        return _kept(layer.cell.step(_gates(layer, projected, Signals()), Signals(), Signals()), kept)
    steps = [_kept(signals, kept) for signals in unroll(layer, projected)]
    return {name: torch.stack([step[name] for step in steps], 1) for name in steps[0]}


def _kept(signals: Signals, kept: WantedSignals) -> dict[str, Tensor]:
    return {name: value for name, value in vars(signals).items() if kept is None or name in kept}


def _mirrored(x: Tensor, mirror: Tensor) -> Tensor:
    """Return x (R, T, B, D) with every sequence reversed within its own length; `mirror` is (R, T, B)."""
    return x.gather(1, mirror.unsqueeze(-1).expand_as(x))


def project_input(layer: Layer, x: Tensor | TokenBatch) -> Tensor:
    """Return W x + b for all steps at once, (R, T, B, G)."""
    weight, bias = layer.weights["input"], layer.weights["bias"]
    if isinstance(x, TokenBatch):
        return x.look_up(weight) + bias[:, None, None]
    return affine(x, weight, bias)


def unroll(layer: Layer, projected: Tensor) -> Iterator[Signals]:
    """Yield the cell's signals step by step, from projected inputs (R, T, B, G). The one loop over time."""
    cell, weights = layer.cell, layer.weights
    own = Signals(output=layer.output, **{name: weights[name].unsqueeze(1) for name in cell.vectors})
    memory = _start(layer, projected)
    for x in projected.unbind(1):
        signals = cell.step(_gates(layer, x, memory), memory, own)
        memory = Signals(**{state: getattr(signals, state) for state in cell.states})
        yield signals


def _start(layer: Layer, projected: Tensor) -> Signals:
    runs, _, sequences, _ = projected.shape
    widths = {state: _width(state, layer.hidden, layer.output_size) for state in layer.cell.states}
    return Signals(**{state: projected.new_zeros(runs, sequences, width) for state, width in widths.items()})


def _gates(layer: Layer, x: Tensor, memory: Signals) -> Signals:
    """Return every gate before its activation, (R, B, H) each, from one step's x (R, B, G) and the memory."""
    cell, names, size = layer.cell, layer.cell.gates, layer.hidden * len(layer.cell.gates)
    if not cell.feedback:
        return _named(names + cell.input_gates, x)
    states = [getattr(memory, state) for state in cell.feedback]
    read = torch.cat(states, -1) if len(states) > 1 else states[0]
    if not cell.input_gates and not cell.memory_gates:
        return _named(names, torch.baddbmm(x, read, layer.weights["recurrent"]))
    remembered = torch.bmm(read, layer.weights["recurrent"])
    both = _named(names, x[..., :size] + remembered[..., :size])
    alone = _named(cell.input_gates, x[..., size:])
    stored = _named(cell.memory_gates, remembered[..., size:] + layer.weights["memory_bias"].unsqueeze(1))
    return Signals(**vars(both), **vars(alone), **vars(stored))


def _named(names: tuple[str, ...], block: Tensor) -> Signals:
    return Signals(**dict(zip(names, block.chunk(len(names), -1), strict=True)))


def parameter_part(name: str) -> Literal["input", "recurrent", "readout"]:
    """Return which part of a network the parameter of that name belongs to.

    input: what reads the layer's input (word vectors too), and the biases; recurrent: what reads the memory.
    """
    if name.startswith("readout"):
        return "readout"
    return "input" if name.rpartition(".")[2] in ("embedding", "input", "bias", "memory_bias") else "recurrent"


def count_parameters(network: Network) -> dict[str, int]:
    """Return how many numbers are trained in each part: input, recurrent, readout."""
    counts = {"input": 0, "recurrent": 0, "readout": 0}
    for name, shape in network.shapes.items():
        counts[parameter_part(name)] += math.prod(shape)
    return counts


def total_parameters(network: Network) -> int:
    """Return how many numbers are trained."""
    return sum(count_parameters(network).values())


def state_size(network: Network) -> int:
    """Return how many numbers are kept from step to step, in all layers and directions."""
    own = sum(_width(state, network.hidden, network.output_size) for state in network.cell.states)
    return network.layers * len(network.directions) * own


def fit_width(network: Network, wanted: int, count: Callable[[Network], int]) -> Network:
    """Return the network at the width at which a count of it is closest to what is wanted (the smaller on a tie).

    A count that does not depend on the width leaves the network as it is.
    """

    def size(hidden: int) -> int:
        return count(replace(network, hidden=hidden))

    if size(1) == size(2):
        return network
    above = bisect_left(range(1, wanted + 1), wanted, key=size) + 1
    nearest = min((max(above - 1, 1), above), key=lambda hidden: abs(size(hidden) - wanted))
    return replace(network, hidden=nearest)
