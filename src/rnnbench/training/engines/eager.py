"""The engine that is the reference: torch with autograd, all runs of a stack at once, any cell, on CPU and GPU."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnbench.data.batches import Batch, Encoded
from rnnbench.models.engine import Engine, Predictor, Trainer
from rnnbench.models.losses import losses
from rnnbench.models.network import Network, Parameters, RunLayer
from rnnbench.training.optimizer import clip_gradients, stack_of, take_step


class TorchPredictor(Predictor):
    """Networks that torch asks."""

    @property
    def run_layer(self) -> RunLayer | None:
        """Return how layers read; None: in steps."""
        return None

    def batch(self, encoded: Encoded, chosen: Tensor) -> Batch:
        """Return the sequences with these numbers (B,), for every run."""
        return encoded.batch(chosen.expand(self.runs, -1))

    def outputs(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run puts out, (R, B, T, K)."""
        with torch.no_grad():
            return self.network.forward(self.parameters, self.batch(encoded, chosen), self.run_layer)

    def states(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run keeps for the next step, (R, S, W)."""
        kept = self.network.cell.states or ("a",)
        with torch.no_grad():
            batch = self.batch(encoded, chosen)
            layers = list(self.network.signals(self.parameters, batch, ("a", *kept), self.run_layer))
        found = [getattr(one, state) for layer in layers for one in layer.values() for state in kept]
        return torch.cat(found, -1).transpose(1, 2)[:, encoded.places(chosen)[1]]


class TorchTrainer(Trainer):
    """Runs that torch trains."""

    def __init__(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], largest: float
    ) -> None:
        self.network, self.train, self.largest = network, train, largest
        self.stack = stack_of({name: value.to(train.lengths.device) for name, value in start.items()}, learning_rates)

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the weights as they are now."""
        return {name: value.detach() for name, value in self.stack.parameters.items()}

    def train_steps(self, batches: Sequence[Tensor], lr_factors: Sequence[float]) -> None:
        """Take a step on each batch."""
        for chosen, pace in zip(batches, lr_factors, strict=True):
            self._step(self.train, chosen.to(self.train.lengths.device), pace)

    def _step(self, encoded: Encoded, chosen: Tensor, pace: float) -> None:
        batch = encoded.batch(chosen)
        outputs = self.network.forward(self.stack.parameters, batch)
        loss = losses(self.network, outputs, batch.targets).sum((1, 2)) / batch.has_target.sum((1, 2)).clamp(min=1)
        loss.sum().backward()
        clip_gradients(self.stack.gradients, self.largest)
        take_step(self.stack, pace)


class TorchEngine(Engine):
    """Trains and answers with torch."""

    def trainer(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], clip: float
    ) -> TorchTrainer:
        """Return runs that torch trains, on the device that the split is on."""
        return TorchTrainer(network, train, start, learning_rates, clip)

    def predictor(self, network: Network, parameters: Parameters) -> TorchPredictor:
        """Return networks that torch asks."""
        return TorchPredictor(network, parameters)
