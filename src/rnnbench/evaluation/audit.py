"""The data audit: figures that show whether simple cues give the slots of a corpus away, each with its limit.

Slot words are the scored words whose label is not O; where labels are not BIO, all scored words are slot words.
Where every seed draws a corpus, that of the first is audited: all are drawn from the same language.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, nan, sqrt
from typing import Any, Literal

import numpy as np

from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.typing import Array
from rnnbench.data.bio import OUTSIDE, continues_slot, parse_bio, slot_name
from rnnbench.data.corpus import ALL, NO_TARGET, Corpus, Split, labels_of
from rnnbench.evaluation.features import (
    FeatureExtractor,
    bag,
    bag_with_word,
    clipped_positions,
    encode,
    fit_logistic,
    positions,
    positions_from_end,
    vocabulary_of,
    words_at,
)
from rnnbench.evaluation.predictions import NAMING
from rnnbench.tasks import Information, Task

MAX_WORDS, MAX_WEIGHTS = 2**14, 2**20
"""Largest number of words that a probe is trained on, spread evenly over training, and of its weights."""

MIN_POSITIONS = 30
"""Least number of slot words of a phenomenon for which the balance of labels is reported."""


@dataclass(frozen=True)
class Figure:
    """One number about a corpus, and its limit."""

    measure: str
    part: str
    """A phenomenon, or "" for the whole test split."""
    value: float
    limit: float | None = None
    """The largest value that is allowed; None if every value is."""
    limited_by: Literal["", "settings", "ceiling"] = ""
    """Where the limit comes from: the user's settings, or the ceiling of a tagger with the same information."""

    @property
    def breaches(self) -> bool:
        """Return whether the value is above the limit."""
        return self.limit is not None and self.value > self.limit


@dataclass(frozen=True)
class Probe:
    """A shortcut probe: logistic regression on a small part of what a tagger with that information sees."""

    information: Information
    extract: FeatureExtractor


PROBES: Mapping[str, Probe] = {
    "probe_word": Probe("word", words_at(0)),
    "probe_position": Probe("prefix", clipped_positions(positions)),
    "probe_position_both_ends": Probe("sentence", clipped_positions(positions, positions_from_end)),
    "probe_bag": Probe("sentence", bag),
    "probe_bag_word": Probe("sentence", bag_with_word),
    "probe_left_3": Probe("prefix", words_at(-3, -2, -1, 0)),
    "probe_window_1": Probe("sentence", words_at(-1, 0, 1)),
    "probe_window_2": Probe("sentence", words_at(-2, -1, 0, 1, 2)),
    "probe_window_3": Probe("sentence", words_at(-3, -2, -1, 0, 1, 2, 3)),
}
"""The shortcut probes: they see the words around a word, its position, or the words of the sentence in no order."""

MEASURES = (*PROBES, "shared_text", "shared_pattern", "label_balance")
"""All figures of the audit, in order of display."""


def audit(
    train: Split,
    test: Split,
    *,
    ceilings: Mapping[Information, float] | None = None,
    limits: Mapping[str, float] | None = None,
) -> list[Figure]:
    """Return the figures of a corpus of labelled words, in the order of `MEASURES`; there are none for numbers.

    probe_*: the accuracy of a probe trained on the slot words of training, on those of test. shared_text: the share of
    test sentences whose words are also a training sentence; shared_pattern: the same with each slot replaced by its
    name. label_balance: the largest share of one label among the slot words, and among those of each phenomenon.

    `limits`: measure -> largest allowed value; raises UserError for an unknown measure. `ceilings`: information ->
    the highest accuracy on slot words that can be expected with that information and the knowledge that a word is a
    slot word. A probe may exceed it by 3 standard errors of a share, 3 sqrt(c (1 - c) / n). n is the number of
    sentences with slot words, since the words of a sentence are not independent. The lower one of two limits counts.
    """
    limits = limits or {}
    _check(limits)
    if train.inputs.ndim > 1 or train.targets.ndim > 1:
        return []
    train_slots, test_slots = _slot_words(train, test)
    allowed = _allowed(ceilings or {}, _count_sentences(test, test_slots))
    figures = [
        *_probe_figures(train, test, train_slots, test_slots),
        *_shared_figures(train, test),
        *_balance_figures(test, test_slots),
    ]
    return [_with_limit(figure, limits, allowed) for figure in figures]


