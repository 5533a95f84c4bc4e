"""How a layer reads with kernels: in one launch forward and one back, whatever the number of steps."""

from torch import Tensor

from rnnbench.cells import Signals
from rnnbench.data.batches import Batch
from rnnbench.data.sparse_codes import Words
from rnnbench.models.network import Kept, Layer, project, read_in_steps
from rnnbench.training.engines.cuda.recurrence import Loop, room_on, scan, takes


def read_by_kernels(layer: Layer, x: Tensor | Words, batch: Batch, kept: Kept, backward: bool) -> Signals:
    """Return the layer's signals (R, T, B, H); in steps, where the kernels do not take the cell or its width."""
    loop = Loop(layer.cell, layer.hidden, layer.outputs, _squash(layer), backward)
    if kept is None or not takes(loop, room_on(layer.readout.device)) or not {*kept} <= {*loop.signals}:
        return read_in_steps(layer, x, batch, kept, backward)
    weights = {**layer.weights, "readout": layer.readout, "readout.bias": layer.readout_bias}
    found = scan(loop, project(layer, x), batch.lengths, weights)
    return Signals(**{name: found[name] for name in kept})


def _squash(layer: Layer) -> str:
    """Return how a cell that reads the answer y makes it."""
    if "y" not in layer.cell.feedback:
        return ""
    return "softmax" if layer.answers == "labels" else "identity"
