"""Does a corpus have shortcuts? Figures of what the simplest readers tell of its slots, each with the largest allowed.

Slot words are the scored words whose label is not O; where labels are not BIO, all scored words are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, nan, sqrt
from typing import Any, Literal

import numpy as np

from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL, NO_TARGET, Corpus, Split, labels_of
from rnnbench.evaluation.features import (
    FeatureReader,
    bag,
    bag_with_word,
    codes,
    lexicon,
    logistic,
    places,
    positions,
    positions_from_end,
    words_at,
)
from rnnbench.evaluation.metrics import bio
from rnnbench.evaluation.predictions import NAMING
from rnnbench.tasks import Information, Task

MAX_WORDS, MAX_WEIGHTS = 2**14, 2**20
"""Probes learn from no more words than these, spread evenly over training, and have no more weights than these."""

MIN_POSITIONS = 30
"""The balance of fewer slot words than these says nothing."""


@dataclass(frozen=True)
class Figure:
    """One number about a corpus, and the largest that is allowed."""

    measure: str
    part: str
    """A phenomenon, or "" for the whole test split."""
    value: float
    limit: float | None = None
    limited_by: Literal["", "settings", "ceiling"] = ""
    """Whether the limit is the user's or follows from what any tagger with the same information can expect."""

    @property
    def breaches(self) -> bool:
        """Return whether the value is above the limit."""
        return self.limit is not None and self.value > self.limit


@dataclass(frozen=True)
class Probe:
    """Logistic regression on a small part of what a tagger with some information sees."""

    information: Information
    read: FeatureReader


PROBES: Mapping[str, Probe] = {
    "probe_word": Probe("word", words_at(0)),
    "probe_position": Probe("prefix", places(positions)),
    "probe_position_both_ends": Probe("sentence", places(positions, positions_from_end)),
    "probe_bag": Probe("sentence", bag),
    "probe_bag_word": Probe("sentence", bag_with_word),
    "probe_left_3": Probe("prefix", words_at(-3, -2, -1, 0)),
    "probe_window_1": Probe("sentence", words_at(-1, 0, 1)),
    "probe_window_2": Probe("sentence", words_at(-2, -1, 0, 1, 2)),
    "probe_window_3": Probe("sentence", words_at(-3, -2, -1, 0, 1, 2, 3)),
}
"""What each probe sees: words around, its place in the sentence, or all words of the sentence in no order."""

MEASURES = (*PROBES, "shared_text", "shared_pattern", "label_balance")


def audit(
    train: Split,
    test: Split,
    *,
    ceilings: Mapping[Information, float] | None = None,
    limits: Mapping[str, float] | None = None,
) -> list[Figure]:
    """Return the figures of a corpus of labelled words, in the order of `MEASURES`; numbers have none.

    probe_*: accuracy on the test split's slot words of a probe trained on training's. shared_text: share of test
    sentences whose words are also a training sentence; shared_pattern: the same with the name of each slot in place of
    its words. label_balance: largest share of one label among the slot words, and among those of each phenomenon.

    `limits`: measure -> largest allowed value; raises UserError for an unknown measure. `ceilings`: information ->
    accuracy on the same slot words of the best answer from that information, when it is known that the word is a slot
    word. A probe may be above it by 3 standard errors of a share, 3 sqrt(c (1 - c) / n). n is the number of sentences
    with slot words, since the words of one sentence hang together. The lower one of two limits counts.
    """
    limits = limits or {}
    _check(limits)
    if train.inputs.ndim > 1 or train.targets.ndim > 1:
        return []
    learnt, asked = _slot_words(train, test)
    allowed = _allowed(ceilings or {}, _sentences(test, asked))
    figures = [*_probed(train, test, learnt, asked), *_repeated(train, test), *_balance(test, asked)]
    return [_limited(figure, limits, allowed) for figure in figures]