def figures_of(task: Task, corpus: Corpus, ceilings: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Return the figures of a task's corpus; `ceilings`: the rows of its table `ceilings`."""
    rows = [row for row in ceilings if (row["split"], row["phenomenon"]) == ("test", ALL)]
    metric = next((name for name in (NAMING, "token_accuracy") if any(row["metric"] == name for row in rows)), "")
    by_information = {row["information"]: row["value"] for row in rows if row["metric"] == metric}
    return audit(corpus.splits["train"], corpus.splits["test"], ceilings=by_information, limits=task.limits)


def checked(task: Task, corpus: Corpus, ceilings: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Return the figures of a task's corpus; raises UserError with all of them if one is above its limit."""
    figures = figures_of(task, corpus, ceilings)
    if messages := breaches(figures):
        head = f"the corpus of {task.label} has shortcuts; nothing is trained on it:"
        advice = "to train on it all the same, raise these limits: {task: ..., limits: {probe_word: 0.9}}"
        raise UserError("\n".join([head, *messages, "", rendered(figures), "", advice]))
    return figures


def audit_rows(task: Task, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return the rows of the table `audit`; a missing limit is NaN."""
    return [
        {
            "task": task.label,
            "measure": figure.measure,
            "part": figure.part or ALL,
            "value": figure.value,
            "limit": nan if figure.limit is None else figure.limit,
        }
        for figure in figures
    ]


def breaches(figures: Sequence[Figure]) -> list[str]:
    """Return a line for each figure above its limit.

    >>> breaches([Figure("probe_bag", "", 0.71, 0.65, "settings"), Figure("probe_word", "", 0.4)])
    ['probe_bag: 0.71 is above its limit 0.65']
    """
    return [_message(figure) for figure in figures if figure.breaches]


def rendered(figures: Sequence[Figure]) -> str:
    """Return figures as a table for a terminal, with a note beside those above their limit."""
    rows = [("measure", "part", "value", "limit", ""), *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _check(limits: Mapping[str, float]) -> None:
    unknown = [name for name in limits if name not in MEASURES]
    if unknown:
        raise UserError("\n".join(f"unknown measure {name!r}{did_you_mean(name, MEASURES)}" for name in unknown))


def _slot_words(*splits: Split) -> list[Array]:
    """Return the positions of each split's slot words; labels are BIO in all of the splits or in none."""
    is_bio = parse_bio(sorted(set().union(*map(labels_of, splits)))) is not None
    return [np.flatnonzero(split.score_mask & ((split.targets != OUTSIDE) if is_bio else True)) for split in splits]


def _count_sentences(split: Split, selected: Array) -> int:
    """Return the number of sentences that the positions lie in."""
    return len(np.unique(np.repeat(split.starts, split.lengths)[selected]))


def _probe_figures(train: Split, test: Split, train_slots: Array, test_slots: Array) -> list[Figure]:
    """Return the accuracy of each probe that is trained on slot words of training and scored on those of test."""
    vocabulary, train_slots = vocabulary_of(train.inputs), _subsample(train_slots)
    train_codes, test_codes = encode(train.inputs, vocabulary), encode(test.inputs, vocabulary)

    def accuracy(extract: FeatureExtractor) -> float:
        features = extract(train, train_codes, train_slots)
        predict = fit_logistic(features, train.targets[train_slots], max_weights=MAX_WEIGHTS)
        return float(np.mean(predict(extract(test, test_codes, test_slots)) == test.targets[test_slots]))

    has_slots = len(train_slots) and len(test_slots)
    return [Figure(name, "", accuracy(probe.extract) if has_slots else nan) for name, probe in PROBES.items()]


def _subsample(selected: Array) -> Array:
    """Return at most MAX_WORDS of the positions: the first, the last, and others evenly spaced between them."""
    if len(selected) <= MAX_WORDS:
        return selected
    return selected[np.linspace(0, len(selected) - 1, MAX_WORDS).astype(np.int64)]


def _shared_figures(train: Split, test: Split) -> list[Figure]:
    """Return the share of test sentences whose text or pattern is also that of a training sentence."""
    measures = {"shared_text": _texts, "shared_pattern": _patterns}
    return [Figure(name, "", _share(read(test), set(read(train)))) for name, read in measures.items()]


def _share(sentences: Sequence[object], others: set[Any]) -> float:
    return sum(sentence in others for sentence in sentences) / len(sentences) if sentences else nan


def _texts(split: Split) -> list[tuple[str, ...]]:
    return [tuple(words) for words in split.sequences] if len(split) else []


def _patterns(split: Split) -> list[tuple[object, ...]]:
    labels = np.split(split.targets, split.starts[1:])
    return [_pattern(*sentence) for sentence in zip(_texts(split), labels, strict=False)]


def _pattern(words: Sequence[str], labels: Array) -> tuple[object, ...]:
    """Return the sentence with each slot replaced by a tuple that holds its name, which no word is equal to."""
    return tuple(
        word if label in (OUTSIDE, NO_TARGET) else (slot_name(label),)
        for word, label, previous in zip(words, labels, [OUTSIDE, *labels], strict=False)
        if not continues_slot(previous, label)
    )


def _balance_figures(test: Split, test_slots: Array) -> list[Figure]:
    """Return the balance of labels of all slot words, and of each phenomenon with MIN_POSITIONS of them or more."""
    labels = {name: test.targets[test_slots[where[test_slots]]] for name, where in test.phenomena.items()}
    large = {name: values for name, values in labels.items() if len(values) >= MIN_POSITIONS}
    labels = {"": test.targets[test_slots]} | large
    shares = {part: max(Counter(values).values()) / len(values) for part, values in labels.items() if len(values)}
    return [Figure("label_balance", part, share) for part, share in shares.items()]


def _allowed(ceilings: Mapping[Information, float], n: int) -> dict[str, float]:
    """Return the largest accuracy that its ceiling allows each probe; n is the number of sentences with slot words."""
    shares = {name: ceilings[probe.information] for name, probe in PROBES.items() if probe.information in ceilings}
    return {name: share + 3 * sqrt(share * (1 - share) / max(n, 1)) for name, share in shares.items()}


def _with_limit(figure: Figure, limits: Mapping[str, float], allowed: Mapping[str, float]) -> Figure:
    """Return the figure with the lower one of its two limits; if they are equal, it is the user's."""
    ceiling, limit = allowed.get(figure.measure, inf), limits.get(figure.measure, inf)
    if min(ceiling, limit) == inf:
        return figure
    return replace(figure, limit=min(ceiling, limit), limited_by="settings" if limit <= ceiling else "ceiling")


def _message(figure: Figure) -> str:
    where = f" of {figure.part}" if figure.part else ""
    why = ", its ceiling and 3 standard errors" if figure.limited_by == "ceiling" else ""
    value, limit = _distinguishable(figure.value, figure.limit)
    return f"{figure.measure}{where}: {value} is above its limit {limit}{why}"


def _distinguishable(value: float, limit: float | None) -> tuple[str, str]:
    """Return two different numbers as texts with at least two decimals, and with as many as make the texts differ."""
    assert limit is not None
    pairs = ((f"{value:.{digits}f}", f"{limit:.{digits}f}") for digits in range(2, 20))
    return next(pair for pair in pairs if pair[0] != pair[1])


def _cells(figure: Figure) -> tuple[str, ...]:
    limit = "" if figure.limit is None else f"{figure.limit:.3f}"
    return (figure.measure, figure.part, f"{figure.value:.3f}", limit, "too high" if figure.breaches else "")
