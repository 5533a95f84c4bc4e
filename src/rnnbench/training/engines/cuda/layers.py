"""A layer computed by kernels: one launch for the forward pass and one for the backward pass, for all time steps."""

from torch import Tensor

from rnnbench.cells import Signals
from rnnbench.data.batches import Batch
from rnnbench.data.sparse_codes import TokenBatch
from rnnbench.models.network import Layer, WantedSignals, project_input, run_layer_stepwise
from rnnbench.training.engines.cuda.recurrence import Loop, fits, scan, shared_memory_of


def run_layer_fused(
    layer: Layer,
    x: Tensor | TokenBatch,
    batch: Batch,
    wanted_signals: WantedSignals,
    backward: bool,
    fed: Tensor | None = None,
) -> Signals:
    """Return the layer's signals (R, T, B, H), as `run_layer_stepwise` does.

    That function does the work where the kernels have no such cell, layer width or signal.
    """
    loop = Loop(layer.cell, layer.hidden, layer.output_size, _output_activation(layer), backward, fed is not None)
    if (
        wanted_signals is None
        or not fits(loop, shared_memory_of(layer.readout.device))
        or not {*wanted_signals} <= {*loop.signals}
    ):
        return run_layer_stepwise(layer, x, batch, wanted_signals, backward, fed)
    weights = {**layer.weights, "readout": layer.readout, "readout.bias": layer.readout_bias}
    signals = scan(loop, project_input(layer, x), batch.lengths, weights, fed)
    return Signals(**{name: signals[name] for name in wanted_signals})


def _output_activation(layer: Layer) -> str:
    """Return the activation of the output y, for a cell whose gates read y; empty for the others."""
    if "y" not in layer.cell.feedback:
        return ""
    return "softmax" if layer.output_kind == "labels" else "identity"
