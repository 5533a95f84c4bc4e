"""TODO"""

import torch
from torch import Tensor

from rnnbench.data.batches import IGNORE_INDEX, has_target
from rnnbench.models.network import Network


def losses(network: Network, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the loss at each position, (R, B, T), 0 where no answer is wanted, from targets of as many axes.

    Labels: cross-entropy in nats, 0 for a label that was never trained. Numbers: squared error in the network's unit,
    mean over K.
    """
    if network.output_kind == "labels":
        # torch's cross_entropy takes five times as long where there are fewer labels than a vector holds numbers.
        trained = (targets != IGNORE_INDEX) & (targets < network.output_size)
        own = outputs.gather(-1, targets.masked_fill(~trained, 0).unsqueeze(-1)).squeeze(-1)
        return (outputs.logsumexp(-1) - own).masked_fill(~trained, 0.0)
    targets = torch.where(has_target(targets).unsqueeze(-1), targets, outputs.detach())
    return ((outputs - targets) / network.output_scale).square().mean(-1)
