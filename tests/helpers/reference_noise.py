"""Noise of paired differences, taken from the tables of the reference experiment: what simulations draw from."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Contrast, Counted, Family
from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.analysis.evidence.scores import ExperimentScores, Tables, paired_scores, scores_from
from rnnbench.common.typing import Array

REFERENCE = Path(__file__).parents[2] / "reports" / "reference"
MIN_BLOCKS = 8
"""Fewest blocks of a contrast whose noise is used."""
FEWEST_FAILURES = 0.2
"""Least share of the runs of a network that fail, and that succeed, where its blocks count as bimodal."""


@lru_cache(maxsize=1)
def _scores() -> ExperimentScores:
    scores, runs = read_kept(REFERENCE, "scores"), read_kept(REFERENCE, "runs").assign(chosen_by="")
    names = Tables(scores[scores["selected"]].to_dict("records"), (), runs.to_dict("records"))
    return scores_from(names)[0]


def contrasts(family: Family) -> list[Array]:
    """Return the differences of every contrast of a family of claims that the reference has, (S,) each, by block."""
    return _differences(test for claim in PUBLISHED_CLAIMS if claim.family == family for test in claim.tests)


@lru_cache(maxsize=1)
def unimodal() -> Array:
    """Return standardized differences of all contrasts in slot F1 together: mean 0, standard deviation 1."""
    tests = (test for claim in PUBLISHED_CLAIMS for test in claim.tests)
    return _pool(_differences(test for test in tests if test.metric == "slot_f1"))


def _differences(tests: Iterable[Contrast | Counted]) -> list[Array]:
    """Return the differences of each contrast that the reference has, (S,) each, by block."""
    paired = (paired_scores(test, _scores()) for test in tests if isinstance(test, Contrast))
    return [scores.by_block for scores in paired if len(scores.seeds) >= MIN_BLOCKS]


@lru_cache(maxsize=1)
def bimodal() -> Array:
    """Return standardized differences of networks of which one solves a memory task with some seeds alone."""
    return _pool(list(_bimodal()))


def _bimodal() -> Iterator[Array]:
    cells = _scores().values["test", "all", "calibrated_score"]
    for first, second in combinations(cells, 2):
        if first[:2] == second[:2]:
            seeds = sorted(cells[first].keys() & cells[second].keys())
            sides = [np.array([cells[cell][seed] for seed in seeds]) for cell in (first, second)]
            shares = [float(np.mean(side >= 0.5)) for side in sides]
            if len(seeds) >= MIN_BLOCKS and any(FEWEST_FAILURES <= share <= 1 - FEWEST_FAILURES for share in shares):
                yield sides[0] - sides[1]


def _pool(differences: list[Array]) -> Array:
    """Return the values of several contrasts together, each with mean 0 and standard deviation 1."""
    return np.concatenate([(values - values.mean()) / values.std() for values in differences if values.std() > 0])
