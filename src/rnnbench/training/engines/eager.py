"""The reference engine: torch with autograd, all runs of a stack at once, any cell, on CPU and GPU."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnbench.common.typing import Array
from rnnbench.data.batches import Batch, Encoded
from rnnbench.models.engine import Engine, Predictor, Trainer, check_same_shapes
from rnnbench.models.losses import mean_losses
from rnnbench.models.network import Network, Parameters, RunLayer
from rnnbench.training.optimizer import clip_gradients, stack_of, stopped_runs


class TorchPredictor(Predictor):
    """Inference with torch."""

    @property
    def run_layer(self) -> RunLayer | None:
        """Return the function that computes a layer; None for the default, `run_layer_stepwise`."""
        return None

    def batch(self, encoded: Encoded, indices: Tensor) -> Batch:
        """Return the sequences `indices` (B,), the same for every run."""
        return encoded.batch(indices.expand(self.runs, -1))

    def outputs(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the outputs before softmax of every run, (R, B, T, K)."""
        with torch.no_grad():
            return self.network.forward(self.parameters, self.batch(encoded, indices), self.run_layer)

    def states(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the hidden states of every run after each step, (R, S, W)."""
        names = self.network.cell.states or ("a",)
        with torch.no_grad():
            batch = self.batch(encoded, indices)
            layers = list(self.network.signals(self.parameters, batch, ("a", *names), self.run_layer))
        states = [getattr(signals, name) for layer in layers for signals in layer.values() for name in names]
        return torch.cat(states, -1).transpose(1, 2)[:, encoded.positions(indices)[1]]


class TorchTrainer(Trainer):
    """Training with torch."""

    def __init__(self, network: Network, train: Encoded, start: Parameters, max_norm: float) -> None:
        self.network, self.train, self.max_norm, self.device = network, train, max_norm, train.lengths.device
        self.stack = stack_of({name: value.to(self.device) for name, value in start.items()})
        # Allocated once, so that autograd adds in place: the gradient of a table of words is sparse.
        self.gradients = [torch.zeros_like(value) for value in self.stack.parameters.values()]
        for parameter, gradient in zip(self.stack.parameters.values(), self.gradients, strict=True):
            parameter.grad = gradient

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the current parameters."""
        return {name: value.detach() for name, value in self.stack.parameters.items()}

    def train_steps(self, batches: Sequence[Tensor], rates: Array) -> None:
        """Take one optimizer step per batch."""
        on_device = torch.from_numpy(rates).to(self.device)
        with self.stack.without(stopped_runs(rates).to(self.device)):
            for indices in batches:
                batch = self.train.batch(indices.to(self.device))
                mean_losses(self.network, self.stack.parameters, batch).sum().backward()
                clip_gradients(self.gradients, self.max_norm)
                self.stack.step(self.gradients, on_device)
                for gradient in self.gradients:
                    gradient.zero_()

    def read(self, train: Encoded) -> None:
        """Train on this split from now on."""
        check_same_shapes(self.train, train)
        self.train = train


class TorchEngine(Engine):
    """Training and inference with torch."""

    def trainer(self, network: Network, train: Encoded, start: Parameters, clip: float) -> TorchTrainer:
        """Return a trainer on the device of the training split."""
        return TorchTrainer(network, train, start, clip)

    def predictor(self, network: Network, parameters: Parameters) -> TorchPredictor:
        """Return a predictor of the networks with these parameters."""
        return TorchPredictor(network, parameters)