def figures_of(task: Task, corpus: Corpus, ceilings: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Return the figures of a task's corpus; `ceilings`: the rows of its table `ceilings`."""
    whole = [row for row in ceilings if (row["split"], row["phenomenon"]) == ("test", ALL)]
    metric = next((name for name in (NAMING, "token_accuracy") if any(row["metric"] == name for row in whole)), "")
    known = {row["information"]: row["value"] for row in whole if row["metric"] == metric}
    return audit(corpus.splits["train"], corpus.splits["test"], ceilings=known, limits=task.limits)


def checked(task: Task, corpus: Corpus, ceilings: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Return the figures of a task's corpus; raises UserError with all of them when one is above its limit."""
    figures = figures_of(task, corpus, ceilings)
    if found := breaches(figures):
        head = f"the corpus of {task.label} has shortcuts; nothing is trained on it:"
        advice = "to train on it all the same, raise these limits: {task: ..., limits: {probe_word: 0.9}}"
        raise UserError("\n".join([head, *found, "", rendered(figures), "", advice]))
    return figures


def audit_rows(task: Task, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return the rows of the table `audit`; a limit that is not there is NaN."""
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
    """Return figures as a text table for a terminal, with a mark at those above their limit."""
    rows = [("measure", "part", "value", "limit", ""), *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _check(limits: Mapping[str, float]) -> None:
    unknown = [name for name in limits if name not in MEASURES]
    if unknown:
        raise UserError("\n".join(f"unknown measure {name!r}{did_you_mean(name, MEASURES)}" for name in unknown))


def _slot_words(*splits: Split) -> list[Array]:
    """Return the positions of each split's slot words; labels are BIO in all of the splits or in none."""
    slots = bio(sorted(set().union(*map(labels_of, splits))))
    return [np.flatnonzero(split.score_mask & ((split.targets != "O") if slots else True)) for split in splits]


def _sentences(split: Split, asked: Array) -> int:
    """Return in how many sentences the positions lie."""
    return len(np.unique(np.repeat(split.starts, split.lengths)[asked]))


def _probed(train: Split, test: Split, learnt: Array, asked: Array) -> list[Figure]:
    """Return a figure for each probe that learns from some words of training and answers for some of test."""
    known, learnt = lexicon(train.inputs), _spread(learnt)
    words = codes(train.inputs, known), codes(test.inputs, known)

    def accuracy(read: FeatureReader) -> float:
        answer = logistic(read(train, words[0], learnt), train.targets[learnt], weights=MAX_WEIGHTS)
        return float(np.mean(answer(read(test, words[1], asked)) == test.targets[asked]))

    both = len(learnt) and len(asked)
    return [Figure(name, "", accuracy(probe.read) if both else nan) for name, probe in PROBES.items()]


def _spread(asked: Array) -> Array:
    """Return some of the positions, the first and the last and others evenly between, if they are too many."""
    if len(asked) <= MAX_WORDS:
        return asked
    return asked[np.linspace(0, len(asked) - 1, MAX_WORDS).astype(np.int64)]


def _repeated(train: Split, test: Split) -> list[Figure]:
    shared = {"shared_text": _texts, "shared_pattern": _patterns}
    return [Figure(name, "", _share(read(test), set(read(train)))) for name, read in shared.items()]


def _share(sentences: Sequence[object], known: set[Any]) -> float:
    return sum(sentence in known for sentence in sentences) / len(sentences) if sentences else nan


def _texts(split: Split) -> list[tuple[str, ...]]:
    return [tuple(words) for words in split.sequences] if len(split) else []


def _patterns(split: Split) -> list[tuple[object, ...]]:
    labels = np.split(split.targets, split.starts[1:])
    return [_pattern(*each) for each in zip(_texts(split), labels, strict=False)]


def _pattern(words: Sequence[str], labels: Array) -> tuple[object, ...]:
    """Return a sentence with each slot as one tuple that holds its name, told apart from a word that is spelt so."""
    told = zip(words, labels, ["O", *labels], strict=False)
    return tuple(
        word if label in ("O", NO_TARGET) else (_slot(label),)
        for word, label, last in told
        if not _goes_on(last, label)
    )


def _slot(label: str) -> str:
    return label[2:] if label[:2] in ("B-", "I-") else label


def _goes_on(last: str, label: str) -> bool:
    return label[:2] == "I-" and last != "O" and _slot(last) == _slot(label)


def _balance(test: Split, asked: Array) -> list[Figure]:
    """Return a figure for all slot words and for those of each phenomenon that has enough of them to tell."""
    labels = {name: test.targets[asked[where[asked]]] for name, where in test.phenomena.items()}
    told = {"": test.targets[asked]} | {part: found for part, found in labels.items() if len(found) >= MIN_POSITIONS}
    shares = {part: max(Counter(found).values()) / len(found) for part, found in told.items() if len(found)}
    return [Figure("label_balance", part, share) for part, share in shares.items()]


def _allowed(ceilings: Mapping[Information, float], n: int) -> dict[str, float]:
    """Return the largest value of each probe that its ceiling allows, from n sentences with slot words."""
    found = {name: ceilings[probe.information] for name, probe in PROBES.items() if probe.information in ceilings}
    return {name: share + 3 * sqrt(share * (1 - share) / max(n, 1)) for name, share in found.items()}


def _limited(figure: Figure, limits: Mapping[str, float], allowed: Mapping[str, float]) -> Figure:
    """Return the figure with the lower one of its limits, the user's where they are equal."""
    ceiling, limit = allowed.get(figure.measure, inf), limits.get(figure.measure, inf)
    if min(ceiling, limit) == inf:
        return figure
    return replace(figure, limit=min(ceiling, limit), limited_by="settings" if limit <= ceiling else "ceiling")


def _message(figure: Figure) -> str:
    where = f" of {figure.part}" if figure.part else ""
    why = ", its ceiling and 3 standard errors" if figure.limited_by == "ceiling" else ""
    value, limit = _apart(figure.value, figure.limit)
    return f"{figure.measure}{where}: {value} is above its limit {limit}{why}"


def _apart(value: float, limit: float | None) -> tuple[str, str]:
    """Return two different numbers with two decimals, or with as many as it takes to tell them apart."""
    assert limit is not None
    both = ((f"{value:.{digits}f}", f"{limit:.{digits}f}") for digits in range(2, 20))
    return next(pair for pair in both if pair[0] != pair[1])


def _cells(figure: Figure) -> tuple[str, ...]:
    limit = "" if figure.limit is None else f"{figure.limit:.3f}"
    return (figure.measure, figure.part, f"{figure.value:.3f}", limit, "too high" if figure.breaches else "")
