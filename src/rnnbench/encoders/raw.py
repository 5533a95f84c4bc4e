"""Numbers, unchanged."""

from collections.abc import Iterable
from typing import ClassVar

from rnnbench.common.typing import Inputs
from rnnbench.encoders._base import Encoder


class Raw(Encoder):
    """The task's numbers, unchanged: for tasks whose input is a vector already."""

    inputs: ClassVar[Inputs] = "numbers"

    def fit(self, words: Iterable[str]) -> None:
        """Return None: there is nothing to learn."""
