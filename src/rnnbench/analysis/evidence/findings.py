"""The finding on one contrast: the mean difference of paired blocks, its interval, and its p-values."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.claims import Contrast
from rnnbench.analysis.evidence.scores import Cell, ExperimentScores, Paired, paired_scores, search_of
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.estimates import UNKNOWN, Interval
from rnnbench.analysis.statistics.intervals import DRAWS, block_counts
from rnnbench.analysis.statistics.judge import judged
from rnnbench.analysis.statistics.paired import NO_P_VALUES, PValues, share_above
from rnnbench.analysis.statistics.resampling import around_zero, bootstrap_counts, mean_scores
from rnnbench.analysis.statistics.selection import selection_shifts
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL

NAN = float("nan")

SequenceScoresLookup = Callable[[tuple[str, str], str, str, str, list[int]], RatioOfSums | None]
"""((task, encoder), network's name in tables, split, metric, seeds) -> scores of every sequence; None if unknown."""


def no_sequence_scores(
    place: tuple[str, str], network: str, split: str, metric: str, seeds: list[int]
) -> RatioOfSums | None:
    """Return None: the scores of single sequences are not known."""
    return None


class FixedCorpora(NamedTuple):
    """Tasks whose test sentences are the same for every seed, so that seeds do not show what other sentences would."""

    tasks: Collection[str] = frozenset()
    """Their labels."""
    per_sequence: SequenceScoresLookup = no_sequence_scores


NO_FIXED = FixedCorpora()
"""Every seed has a corpus of its own."""


class Finding(NamedTuple):
    """The statistics of one contrast, before p-values are corrected for its family."""

    runs: int
    blocks: int
    interval: Interval
    """The mean difference and its interval for other blocks."""
    p_values: PValues
    spread: float
    """The standard deviation of a block's difference; NaN for a single block."""
    improvement: float
    """The share of blocks in which the first is above the second; NaN where there is no second."""
    paired: Paired


def evaluate_contrast(contrast: Contrast, scores: ExperimentScores, fixed: FixedCorpora = NO_FIXED) -> Finding:
    """Return the finding on a contrast, from the paired differences of whole blocks.

    All places of a block are redrawn together, since they have the same corpus and related start weights. In every draw
    the learning rate of each network is chosen again. On fixed corpora the noise of the test sentences is added.
    """
    paired = paired_scores(contrast, scores)
    n = len(paired.seeds)
    if not n:
        return Finding(0, 0, UNKNOWN, NO_P_VALUES, NAN, NAN, paired)
    by_block = paired.by_block
    judgement = judged(
        by_block,
        margin=contrast.margin,
        shifts=_shifts(contrast, paired, scores),
        sentences=_sentence_draws(contrast, paired, scores, fixed),
    )
    runs = n * sum(map(len, paired.cells))
    return Finding(runs, n, *judgement, share_above(by_block) if contrast.second else NAN, paired)


def _shifts(contrast: Contrast, paired: Paired, scores: ExperimentScores) -> Array:
    """Return by how much other choices of learning rates shift the mean difference in each draw, (DRAWS,)."""
    counts, total = block_counts(len(paired.seeds)), np.zeros(DRAWS)
    for weight, cells in zip(paired.weights, paired.cells, strict=True):
        for sign, cell in zip((1, -1), cells, strict=False):
            if found := search_of(cell, contrast, scores):
                search, seeds = found
                shared = [i for i, seed in enumerate(seeds) if seed in paired.seeds]
                columns = [paired.seeds.index(seeds[i]) for i in shared]
                search = search._replace(validation=search.validation[:, shared], scores=search.scores[:, shared])
                total += sign * weight * selection_shifts(search, counts[:, columns], counts.shape[1])
    return total


def _sentence_draws(contrast: Contrast, paired: Paired, scores: ExperimentScores, fixed: FixedCorpora) -> Array | None:
    """Return what other test sentences add to the mean difference, (DRAWS,) around 0.

    None where every seed has test sentences of its own, and where the scores of single sentences are not known: those
    of a phenomenon, and of validation. A gap is train minus test: its noise is that of test.
    """
    if contrast.phenomenon != ALL:
        return None
    split, sign = ("test", -1.0) if contrast.split == "gap" else (contrast.split, 1.0)
    total, known = np.zeros(DRAWS), False
    for weight, cells in zip(paired.weights, paired.cells, strict=True):
        if cells[0].task in fixed.tasks:
            sides = [_ratio(cell, split, contrast.metric, paired.seeds, scores, fixed) for cell in cells]
            complete = [side for side in sides if side is not None]
            if len(complete) == len(sides):
                total += sign * weight * _resampled_difference(cells[0].task, complete)
                known = True
    return total if known else None


def _ratio(
    cell: Cell, split: str, metric: str, seeds: list[int], scores: ExperimentScores, fixed: FixedCorpora
) -> RatioOfSums | None:
    name = scores.names[cell.architecture]
    return fixed.per_sequence((cell.task, cell.encoder), name, split, metric, seeds)


def _resampled_difference(task: str, sides: list[RatioOfSums]) -> Array:
    """Return the difference of mean scores minus the observed one, (DRAWS,); draws are the same on all of a task."""
    weights = bootstrap_counts(sides[0].part.shape[-1], generator(purpose="sentences", task=task))
    scores = [side.scale * mean_scores(side.part, side.whole, weights) for side in sides]
    return around_zero(scores[0] - (scores[1] if len(scores) > 1 else 0.0))
