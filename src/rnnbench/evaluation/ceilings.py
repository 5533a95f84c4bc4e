"""Ceilings: the scores of the Bayes-optimal taggers of a task, the best that a network can expect.

A ceiling is an expectation: the mean probability that the most likely label is the true one (`_expected`). Beside it
stands the score that the oracle realised on the labels as they were drawn. Where the probabilities are not known, and
for metrics and phenomena that depend on more than one label, the ceiling is the mean of the realised scores. Both are
means over the corpora of all seeds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL, WATCHED, Corpus, Split
from rnnbench.evaluation.metrics import ACCURACIES, RATIOS
from rnnbench.evaluation.predictions import NAMING, score_predictions
from rnnbench.tasks import Information, Posteriors, Task

Row = dict[str, Any]

CEILING_COUNTS = {count for metric in ACCURACIES for count in RATIOS[metric].counts}
"""The counts that are stored for every sequence, to compare networks with the ceiling on the same sequences."""
MAX_TRAINING_SEQUENCES = 2000
"""The number of training sequences of each corpus, the first, on which the oracle is scored."""

SequenceCounts = dict[str, dict[str, dict[str, list[int]]]]
"""Split -> information -> count -> its value for each sequence; for the splits that are scored once."""


@dataclass(frozen=True)
class Ceilings:
    """The scores of a task's oracle, its Bayes-optimal taggers, on the sequences on which networks are scored."""

    rows: list[Row]
    """The rows of the table `ceilings`."""
    counts: dict[int, SequenceCounts]
    """Seed -> the oracle's counts on the corpus of that seed; a network is compared with those of its own seed."""


class _Key(NamedTuple):
    """The score that a ceiling is of."""

    split: str
    information: str
    phenomenon: str
    metric: str


class _Ceiling(NamedTuple):
    """The ceiling of one corpus."""

    value: float
    realised: float


def ceilings(task: Task, corpora: Mapping[int, Corpus]) -> Ceilings:
    """Return the ceilings of every split and phenomenon, for each kind of information; `corpora`: seed -> corpus."""
    found: dict[_Key, list[_Ceiling]] = {}
    counts: dict[int, SequenceCounts] = {}
    for seed, corpus in corpora.items():
        counts[seed] = {}
        for name in corpus.scored:
            for key, ceiling in _ceilings_of_split(task, corpus, name, counts[seed]):
                found.setdefault(key, []).append(ceiling)
    return Ceilings([_row(task, key, values) for key, values in found.items()], counts)


def _ceilings_of_split(
    task: Task, corpus: Corpus, name: str, counts: SequenceCounts
) -> Iterator[tuple[_Key, _Ceiling]]:
    """Yield the ceilings of one split of one corpus; the counts of its sequences are added to `counts`."""
    if name == "train":
        corpus = Corpus({**corpus.splits, name: corpus.splits[name].first(MAX_TRAINING_SEQUENCES)})
    split = corpus.splits[name]
    posteriors = task.posteriors(name, split)
    oracle = posteriors.all_answers if posteriors else task.oracle(name, split)
    for information, answers in oracle.items():
        scored = score_predictions(task, corpus, name, answers)
        expected = _expected(posteriors, information, split) if posteriors else {}
        for phenomenon, metric, value in scored.scores:
            ceiling = expected.get(metric, value) if phenomenon == ALL else value
            yield _Key(name, information, phenomenon, metric), _Ceiling(ceiling, value)
        if name not in WATCHED:
            counts.setdefault(name, {})[information] = {
                count: values.astype(int).tolist() for count, values in scored.counts.items() if count in CEILING_COUNTS
            }
    if name == "test" and posteriors:
        yield from _naming_ceilings(task, corpus, posteriors)


def _naming_ceilings(task: Task, corpus: Corpus, posteriors: Posteriors) -> Iterator[tuple[_Key, _Ceiling]]:
    """Yield the ceilings on the test split of a tagger that knows which words stand in slots."""
    split = corpus.splits["test"]
    in_slot = split.targets != posteriors.labels[0]
    for information in posteriors.probabilities:
        answers = posteriors.answers_in_slots(information, in_slot)
        scores = {row[:2]: row[2] for row in score_predictions(task, corpus, "test", answers).scores}
        expected = _expected(posteriors, information, split, in_slot=True)["slot_accuracy"]
        yield _Key("test", information, ALL, NAMING), _Ceiling(expected, scores[ALL, "slot_accuracy"])


def _expected(
    posteriors: Posteriors, information: Information, split: Split, *, in_slot: bool = False
) -> dict[str, float]:
    """Return the expected accuracies on a split, given its words, of the tagger that answers with the likeliest label.

    token_accuracy: the mean of max_k P(k) over the scored positions. slot_accuracy: the sum of max_k P(k) over those
    where the likeliest label is not O, divided by the sum of 1 - P(O), the expected number of words in slots. With
    `in_slot` the tagger knows which words those are, and never answers O there.
    """
    probabilities = posteriors.probabilities[information][split.score_mask]
    best = posteriors.most_likely(information, in_slot=in_slot)[split.score_mask]
    right, slots = probabilities[np.arange(len(best)), best], 1 - probabilities[:, 0]
    return {
        "token_accuracy": float(right.mean()) if len(right) else nan,
        "slot_accuracy": float(right[best > 0].sum() / slots.sum()) if slots.any() else nan,
    }


def _row(task: Task, key: _Key, corpora: Sequence[_Ceiling]) -> Row:
    """Return a row of the table: means over the corpora that have a value, and the standard error of the first."""
    values, realised = (np.array(column)[~np.isnan(column)] for column in zip(*corpora, strict=True))
    error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else nan
    numbers = {"value": _mean(values), "realised": _mean(realised), "standard_error": float(error)}
    return {"task": task.label, **key._asdict(), **numbers}


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else nan
