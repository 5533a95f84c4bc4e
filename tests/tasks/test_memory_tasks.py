"""Memory tasks: their oracles are exact, and so is what they say of a tagger without memory."""

import re
from collections import Counter
from fractions import Fraction
from itertools import product
from math import log

import numpy as np
import pytest

from helpers.small_memory_tasks import MEMORY, every_task, make_task
from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.data.corpus import NO_TARGET
from rnnbench.evaluation.baselines import frequent_label
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.copy import Copy


def asked_at_the_end(rule):
    return lambda words: [*[NO_TARGET] * (len(words) - 1), rule(words)]


def repeated(words):
    heard, found = [], []
    for word in words:
        started = ">" in words[: len(found)]
        found.append(heard.pop(0) if started else "_")
        heard += [word] if not started and word.isalpha() else []
    return found


def looked_up(words):
    found = []
    for place, word in enumerate(words):
        earlier = words.index(word)
        found.append(words[earlier + 1] if word.isalpha() and earlier < place else NO_TARGET)
    return found


def summed(rows):
    marked = [float(value) for value, mark in rows if mark]
    return [*[None] * (len(rows) - 1), marked[0] + marked[1]]


def registered(rows):
    held, found = 0, []
    for x1, x2, x3 in rows:
        held = held + x1 if x2 == 1 else 0 if x2 == -1 else held
        found.append(held if x3 else 0)
    return found


BRUTE_FORCE = {
    "adding": summed,
    "associative_recall": looked_up,
    "copy": repeated,
    "count": lambda words: [
        "=" if words[:n].count("a") == words[:n].count("b") else max("ab", key=words[:n].count)
        for n in range(1, len(words) + 1)
    ],
    "delayed_recall": asked_at_the_end(lambda words: next(word for word in words if word.isalpha())),
    "order": asked_at_the_end(lambda words: "x" if words.index("x") < words.index("y") else "y"),
    "parity": lambda words: [["even", "odd"][words[:n].count("1") % 2] for n in range(1, len(words) + 1)],
    "reber": asked_at_the_end(lambda words: "".join(words)[1]),
    "register": registered,
    "temporal_order": asked_at_the_end(
        lambda words: {"XX": "Q", "XY": "R", "YX": "S", "YY": "U"}[re.sub("[^XY]", "", "".join(words))]
    ),
}


@every_task
def test_a_sequence_has_the_steps_that_the_task_says(name, corpora):
    """Strings of the Reber grammar are as long or longer."""
    task, corpus = corpora[name][0]
    lengths = corpus.splits["train"].lengths
    assert lengths.min() >= task.steps
    assert name == "reber" or lengths.max() == task.steps


@pytest.mark.parametrize(
    ("name", "settings"), [("count", {"length": 10_000}), ("register", {"length": 1000, "largest": 10})]
)
def test_what_is_known_without_memory_is_soon_known_of_the_longest(name, settings):
    """At ten times the length too; a sum of binomial coefficients, or a table with a row for each step, did not end."""
    longest = make_task(name, train=9, validation=1, test=1, **settings).task_of_split("test_10x")
    assert longest.memoryless_score > 0
    assert 0 < longest.memoryless_accuracy < 1


@every_task
def test_the_oracle_is_exact(name, corpora):
    task, corpus = corpora[name][0]
    for split_name, split in corpus.splits.items():
        told = task.oracle(split_name, split)
        ends = split.starts + split.lengths
        for inputs, start, end in list(zip(split.sequences, split.starts, ends, strict=True))[:50]:
            expected = BRUTE_FORCE[name](inputs.tolist())
            for information in ("prefix", "sentence"):
                if task.outputs == "labels":
                    assert told[information][start:end].tolist() == split.targets[start:end].tolist() == expected
                else:
                    both = np.stack([told[information][start:end, 0], split.targets[start:end, 0]])
                    wanted = np.array([expected] * 2, dtype=float)
                    np.testing.assert_allclose(both, wanted, rtol=1e-6)  # single precision; NaN is NaN


@every_task
def test_the_oracle_scores_1(name, corpora):
    task, corpus = corpora[name][0]
    for split in corpus.scored:
        grades = score_predictions(task, corpus, split, task.oracle(split, corpus.splits[split])["prefix"]).scores
        assert {value for _, _, value in grades} == {1.0}


def pooled(name, corpora, split, tagger):
    """Return the share of right answers of a tagger over five seeds, and its standard error."""
    counts = [
        score_predictions(task, corpus, split, tagger(task, corpus, split)).counts for task, corpus in corpora[name]
    ]
    right, counted = (np.concatenate([one[key] for one in counts]) for key in ("right", "counted"))
    return paired_difference(right, np.zeros_like(right), counted)


def seen_alone(task, corpus, split):
    return task.oracle(split, corpus.splits[split])["word"]


