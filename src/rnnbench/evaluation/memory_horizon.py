"""The memory horizon of a network: the longest lag that it solves, by scores calibrated from 0 to 1."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnbench.common.fingerprint import digest
from rnnbench.common.randomness import generator
from rnnbench.common.registry import with_names
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.tasks._memory import MemoryTask

SOLVED = 0.9
"""The least mean calibrated score over blocks at which a lag is solved."""
N_RESAMPLES = 2000
"""The number of bootstrap resamples of the blocks for an interval."""
CALIBRATED = "calibrated_score"
"""The metric that is 0 for the best tagger without memory and 1 for a tagger that is always right."""


class MemoryHorizon(NamedTuple):
    """The longest lag that is solved together with every shorter one; 0 if not even the shortest is solved."""

    horizon: int
    low: int
    """The lower end of the 95 % interval over blocks."""
    high: int
    """The upper end of that interval."""
    censored: str
    """"<" if no lag is solved, ">" if all are: the true horizon lies outside the lags that were tried."""


def calibrated(metric: str, score: float, memoryless_score: float) -> float:
    """Return a score on the scale on which `memoryless_score` is 0 and a perfect score is 1.

    >>> [calibrated("token_accuracy", score, 0.5) for score in (0.5, 0.75, 1.0)]
    [0.0, 0.5, 1.0]
    >>> calibrated("squared_error", 1.0, 4.0)
    0.75
    """
    return (score - memoryless_score) / span(metric, memoryless_score)


def span(metric: str, memoryless_score: float) -> float:
    """Return the perfect score minus the memoryless score; it is negative for errors."""
    return (1.0 if metric in HIGHER_IS_BETTER else 0.0) - memoryless_score


def memory_horizon(scores: Array, lags: Sequence[int], rng: np.random.Generator) -> MemoryHorizon:
    """Return the memory horizon of one network from calibrated scores (L, S) of L ascending lags and S blocks.

    The interval is the percentile bootstrap over blocks: a resample takes a block's scores at all lags together (Efron
    & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13). A lag that lacks a block's score is not solved.
    """
    blocks = rng.integers(scores.shape[1], size=(N_RESAMPLES, scores.shape[1]))
    resampled = _count_solved(scores[:, blocks].mean(-1))
    low, high = np.quantile(resampled, [0.025, 0.975], method="inverted_cdf").astype(int)
    solved = int(_count_solved(scores.mean(-1)[:, None])[0])
    horizons = [0, *lags]
    censored = "<" if solved == 0 else ">" if solved == len(lags) else ""
    return MemoryHorizon(horizons[solved], horizons[low], horizons[high], censored)


def families(tasks: Iterable[MemoryTask]) -> dict[str, list[MemoryTask]]:
    """Return family name -> its tasks in order of their lags; the tasks of a family differ in the lag alone.

    The training settings of its tasks may also differ: long lags may take more steps.
    """
    by_settings: dict[str, list[MemoryTask]] = {}
    for task in tasks:
        by_settings.setdefault(digest(_without_lag(task).settings), []).append(task)
    named = with_names([_without_lag(first) for first, *_ in by_settings.values()])
    return {
        family.label: sorted(members, key=_lag) for family, members in zip(named, by_settings.values(), strict=True)
    }


def horizon_rows(
    tasks: Iterable[MemoryTask], scores: Iterable[Mapping[str, Any]], convergence: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `horizons`, one for each network with at least two lags.

    `scores`, `convergence`: the rows of these tables. Of what is not in `convergence` nothing is known, and it counts
    as converged.
    """
    by_network = _scores_by_network(scores)
    unfinal = {(row["task"], row["encoder"], row["architecture"]) for row in convergence if not row["converged"]}
    for family, members in families(tasks).items():
        networks = dict.fromkeys(key[1:] for task in members for key in by_network if key[0] == task.label)
        for encoder, architecture in networks if len(members) > 1 else ():
            names = [(task.label, encoder, architecture) for task in members]
            lags = [_lag(task) for task in members]
            rng = generator(purpose="horizon", task=family, encoder=encoder, architecture=architecture)
            reached = memory_horizon(_matrix([by_network.get(name, {}) for name in names]), lags, rng)
            decisive = names[: 1 + sum(lag <= reached.horizon for lag in lags)]
            yield {
                "task": family,
                "setting": members[0].axis,
                "encoder": encoder,
                "architecture": architecture,
                **reached._asdict(),
                "shortest": lags[0],
                "longest": lags[-1],
                "converged": unfinal.isdisjoint(decisive),
            }


def _count_solved(means: Array) -> Array:
    """Return the number of lags before the first one that is not solved, (D,), from mean scores (L, D)."""
    return np.cumprod(means >= SOLVED, axis=0).sum(0)


def _scores_by_network(scores: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], dict[int, float]]:
    """Return (task, encoder, architecture) -> seed -> the calibrated score of the selected run on the test split."""
    values: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in scores:
        if row["selected"] and row["split"] == "test" and row["metric"] == CALIBRATED:
            network = (row["task"], row["encoder"], row["architecture"])
            values.setdefault(network, {})[row["seed"]] = row["value"]
    return values


def _matrix(scores_by_lag: Sequence[Mapping[int, float]]) -> Array:
    """Return scores (L, S) from those of each lag by seed, the number of a block; NaN where a lag lacks one."""
    seeds = sorted({seed for scores in scores_by_lag for seed in scores})
    return np.array([[scores.get(seed, np.nan) for seed in seeds] for scores in scores_by_lag])


def _lag(task: MemoryTask) -> int:
    return getattr(task, task.axis)


def _without_lag(task: MemoryTask) -> MemoryTask:
    return task.model_copy(update={"name": "", task.axis: 0})
