"""The baseline of the benchmark: one network of torch.nn, trained in the usual way, one run at a time.

Cells that torch.nn has are its modules; the others are a loop over time with linear maps, as in tutorials.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rnnbench.models.network import Network

MODULES: dict[str, Callable[..., nn.Module]] = {"elman": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
"""Cells that torch.nn has: its modules run them over a whole sequence at once."""


class TorchNetwork(nn.Module):
    """Words or numbers -> layers -> answers, for the same networks as `rnnbench.models.network.Network`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network, directions = network, len(network.directions)
        width = network.embedding or network.hidden if network.input_kind == "words" else network.input_size
        self.words = nn.Embedding(network.input_size, width) if network.input_kind == "words" else None
        self.layers = nn.ModuleList()
        for layer in range(network.layers):
            self.layers.append(_layer(network, network.hidden * directions if layer else width))
        self.readout = nn.Linear(network.hidden * directions, network.output_size)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return answers before softmax, (B, T, K), to words (B, T) or numbers (B, T, D)."""
        x = inputs if self.words is None else self.words(inputs)
        for layer in self.layers:
            outputs = layer(x)
            x = outputs[0] if isinstance(outputs, tuple) else outputs
        return self.readout(x)


def _layer(network: Network, width: int) -> nn.Module:
    kind, hidden = network.cell.kind, network.hidden
    if kind in MODULES:
        return MODULES[kind](width, hidden, batch_first=True, bidirectional=network.bidirectional)
    make = {
        "feed_forward": lambda: nn.Sequential(nn.Linear(width, hidden), nn.Tanh()),
        "jordan": lambda: _Jordan(width, hidden, network.output_size),
        "lstm_no_feedback": lambda: _Lstm(width, hidden, recurrent_inputs=()),
        "lstm_peephole": lambda: _Lstm(width, hidden, recurrent_inputs=("a", "c")),
        "lstm_peephole_diagonal": lambda: _Lstm(width, hidden, recurrent_inputs=("a",), diagonal=True),
    }[kind]
    return _Bidirectional(make(), make()) if network.bidirectional else make()


class _Jordan(nn.Module):
    def __init__(self, width: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.input, self.memory, self.output = (
            nn.Linear(width, hidden),
            nn.Linear(outputs, hidden, bias=False),
            nn.Linear(hidden, outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        y, hidden_states = x.new_zeros(len(x), self.output.out_features), []
        for projected in self.input(x).unbind(1):
            a = torch.tanh(projected + self.memory(y))
            y = self.output(a).softmax(-1)
            hidden_states.append(a)
        return torch.stack(hidden_states, 1)


class _Lstm(nn.Module):
    def __init__(self, width: int, hidden: int, *, recurrent_inputs: tuple[str, ...], diagonal: bool = False) -> None:
        super().__init__()
        self.hidden, self.recurrent_inputs = hidden, recurrent_inputs
        self.input = nn.Linear(width, 4 * hidden)
        n_recurrent = len(recurrent_inputs) * hidden
        self.memory = nn.Linear(n_recurrent, 4 * hidden, bias=False) if recurrent_inputs else None
        self.peepholes = nn.Parameter(torch.zeros(3, hidden)) if diagonal else None

    def forward(self, x: Tensor) -> Tensor:
        state = {"a": x.new_zeros(len(x), self.hidden), "c": x.new_zeros(len(x), self.hidden)}
        hidden_states = []
        for gates in self.input(x).unbind(1):
            if self.memory is not None:
                gates = gates + self.memory(torch.cat([state[name] for name in self.recurrent_inputs], -1))
            state["a"], state["c"] = self._step(gates, state["c"])
            hidden_states.append(state["a"])
        return torch.stack(hidden_states, 1)

    def _step(self, gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        z, z_i, z_f, z_o = gates.chunk(4, -1)
        if self.peepholes is not None:
            z_i, z_f = z_i + self.peepholes[0] * c, z_f + self.peepholes[1] * c
        c = torch.tanh(z) * torch.sigmoid(z_i) + c * torch.sigmoid(z_f)
        if self.peepholes is not None:
            z_o = z_o + self.peepholes[2] * c
        return torch.tanh(c) * torch.sigmoid(z_o), c


class _Bidirectional(nn.Module):
    def __init__(self, forward: nn.Module, backward: nn.Module) -> None:
        super().__init__()
        self.forward_layer, self.backward_layer = forward, backward

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.forward_layer(x), self.backward_layer(x.flip(1)).flip(1)], -1)


@dataclass(frozen=True)
class TorchRun:
    """A network of torch.nn and its Adam optimizer."""

    model: TorchNetwork
    adam: torch.optim.Adam
    clip: float = 1.0

    def step(self, inputs: Tensor, targets: Tensor) -> None:
        """Take a step on a batch; targets (B, T) are -1 at positions without a target."""
        self.adam.zero_grad()
        outputs = self.model(inputs)
        nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten(), ignore_index=-1).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.adam.step()


def torch_run(network: Network, *, seed: int, learning_rate: float, device: torch.device | str = "cpu") -> TorchRun:
    """Return a run with the initial weights of torch.nn."""
    torch.manual_seed(seed)
    model = TorchNetwork(network).to(device)
    return TorchRun(model, torch.optim.Adam(model.parameters(), lr=learning_rate, fused=True))
