"""The training loss: cross-entropy of labels, squared error of numbers."""

import torch
from torch import Tensor

from rnnbench.data.batches import IGNORE_INDEX, Batch, has_target
from rnnbench.models.network import Network, Parameters, RunLayer


def mean_losses(network: Network, parameters: Parameters, batch: Batch, run_layer: RunLayer | None = None) -> Tensor:
    """Return the loss of each run that training makes smaller, (R,): the mean over the positions with a target."""
    outputs = network.forward(parameters, batch, run_layer, training=True)
    return losses(network, outputs, batch.targets).sum((1, 2)) / batch.has_target.sum((1, 2)).clamp(min=1)


def losses(network: Network, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the loss at each position, (R, B, T); it is 0 where there is no target.

    `outputs` (R, B, T, K) are those of `Network.forward`; `targets` are labels (R, B, T) or numbers (R, B, T, K).
    Labels: cross-entropy in nats; 0 for a label that does not occur in the training split, which has no output.
    Numbers: squared error in units of `output_scale`, averaged over K.
    """
    if network.output_kind == "labels":
        # torch's cross_entropy takes five times as long where there are fewer labels than a vector holds numbers.
        has_output = (targets != IGNORE_INDEX) & (targets < network.output_size)
        target_outputs = outputs.gather(-1, targets.masked_fill(~has_output, 0).unsqueeze(-1)).squeeze(-1)
        return (outputs.logsumexp(-1) - target_outputs).masked_fill(~has_output, 0.0)
    targets = torch.where(has_target(targets).unsqueeze(-1), targets, outputs.detach())
    return ((outputs - targets) / network.output_scale).square().mean(-1)
