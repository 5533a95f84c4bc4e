"""The reference engine: torch with autograd, all runs of a stack at once, any cell, on CPU and GPU."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnbench.data.batches import Batch, Encoded
from rnnbench.models.engine import Engine, Predictor, Trainer
from rnnbench.models.losses import losses
from rnnbench.models.network import Network, Parameters, RunLayer
from rnnbench.training.optimizer import clip_gradients, stack_of, take_step


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

    def __init__(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], max_norm: float
    ) -> None:
        self.network, self.train, self.max_norm = network, train, max_norm
        self.stack = stack_of({name: value.to(train.lengths.device) for name, value in start.items()}, learning_rates)

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the current parameters."""
        return {name: value.detach() for name, value in self.stack.parameters.items()}

    def train_steps(self, batches: Sequence[Tensor], lr_factors: Sequence[float]) -> None:
        """Take one optimizer step per batch."""
        for indices, lr_factor in zip(batches, lr_factors, strict=True):
            batch = self.train.batch(indices.to(self.train.lengths.device))
            outputs = self.network.forward(self.stack.parameters, batch)
            n_targets = batch.has_target.sum((1, 2)).clamp(min=1)
            loss = losses(self.network, outputs, batch.targets).sum((1, 2)) / n_targets
            loss.sum().backward()
            clip_gradients(self.stack.gradients, self.max_norm)
            take_step(self.stack, lr_factor)


class TorchEngine(Engine):
    """Training and inference with torch."""

    def trainer(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], clip: float
    ) -> TorchTrainer:
        """Return a trainer on the device of the training split."""
        return TorchTrainer(network, train, start, learning_rates, clip)

    def predictor(self, network: Network, parameters: Parameters) -> TorchPredictor:
        """Return a predictor of the networks with these parameters."""
        return TorchPredictor(network, parameters)
