"""The one judge of paired differences: an interval and p-values from whole blocks."""

from typing import NamedTuple

import numpy as np

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import expanded_interval, resampled_means
from rnnbench.analysis.statistics.paired import PValues, flip_p_values, student_p_values
from rnnbench.common.typing import Array

NAN = float("nan")


class Judgement(NamedTuple):
    """The mean difference of paired blocks with its 95 % interval and its p-values, not corrected for other tests."""

    interval: Interval
    p_values: PValues
    spread: float
    """The standard deviation of a block's difference; NaN for a single block."""


def judged(by_block: Array, *, margin: float, shifts: Array | float = 0.0, sentences: Array | None = None) -> Judgement:
    """Return what the differences of n blocks, (n,) for n > 0, show.

    `shifts`, (DRAWS,): what the choice of other learning rates adds to the mean in each bootstrap draw of the blocks.
    `sentences`, (DRAWS,) around 0: what other test sentences add, where all blocks have the same ones. Their variance
    is added to that between blocks; the p-values are those of a t-test on the sum, with the degrees of freedom of Welch
    and Satterthwaite, where the variance due to sentences counts as exact.
    """
    n, mean = len(by_block), float(by_block.mean())
    p_values = flip_p_values(by_block, margin)
    if n < 2:
        return Judgement(Interval(mean, NAN, NAN), p_values, NAN)
    spread = float(by_block.std(ddof=1))
    between, within = spread**2 / n, 0.0 if sentences is None else float(sentences.var())
    freedom = (n - 1) * (1 + within / between) ** 2 if between else (np.inf if within else n - 1)
    shrinkage = 1 - between / n / (between + within) if between else 1.0
    draws = resampled_means(by_block) + shifts + (0.0 if sentences is None else sentences)
    if sentences is not None:
        p_values = student_p_values(mean, between + within, freedom, margin)
    return Judgement(expanded_interval(mean, draws, freedom=freedom, shrinkage=shrinkage), p_values, spread)
