"""How far a network's memory reaches: scores from 0 (nothing remembered) to 1 (all), and the longest lag solved."""

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
"""A lag is solved when the mean calibrated score over seeds is at least this."""
DRAWS = 2000
"""Times that seeds are drawn anew for an interval."""
CALIBRATED = "calibrated_score"


class Horizon(NamedTuple):
    """The longest lag solved, with every shorter one that was tried; 0 where not even the shortest is."""

    horizon: int
    low: int
    high: int
    """The 95 % interval over seeds."""
    censored: str
    """"<" where no lag is solved, ">" where all are: then it lies beyond what was tried."""


def calibrated(metric: str, score: float, without_memory: float) -> float:
    """Return a score between those of the best tagger without memory and of the oracle: 0 like the one, 1 the other.

    >>> [calibrated("token_accuracy", score, 0.5) for score in (0.5, 0.75, 1.0)]
    [0.0, 0.5, 1.0]
    >>> calibrated("squared_error", 1.0, 4.0)
    0.75
    """
    return (score - without_memory) / span(metric, without_memory)


def span(metric: str, without_memory: float) -> float:
    """Return how far the oracle's score is from the one without memory; below 0 where less is better."""
    return (1.0 if metric in HIGHER_IS_BETTER else 0.0) - without_memory


def horizon(scores: Array, lags: Sequence[int], rng: np.random.Generator) -> Horizon:
    """Return the horizon of one network from calibrated scores (L lags ascending, S seeds).

    The interval is that of the percentiles when whole seeds are drawn anew (Efron & Tibshirani 1993, An Introduction to
    the Bootstrap, chapter 13). A lag without a score for every seed is not solved.
    """
    picks = rng.integers(scores.shape[1], size=(DRAWS, scores.shape[1]))
    again = _solved(scores[:, picks].mean(-1))
    low, high = np.quantile(again, [0.025, 0.975], method="inverted_cdf").astype(int)
    number = int(_solved(scores.mean(-1)[:, None])[0])
    reached = [0, *lags]
    censored = "<" if number == 0 else ">" if number == len(lags) else ""
    return Horizon(reached[number], reached[low], reached[high], censored)


def families(tasks: Iterable[MemoryTask]) -> dict[str, list[MemoryTask]]:
    """Return the tasks that differ in nothing but the lag's setting, lags ascending, by what they are called.

    How networks are trained on them may differ too: long lags may want more steps.
    """
    found: dict[str, list[MemoryTask]] = {}
    for task in tasks:
        found.setdefault(digest(_without_lag(task).settings), []).append(task)
    named = with_names([_without_lag(first) for first, *_ in found.values()])
    return {one.label: sorted(alike, key=_lag) for one, alike in zip(named, found.values(), strict=True)}


def horizon_rows(tasks: Iterable[MemoryTask], scores: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `horizons` from those of `scores`: a row for each network and two lags or more."""
    told = _by_network(scores)
    for name, alike in families(tasks).items():
        networks = dict.fromkeys(key[1:] for task in alike for key in told if key[0] == task.label)
        for encoder, architecture in networks if len(alike) > 1 else ():
            grid = _grid([told.get((task.label, encoder, architecture), {}) for task in alike])
            rng = generator(purpose="horizon", task=name, encoder=encoder, architecture=architecture)
            key = {"task": name, "setting": alike[0].axis, "encoder": encoder, "architecture": architecture}
            lags = [_lag(task) for task in alike]
            yield key | horizon(grid, lags, rng)._asdict() | {"shortest": lags[0], "longest": lags[-1]}


def _solved(means: Array) -> Array:
    """Return (D,) how many of the first lags are solved, from means (L, D)."""
    return np.cumprod(means >= SOLVED, axis=0).sum(0)


def _by_network(scores: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], dict[int, float]]:
    """Return (task, encoder, architecture) -> seed -> calibrated score on test of the selected run."""
    found: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in scores:
        if row["selected"] and row["split"] == "test" and row["metric"] == CALIBRATED:
            network = (row["task"], row["encoder"], row["architecture"])
            found.setdefault(network, {})[row["seed"]] = row["value"]
    return found


def _grid(by_lag: Sequence[Mapping[int, float]]) -> Array:
    """Return (L, S), NaN for a seed that a lag does not have."""
    seeds = sorted({seed for found in by_lag for seed in found})
    return np.array([[found.get(seed, np.nan) for seed in seeds] for found in by_lag])


def _lag(task: MemoryTask) -> int:
    return getattr(task, task.axis)


def _without_lag(task: MemoryTask) -> MemoryTask:
    return task.model_copy(update={"name": "", task.axis: 0})
