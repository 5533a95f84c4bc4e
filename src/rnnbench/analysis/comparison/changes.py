"""Changes of scores from one experiment to another, and which of them exceed the noise of seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from rnnbench.analysis.comparison.result_folders import CombinationKey, FolderScores
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.paired import LEVEL
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import compared_by

Outcome = Literal["same", "noise", "moved", "one seed", "no seed"]


@dataclass(frozen=True)
class Change:
    """The scores of one combination in the old and the new experiment, for the S seeds that both have."""

    key: CombinationKey
    metric: str
    old: Array
    """(S,)."""
    new: Array
    """(S,)."""

    @property
    def differences(self) -> Array:
        """Return new minus old, (S,)."""
        return self.new - self.old

    @property
    def size(self) -> float:
        """Return the mean difference."""
        return float(self.differences.mean())

    @cached_property
    def p_value(self) -> float:
        """Return the p-value of no change by Student's paired t; NaN with fewer than two seeds."""
        if len(self.old) < 2:
            return float("nan")
        if self._spread == 0:
            return float(self.size == 0)
        t = abs(self.size) * len(self.old) ** 0.5 / self._spread
        return 2 * float(stdtr(len(self.old) - 1, -t))

    @property
    def interval(self) -> Interval:
        """Return the mean difference with its 95 % interval for other seeds."""
        half = float(stdtrit(len(self.old) - 1, 0.975)) * self._spread / len(self.old) ** 0.5
        return Interval(self.size, self.size - half, self.size + half)

    @property
    def _spread(self) -> float:
        return float(np.ptp(self.differences) and self.differences.std(ddof=1))


def changes(old: FolderScores, new: FolderScores, metric: str | None = None) -> list[Change]:
    """Return the change of every combination that both experiments have, by the metric or else by its headline metric.

    Raises UserError where no combination has such a score in both.
    """
    shared = []
    for key in (key for key in old if key in new):
        metrics = [name for name in old[key] if name in new[key]]
        selected = compared_by(metrics) if metric is None else metric
        if selected is not None and selected in metrics:
            shared.append(_change(key, selected, old[key][selected], new[key][selected]))
    if not shared:
        names = {name for scores in (old, new) for by_metric in scores.values() for name in by_metric}
        hint = did_you_mean(metric, names) if metric is not None and metric not in names else ""
        raise UserError(f"no combination has a {metric or 'headline'} in both{hint}")
    return shared


def outcomes(changes: Sequence[Change]) -> list[tuple[Outcome, float]]:
    """Return the outcome of each change, and its p-value corrected for all that have one (Holm)."""
    p_values = np.array([change.p_value for change in changes])
    tested = ~np.isnan(p_values)
    p_values[tested] = holm(p_values[tested])
    return [(_outcome(change, p), float(p)) for change, p in zip(changes, p_values, strict=True)]


def _change(key: CombinationKey, metric: str, old: Mapping[int, float], new: Mapping[int, float]) -> Change:
    seeds = [seed for seed in sorted(old.keys() & new.keys()) if np.isfinite([old[seed], new[seed]]).all()]
    return Change(key, metric, *(np.array([scores[seed] for seed in seeds]) for scores in (old, new)))


def _outcome(change: Change, p_value: float) -> Outcome:
    if not len(change.old):
        return "no seed"
    if not change.differences.any():
        return "same"
    if len(change.old) == 1:
        return "one seed"
    return "moved" if p_value <= LEVEL else "noise"
