"""The recurrent network whose hidden layer reads the network's last output."""

from typing import ClassVar, Literal

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class Jordan(Cell):
    """The hidden layer reads the network's output of the step before.

        a = tanh(W x + U y_before + b)
        y = output(V a + b_y)

    Jordan (1986), "Serial order". For labels, output is the softmax and y their distribution; for numbers, y is the
    number itself. With two directions each reads a y of its own, computed by its own half of the readout, because the
    joint output needs both directions; each layer has a y of its own, too.

    By default y is the network's own answer in training as in use. With `feeds: target` the next step reads, in
    training, the true label instead (1 for it and 0 for all others; for numbers, the target), and no gradient flows
    back through it; where there is no target it reads the own answer, as always in use. Mesnil, He, Deng & Bengio
    (2013), "Investigation of recurrent-neural-network architectures and learning methods for spoken language
    understanding", train Jordan networks in both ways.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)
    states: ClassVar[tuple[str, ...]] = ("y",)
    feedback: ClassVar[tuple[str, ...]] = ("y",)

    activation: ActivationName = Field(default="tanh", description="activation of z")
    feeds: Literal["own", "target"] = Field(
        default="own", description="what a step reads of the step before in training: its own answer, or the target"
    )

    @property
    def feeds_target(self) -> bool:
        """Return whether a step reads the target of the step before, in training."""
        return self.feeds == "target"

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a and y."""
        a = activation(self.activation)(s.z)
        return Signals(a=a, y=weights.output(a))
