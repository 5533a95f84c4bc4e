"""From an architecture to a network: input projection, loop over time, directions, layers, readout.

Every tensor leads with R, the runs that are trained together. Outside this file the axes are R run, B sequence,
T time, features; inside, time comes before sequence, so that a step is contiguous in memory. D is the size of the
input, H of a layer in one direction, G of its gates side by side, K of the output.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat
from typing import Literal

import torch
from torch import Tensor

from rnnbench.cells import Cell, Signals
from rnnbench.common.typing import Inputs
from rnnbench.data.batches import Batch, has_target
from rnnbench.data.sparse_codes import TokenBatch

Parameters = Mapping[str, Tensor]
"""Name -> (R, ...)."""
WantedSignals = tuple[str, ...] | None
"""Names of the signals to return; None for all."""
OutputKind = Literal["labels", "numbers"]


@dataclass(frozen=True)
class Network:
    """The shape of a network. It holds no weights: `forward` takes them, each with the leading R."""

    cell: Cell
    layers: int
    bidirectional: bool
    hidden: int
    """H, the number of units in a layer and direction."""
    input_size: int
    """D, the size of the input at a position: dimensions of the codes, or numbers, of all words in the window."""
    output_size: int
    """K, the number of labels, or of numbers to predict."""
    output_kind: OutputKind
    input_kind: Inputs = "numbers"
    """Whether the inputs are words, given by their codes, or numbers."""
    embedding: int | None = None
    """Width of a trained embedding of words, before the first layer; None for no embedding."""
    window: int = 0
    """Number of neighbouring words on each side that are part of the input; an embedding applies to each word."""
    output_scale: float = 1.0
    """Factor on the readout: the standard deviation of the training targets, for numbers."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Return the names of the directions."""
        return ("forward", "backward") if self.bidirectional else ("forward",)

    @property
    def words_per_position(self) -> int:
        """Return the number of words in the window."""
        return 2 * self.window + 1

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter of one run, by name."""
        words = self.words_per_position
        shapes = {} if self.embedding is None else {"embedding": (self.input_size // words, self.embedding)}
        width = words * self.embedding if self.embedding else self.input_size
        for layer in range(self.layers):
            for direction in self.directions:
                in_layer = cell_shapes(self.cell, width, self.hidden, self.output_size)
                shapes |= {f"layer{layer}.{direction}.{name}": shape for name, shape in in_layer.items()}
            width = self.hidden * len(self.directions)
        shapes |= {f"readout.{direction}": (self.hidden, self.output_size) for direction in self.directions}
        return shapes | {"readout.bias": (self.output_size,)}

    def forward(
        self, parameters: Parameters, batch: Batch, run_layer: "RunLayer | None" = None, *, training: bool = False
    ) -> Tensor:
        """Return the outputs before softmax, (R, B, T, K).

        `run_layer` computes one layer in one direction; the default is `run_layer_stepwise`. In training, a cell can
        be fed the targets of earlier steps.
        """
        fed = self._fed_answers(batch.targets, parameters) if training and self.cell.feeds_target else None
        *_, last_layer = self.signals(parameters, batch, run_layer=run_layer, fed=fed)
        readout = torch.cat([parameters[f"readout.{direction}"] for direction in self.directions], 1)
        outputs = affine(_concatenate_directions(last_layer), readout, parameters["readout.bias"])
        return self.output_scale * outputs.transpose(1, 2)

    def signals(
        self,
        parameters: Parameters,
        batch: Batch,
        wanted_signals: WantedSignals = ("a",),
        run_layer: "RunLayer | None" = None,
        fed: Tensor | None = None,
    ) -> Iterator[dict[str, Signals]]:
        """Yield the wanted signals of each layer, by direction; each signal is (R, T, B, H).

        `fed` (R, T, B, K) are the answers y that the next step reads instead of the own one; NaN for the own one.
        """
        x, run_layer = batch.inputs, run_layer or run_layer_stepwise
        if isinstance(x, TokenBatch) and self.embedding is not None:
            x = x.vectors(parameters["embedding"], self.words_per_position)
        for layer in self._layers(parameters):
            signals = {
                direction: run_layer(layer[direction], x, batch, wanted_signals, direction == "backward", fed)
                for direction in self.directions
            }
            x = _concatenate_directions(signals)
            yield signals

    def _fed_answers(self, targets: Tensor, parameters: Parameters) -> Tensor:
        """Return the answer y that each target (R, B, T, ...) stands for, (R, T, B, K); NaN where there is no target.

        A label that has no output is no target.
        """
        targets, dtype = targets.transpose(1, 2), parameters["readout.bias"].dtype
        if self.output_kind == "numbers":
            return (targets / self.output_scale).masked_fill(~has_target(targets).unsqueeze(-1), torch.nan).to(dtype)
        is_label = targets.unsqueeze(-1) == torch.arange(self.output_size, device=targets.device)
        return is_label.to(dtype).masked_fill(~is_label.any(-1, keepdim=True), torch.nan)

    def _layers(self, parameters: Parameters) -> list[dict[str, "Layer"]]:
        return [
            {direction: self._layer(parameters, layer, direction) for direction in self.directions}
            for layer in range(self.layers)
        ]

    def _layer(self, parameters: Parameters, layer: int, direction: str) -> "Layer":
        prefix = f"layer{layer}.{direction}."
        weights = {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}
        readout, bias = parameters[f"readout.{direction}"], parameters["readout.bias"]
        return Layer(self.cell, self.hidden, weights, readout, bias, self.output_kind)


@dataclass(frozen=True)
class Layer:
    """A cell with its weights, in one direction."""

    cell: Cell
    hidden: int
    weights: Parameters
    readout: Tensor
    """(R, H, K), the part of the readout that applies to this direction."""
    readout_bias: Tensor
    """(R, K)"""
    output_kind: OutputKind

    @property
    def output_size(self) -> int:
        """Return K, the width of y."""
        return self.readout.shape[-1]

    def output(self, a: Tensor) -> Tensor:
        """Return the network's output y (R, B, K) for the activations a (R, B, H), before `output_scale`."""
        y = torch.baddbmm(self.readout_bias.unsqueeze(1), a, self.readout)
        return y.softmax(-1) if self.output_kind == "labels" else y


