"""Convergence: whether training ended because validation had stopped improving, or because it had to."""

from collections.abc import Iterator
from typing import Any

from rnnbench.results.schemas import COMBINATION
from rnnbench.training.plateau import StoppedBy

Frame = Any
MOST_UNFINISHED = 0.1
"""The largest share of runs that may have hit the maximum of steps where a score is given as final."""


def convergence_rows(runs: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `convergence`, from the selected runs that have a result."""
    ended = runs[runs["selected"] & (runs["stopped_by"] != "")]
    for key, group in ended.groupby(list(COMBINATION), sort=False):
        shares = {str(reason): float((group["stopped_by"] == reason).mean()) for reason in StoppedBy}
        converged = {"converged": shares[StoppedBy.MAXIMUM] <= MOST_UNFINISHED}
        yield dict(zip(COMBINATION, key, strict=True)) | {"runs": len(group)} | shares | converged
