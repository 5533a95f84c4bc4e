"""When a run's learning rate falls and when its training ends: each time validation has stopped improving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from rnnbench.common.typing import Array

LEAST_GAIN = 0.001
"""The least gain in the selection metric that counts as an improvement: a thousandth of an accuracy, or of the error
before training. Smaller ones are noise of the validation split, and would never end."""
FALL = 0.2
"""The factor by which the learning rate falls."""
FALLS = 2
"""How often it falls before training ends."""


class StoppedBy(StrEnum):
    """Why a run's training ended, as the tables have it."""

    PLATEAU = "plateau"
    MAXIMUM = "maximum"
    """It had taken as many steps as are allowed, and might have improved further."""
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Plateau:
    """How R runs stand. A run stops by itself, whatever the others do."""

    patience: int
    """Steps without an improvement after which the learning rate falls, or training ends."""
    max_steps: int
    least_gain: Array
    """(R,) in units of the selection metric."""
    perfect: float
    """The score that cannot be improved."""
    best: Array
    """(R,) the score at the last improvement."""
    improved_at: Array
    """(R,) the step of the last improvement, or of the last fall of the learning rate."""
    falls: Array
    """(R,) how often the learning rate has fallen."""
    steps: Array
    """(R,) steps taken."""
    stopped_by: Array
    """(R,) `StoppedBy`, or "" for a run that still trains."""

    @property
    def trains(self) -> Array:
        """Return (R,), true for the runs that still train."""
        return self.stopped_by == ""

    @property
    def lr_factors(self) -> Array:
        """Return the factor on the learning rate of each run, (R,); 0 for a run that has stopped."""
        return np.where(self.trains, FALL**self.falls, 0.0)

    def after(self, step: int, scores: Array, finite: Array) -> Plateau:
        """Return how the runs stand at a step at which they have these scores on validation.

        `scores`, (R,), are those of the selection metric, higher is better; `finite`, (R,), is false where a run's
        loss is not finite. What is passed for runs that have stopped is ignored. A run that has so good a score that
        no gain counts any more ends when it is looked at again.
        """
        trains = self.trains
        improved = trains & finite & (scores >= self.best + self.least_gain)
        best, improved_at = np.where(improved, scores, self.best), np.where(improved, step, self.improved_at)
        impatient = trains & (step - improved_at >= self.patience)
        cannot_gain = best + self.least_gain > self.perfect
        ends = (trains & cannot_gain & ~improved) | (impatient & (self.falls >= FALLS))
        falls = impatient & ~ends
        stopped_by = self.stopped_by.copy()
        stopped_by[trains & (step >= self.max_steps)] = StoppedBy.MAXIMUM
        stopped_by[ends] = StoppedBy.PLATEAU
        stopped_by[trains & ~finite] = StoppedBy.DIVERGED
        return replace(
            self,
            best=best,
            improved_at=np.where(falls, step, improved_at),
            falls=self.falls + falls,
            steps=np.where(trains, step, self.steps),
            stopped_by=stopped_by,
        )


def untrained(scores: Array, *, is_error: bool, patience: int, max_steps: int) -> Plateau:
    """Return how R runs stand before training, with these scores (R,) on validation; errors are negative scores."""
    zeros = np.zeros(len(scores), dtype=np.int64)
    return Plateau(
        patience=patience,
        max_steps=max_steps,
        least_gain=LEAST_GAIN * (np.abs(scores) if is_error else np.ones(len(scores))),
        perfect=0.0 if is_error else 1.0,
        best=np.nan_to_num(scores, nan=-np.inf),
        improved_at=zeros,
        falls=zeros,
        steps=zeros,
        stopped_by=np.full(len(scores), "", dtype=object),
    )