RunLayer = Callable[[Layer, Tensor | TokenBatch, Batch, WantedSignals, bool, Tensor | None], Signals]
"""Computes a layer in one direction: layer, inputs, batch, wanted signals, backward, fed -> signals (R, T, B, H)."""


def cell_shapes(cell: Cell, width: int, hidden: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a cell's parameters, for inputs of size `width` and an output y of size `outputs`.

    The weights of the gates stand side by side, in the order in which the cell names them.
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


def _concatenate_directions(directions: Mapping[str, Signals]) -> Tensor:
    activations = [signals.a for signals in directions.values()]
    return torch.cat(activations, -1) if len(activations) > 1 else activations[0]


def run_layer_stepwise(
    layer: Layer,
    x: Tensor | TokenBatch,
    batch: Batch,
    wanted_signals: WantedSignals,
    backward: bool,
    fed: Tensor | None = None,
) -> Signals:
    """Return the layer's signals (R, T, B, H), by a loop over time steps.

    A backward layer runs over each sequence from its end; its signals, too, are in the order of the sequence. `fed`
    (R, T, B, K) is as in `Network.signals`, in the order of the sequence.
    """
    if backward:
        x = x.reversed(batch.reverse_index) if isinstance(x, TokenBatch) else _reverse(x, batch.reverse_index)
        fed = None if fed is None else _reverse(fed, batch.reverse_index)
    signals = _run_steps(layer, project_input(layer, x), wanted_signals, fed)
    if backward:
        signals = {name: _reverse(signal, batch.reverse_index) for name, signal in signals.items()}
    return Signals(**signals)


def _run_steps(layer: Layer, projected: Tensor, wanted_signals: WantedSignals, fed: Tensor | None) -> dict[str, Tensor]:
    """Return the wanted signals at every step, (R, T, B, H) each; a cell without states needs no loop."""
    if not layer.cell.states:
        signals = layer.cell.step(_gates(layer, projected, Signals()), Signals(), Signals())
        return _select(signals, wanted_signals)
    steps = [_select(signals, wanted_signals) for signals in unroll(layer, projected, fed)]
    return {name: torch.stack([step[name] for step in steps], 1) for name in steps[0]}


def _select(signals: Signals, wanted_signals: WantedSignals) -> dict[str, Tensor]:
    return {name: value for name, value in vars(signals).items() if wanted_signals is None or name in wanted_signals}


def _reverse(x: Tensor, reverse_index: Tensor) -> Tensor:
    """Return x (R, T, B, D) with every sequence reversed within its own length; `reverse_index` is (R, T, B)."""
    return x.gather(1, reverse_index.unsqueeze(-1).expand_as(x))


def project_input(layer: Layer, x: Tensor | TokenBatch) -> Tensor:
    """Return W x + b for all steps at once, (R, T, B, G)."""
    weight, bias = layer.weights["input"], layer.weights["bias"]
    if isinstance(x, TokenBatch):
        return x.look_up(weight) + bias[:, None, None]
    return affine(x, weight, bias)


def unroll(layer: Layer, projected: Tensor, fed: Tensor | None = None) -> Iterator[Signals]:
    """Yield the cell's signals step by step, from projected inputs (R, T, B, G). This is the only loop over time.

    Where `fed` (R, T, B, K) is a number, the next step reads it instead of y.
    """
    cell, weights = layer.cell, layer.weights
    cell_weights = Signals(output=layer.output, **{name: weights[name].unsqueeze(1) for name in cell.vectors})
    memory = _initial_memory(layer, projected)
    answers = repeat(None) if fed is None else fed.unbind(1)
    for x, answer in zip(projected.unbind(1), answers, strict=False):
        signals = cell.step(_gates(layer, x, memory), memory, cell_weights)
        memory = Signals(**{state: getattr(signals, state) for state in cell.states})
        if answer is not None:
            memory.y = torch.where(answer.isnan(), memory.y, answer)
        yield signals


def _initial_memory(layer: Layer, projected: Tensor) -> Signals:
    runs, _, sequences, _ = projected.shape
    widths = {state: _width(state, layer.hidden, layer.output_size) for state in layer.cell.states}
    return Signals(**{state: projected.new_zeros(runs, sequences, width) for state, width in widths.items()})


def _gates(layer: Layer, x: Tensor, memory: Signals) -> Signals:
    """Return every gate before its activation, (R, B, H) each, from one step's x (R, B, G) and the memory."""
    cell, names, size = layer.cell, layer.cell.gates, layer.hidden * len(layer.cell.gates)
    if not cell.feedback:
        return _split_by_name(names + cell.input_gates, x)
    states = [getattr(memory, state) for state in cell.feedback]
    m = torch.cat(states, -1) if len(states) > 1 else states[0]
    if not cell.input_gates and not cell.memory_gates:
        return _split_by_name(names, torch.baddbmm(x, m, layer.weights["recurrent"]))
    recurrent = torch.bmm(m, layer.weights["recurrent"])
    gates = _split_by_name(names, x[..., :size] + recurrent[..., :size])
    input_gates = _split_by_name(cell.input_gates, x[..., size:])
    memory_bias = layer.weights["memory_bias"].unsqueeze(1)
    memory_gates = _split_by_name(cell.memory_gates, recurrent[..., size:] + memory_bias)
    return Signals(**vars(gates), **vars(input_gates), **vars(memory_gates))


def _split_by_name(names: tuple[str, ...], block: Tensor) -> Signals:
    return Signals(**dict(zip(names, block.chunk(len(names), -1), strict=True)))


def parameter_part(name: str) -> Literal["input", "recurrent", "readout"]:
    """Return the part of the network that the parameter of this name belongs to.

    input: the embedding, the weights of the layer's input, and the biases. recurrent: the weights of the memory.
    """
    if name.startswith("readout"):
        return "readout"
    return "input" if name.rpartition(".")[2] in ("embedding", "input", "bias", "memory_bias") else "recurrent"


def count_parameters(network: Network) -> dict[str, int]:
    """Return the number of parameters of one run in each part: input, recurrent, readout."""
    counts = {"input": 0, "recurrent": 0, "readout": 0}
    for name, shape in network.shapes.items():
        counts[parameter_part(name)] += math.prod(shape)
    return counts


def total_parameters(network: Network) -> int:
    """Return the number of parameters of one run."""
    return sum(count_parameters(network).values())


def state_size(network: Network) -> int:
    """Return the number of states, kept from step to step, in all layers and directions."""
    in_layer = sum(_width(state, network.hidden, network.output_size) for state in network.cell.states)
    return network.layers * len(network.directions) * in_layer


def fit_width(network: Network, target: int, count: Callable[[Network], int]) -> Network:
    """Return the network at the width whose count is closest to the target; on a tie, the smaller width.

    `count` must not decrease with the width. The network is returned unchanged if `count` does not depend on it.
    """

    def count_at(hidden: int) -> int:
        return count(replace(network, hidden=hidden))

    if count_at(1) == count_at(2):
        return network
    above = bisect_left(range(1, target + 1), target, key=count_at) + 1
    nearest = min((max(above - 1, 1), above), key=lambda hidden: abs(count_at(hidden) - target))
    return replace(network, hidden=nearest)