def most_frequent(task, corpus, split):
    return frequent_label(corpus.splits["train"])(corpus.splits[split])


@every_task
def test_without_memory_the_score_is_the_analytic_one(name, corpora):
    """Within four standard errors, five seeds together; in the splits of other lengths too."""
    task, corpus = corpora[name][0]
    for split in corpus.scored:
        found = pooled(name, corpora, split, seen_alone)
        assert abs(found.value - task.task_of_split(split).memoryless_accuracy) <= 4 * found.standard_error + 1e-9, (
            split
        )


def mean_by_step(split):
    """Return what is best by squared error for one who knows all the answers to each step, (S,): group means."""
    asked = split.score_mask
    if (
        split.inputs.shape[1] == 2
    ):  # numbers are never the same again: what is expected is the number, if marked, and more
        known = split.inputs[:, 0] * split.inputs[:, 1]
        groups = split.inputs[:, 1]
    else:
        known = np.where(split.inputs[:, 1] == 1, split.inputs[:, 0], 0)
        groups = split.inputs[:, 1]
    rest = split.targets[:, 0] - known
    means = {group: rest[asked & (groups == group)].mean() for group in set(groups[asked])}
    return known + np.array([means.get(group, 0) for group in groups])


@pytest.mark.parametrize("name", ["adding", "register"])
def test_what_squared_error_is_left_without_memory_is_the_analytic_one(name, corpora):
    """The means are those of the very steps that are judged, three numbers at most: a hair too good."""
    task, _ = corpora[name][0]
    for split_name in corpora[name][0][1].scored:
        splits = [corpus.splits[split_name] for _, corpus in corpora[name]]
        squared, counted = [], []
        for split in splits:
            errors = np.where(split.score_mask, (mean_by_step(split) - split.targets[:, 0]) ** 2, 0)
            squared.append(np.add.reduceat(errors, split.starts))
            counted.append(np.add.reduceat(split.score_mask.astype(int), split.starts))
        n = np.concatenate(counted)
        found = paired_difference(np.concatenate(squared), 0 * n, n)
        assert abs(found.value - task.task_of_split(split_name).memoryless_score) <= 4 * found.standard_error, (
            split_name
        )


@pytest.mark.parametrize("name", [name for name in MEMORY if name not in ("adding", "register")])
def test_who_learns_each_words_most_frequent_label_meets_the_analytic_score(name, corpora):
    task, _ = corpora[name][0]
    found = pooled(name, corpora, "test", most_frequent)
    assert abs(found.value - task.memoryless_accuracy) <= 4 * found.standard_error + 1e-9


@pytest.mark.parametrize("name", ["count", "parity"])
def test_no_guess_is_better_by_enumeration(name):
    """All sequences of six letters: the best answer to each word, and its share of right answers, as fractions."""
    task = make_task(name, length=6, train=5, validation=5, test=5)
    words = sorted({word for words in task.generate().splits["train"].sequences for word in words})
    told = Counter(
        pair for text in product(words, repeat=6) for pair in zip(text, BRUTE_FORCE[name](list(text)), strict=True)
    )
    best = {word: max((n, label) for (of, label), n in told.items() if of == word) for word in words}
    assert {word: label for word, (_, label) in best.items()} == {word: task.memoryless_answer(word) for word in words}
    share = Fraction(sum(n for n, _ in best.values()), told.total())
    assert task.memoryless_score == pytest.approx(float(share), rel=1e-12)


@pytest.mark.parametrize("delay", [1, 2, 3, 20])
def test_blanks_of_the_copy_task_are_counted(delay):
    """By hand: ten answers before the blanks and the sign's own are blank; at the end ten want a symbol, 1/8 each."""
    task = Copy(delay=delay)
    words = task.draw(np.random.default_rng(0))
    assert len(words) == delay + 20
    blanks = dict.fromkeys("abcdefgh", 10 / 8) | {"_": delay - 1}
    assert task.memoryless_answer("_") in [label for label, n in blanks.items() if n == max(blanks.values())]
    assert task.memoryless_score == pytest.approx((11 + max(blanks.values())) / (delay + 20))
    assert task.paper_score == ("loss", pytest.approx(10 * log(8) / (delay + 20)))


def test_no_constant_is_better_than_1_for_adding():
    split = Adding(length=40, test=20000, train=1, validation=1).generate().splits["test"]
    sums = split.targets[~np.isnan(split.targets)].astype(float)
    shares = {guess: np.mean(np.abs(sums - guess) < Adding.tolerance) for guess in np.linspace(0, 2, 21).round(1)}
    assert max(shares, key=lambda guess: shares[guess]) == 1.0
    assert np.mean((sums - 1) ** 2) == pytest.approx(1 / 6, abs=5 * np.std((sums - 1) ** 2) / len(sums) ** 0.5)
