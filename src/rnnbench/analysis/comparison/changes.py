"""Which combinations score otherwise in one experiment than in another, beyond what other seeds would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from rnnbench.analysis.comparison.result_folders import Key, Scores
from rnnbench.analysis.evidence.verdicts import LEVEL
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import compared_by

Outcome = Literal["same", "noise", "moved", "one seed", "no seed"]


@dataclass(frozen=True)
class Change:
    """The scores of one combination before and after, with the S seeds that both have."""

    key: Key
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
        """Return the mean difference with the 95 % interval of what other seeds would give."""
        half = float(stdtrit(len(self.old) - 1, 0.975)) * self._spread / len(self.old) ** 0.5
        return Interval(self.size, self.size - half, self.size + half)

    @property
    def _spread(self) -> float:
        return float(np.ptp(self.differences) and self.differences.std(ddof=1))


def changes(old: Scores, new: Scores, metric: str | None = None) -> list[Change]:
    """Return the change of every combination that both experiments have with the metric, by default its headline."""
    found = []
    for key in (key for key in old if key in new):
        known = [name for name in old[key] if name in new[key]]
        chosen = compared_by(known) if metric is None else metric
        if chosen in known:
            found.append(_change(key, chosen, old[key][chosen], new[key][chosen]))
    if not found:
        known = {name for scores in (old, new) for metrics in scores.values() for name in metrics}
        asked = did_you_mean(metric, known) if metric not in (None, *known) else ""
        raise UserError(f"no combination has a {metric or 'headline'} in both{asked}")
    return found


def outcomes(changes: Sequence[Change], *, level: float = LEVEL) -> list[tuple[Outcome, float]]:
    """Return what became of each combination, and its p-value corrected for all that have one (Holm)."""
    p_values = np.array([change.p_value for change in changes])
    tested = ~np.isnan(p_values)
    p_values[tested] = holm(p_values[tested])
    return [(_outcome(change, p, level), float(p)) for change, p in zip(changes, p_values, strict=True)]


def _change(key: Key, metric: str, old: Mapping[int, float], new: Mapping[int, float]) -> Change:
    seeds = [seed for seed in sorted(old.keys() & new.keys()) if np.isfinite([old[seed], new[seed]]).all()]
    return Change(key, metric, *(np.array([scores[seed] for seed in seeds]) for scores in (old, new)))


def _outcome(change: Change, p_value: float, level: float) -> Outcome:
    if not len(change.old):
        return "no seed"
    if not change.differences.any():
        return "same"
    if len(change.old) == 1:
        return "one seed"
    return "moved" if p_value <= level else "noise"
