"""Scores side by side, a row for each block, and what they show against the best of them."""

from typing import NamedTuple

import pandas as pd

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.judge import judged
from rnnbench.analysis.statistics.paired import LEVEL
from rnnbench.common.typing import Array
from rnnbench.report.views.queries import Frame, Tables, of_task

NETWORK = ["encoder", "architecture"]
"""What names a trained network of a task."""
LEAST_SHARE = 0.5
"""A network with a score in fewer than this share of the seeds is not compared: the others would lose their seeds."""


class Comparison(NamedTuple):
    """What the best of several shows against another one."""

    behind: Interval
    """How far the other is behind, the mean over blocks with its 95 % interval."""
    is_lower: bool
    """Whether the other is shown to be lower: the interval excludes 0 and the test of flipped signs agrees."""
    is_as_good: bool
    """Whether the other is shown to be behind by less than the margin."""


def scores_by_block(tables: Tables, task: str, split: str, metric: str, *, phenomenon: str = "") -> Frame:
    """Return the scores of the selected runs, indexed by seed, a column for each encoder and architecture.

    `phenomenon`: on the words that the task marks with it alone. Networks without a run that is done are left out, and
    those with a score in fewer than half of the seeds. A score that is missing is NaN.
    """
    rows = of_task(tables["phenomena" if phenomenon else "scores"], task)
    rows = rows[(rows["split"] == split) & (rows["metric"] == metric)]
    rows = rows[rows["phenomenon"] == phenomenon] if phenomenon else rows[rows["selected"]]
    rows = rows.dropna(subset="value")
    if rows.empty:
        return pd.DataFrame(columns=pd.MultiIndex.from_arrays([[], []], names=NETWORK), dtype=float)
    wide = rows.pivot_table(index="seed", columns=NETWORK, values="value", sort=False)
    runs = of_task(tables["runs"], task)
    done = set(runs.loc[runs["status"] == "done", NETWORK].itertuples(index=False, name=None))
    enough = wide.notna().mean() >= LEAST_SHARE
    return wide[[name for name in wide.columns if name in done and enough[name]]]


def best_of(scores: Frame) -> tuple:
    """Return the name of the column with the best mean, the first of equal ones."""
    return scores.mean().idxmax()


def against_best(scores: Frame, margin: float) -> dict[tuple, Comparison]:
    """Return what each other column shows against the best one, from scores without NaN.

    The best is called best where it is shown to be above each of the others. That needs no correction for their number:
    where it is level with one of them, that comparison alone errs in at most 5 % (an intersection-union test: Berger
    1982, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24).
    """
    best = best_of(scores)
    others = [name for name in scores.columns if name != best]
    return {name: _comparison((scores[best] - scores[name]).to_numpy(float), margin) for name in others}


def _comparison(differences: Array, margin: float) -> Comparison:
    behind, p_values, _ = judged(differences, margin=margin)
    return Comparison(
        behind,
        is_lower=bool(behind.low > 0 and p_values.differs <= LEVEL),
        is_as_good=bool(behind.high < margin and p_values.below <= LEVEL / 2),
    )
