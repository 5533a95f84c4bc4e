"""Memory tasks: their oracles are exact, and so are their scores of a tagger without memory."""

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


def target_at_the_end(rule):
    return lambda words: [*[NO_TARGET] * (len(words) - 1), rule(words)]


def copied(words):
    symbols, answers = [], []
    for word in words:
        started = ">" in words[: len(answers)]
        answers.append(symbols.pop(0) if started else "_")
        symbols += [word] if not started and word.isalpha() else []
    return answers


def looked_up(words):
    answers = []
    for position, word in enumerate(words):
        earlier = words.index(word)
        answers.append(words[earlier + 1] if word.isalpha() and earlier < position else NO_TARGET)
    return answers


def summed(rows):
    marked = [float(value) for value, mark in rows if mark]
    return [*[None] * (len(rows) - 1), marked[0] + marked[1]]


def registered(rows):
    memory, answers = 0, []
    for x1, x2, x3 in rows:
        memory = memory + x1 if x2 == 1 else 0 if x2 == -1 else memory
        answers.append(memory if x3 else 0)
    return answers


BRUTE_FORCE = {
    "adding": summed,
    "associative_recall": looked_up,
    "copy": copied,
    "count": lambda words: [
        "=" if words[:n].count("a") == words[:n].count("b") else max("ab", key=words[:n].count)
        for n in range(1, len(words) + 1)
    ],
    "delayed_recall": target_at_the_end(lambda words: next(word for word in words if word.isalpha())),
    "order": target_at_the_end(lambda words: "x" if words.index("x") < words.index("y") else "y"),
    "parity": lambda words: [["even", "odd"][words[:n].count("1") % 2] for n in range(1, len(words) + 1)],
    "reber": target_at_the_end(lambda words: "".join(words)[1]),
    "register": registered,
    "temporal_order": target_at_the_end(
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
def test_the_score_without_memory_of_the_longest_sequences_is_computed_in_seconds(name, settings):
    """At ten times the length too, where sums of binomial coefficients or a table of all steps would take too long."""
    longest = make_task(name, train=9, validation=1, test=1, **settings).task_of_split("test_10x")
    assert longest.memoryless_score > 0
    assert 0 < longest.memoryless_accuracy < 1


@every_task
def test_the_oracle_is_exact(name, corpora):
    task, corpus = corpora[name][0]
    for split_name, split in corpus.splits.items():
        answers = task.oracle(split_name, split)
        ends = split.starts + split.lengths
        for inputs, start, end in list(zip(split.sequences, split.starts, ends, strict=True))[:50]:
            expected = BRUTE_FORCE[name](inputs.tolist())
            for information in ("prefix", "sentence"):
                if task.outputs == "labels":
                    assert answers[information][start:end].tolist() == split.targets[start:end].tolist() == expected
                else:
                    for values in (answers[information], split.targets):
                        # Single precision; NaN is equal to NaN.
                        np.testing.assert_allclose(values[start:end, 0], np.array(expected, dtype=float), rtol=1e-6)


@every_task
def test_the_oracle_scores_1(name, corpora):
    task, corpus = corpora[name][0]
    for split in corpus.scored:
        scores = score_predictions(task, corpus, split, task.oracle(split, corpus.splits[split])["prefix"]).scores
        assert {value for _, _, value in scores} == {1.0}


def pooled(name, corpora, split, tagger):
    """Return the accuracy of a tagger over five seeds, and its standard error."""
    counts = [
        score_predictions(task, corpus, split, tagger(task, corpus, split)).counts for task, corpus in corpora[name]
    ]
    right, counted = (np.concatenate([of_seed[key] for of_seed in counts]) for key in ("right", "counted"))
    return paired_difference(right, np.zeros_like(right), counted)


def memoryless(task, corpus, split):
    return task.oracle(split, corpus.splits[split])["word"]


def most_frequent(task, corpus, split):
    return frequent_label(corpus.splits["train"])(corpus.splits[split])


@every_task
def test_without_memory_the_score_is_the_analytic_one(name, corpora):
    """Within four standard errors, five seeds together; in the splits of other lengths too."""
    task, corpus = corpora[name][0]
    for split in corpus.scored:
        accuracy = pooled(name, corpora, split, memoryless)
        expected = task.task_of_split(split).memoryless_accuracy
        assert abs(accuracy.value - expected) <= 4 * accuracy.standard_error + 1e-9, split


def mean_by_step(split):
    """Return the best answer by squared error to each step alone, (S,): what the step adds, plus the mean of the rest.

    The second input (mark or x2) determines whether the step adds its first input, and groups the steps.
    """
    number, group_of_step = split.inputs[:, 0], split.inputs[:, 1]
    addend = np.where(group_of_step == 1, number, 0)
    rest = split.targets[:, 0] - addend
    groups = set(group_of_step[split.score_mask])
    means = {group: rest[split.score_mask & (group_of_step == group)].mean() for group in groups}
    return addend + np.array([means.get(group, 0) for group in group_of_step])


@pytest.mark.parametrize("name", ["adding", "register"])
def test_the_squared_error_without_memory_is_the_analytic_one(name, corpora):
    """The means, at most three numbers, are fitted on the scored steps, so that the error is slightly too small."""
    task, _ = corpora[name][0]
    for split_name in corpora[name][0][1].scored:
        splits = [corpus.splits[split_name] for _, corpus in corpora[name]]
        squared, counted = [], []
        for split in splits:
            errors = np.where(split.score_mask, (mean_by_step(split) - split.targets[:, 0]) ** 2, 0)
            squared.append(np.add.reduceat(errors, split.starts))
            counted.append(np.add.reduceat(split.score_mask.astype(int), split.starts))
        n = np.concatenate(counted)
        error = paired_difference(np.concatenate(squared), 0 * n, n)
        expected = task.task_of_split(split_name).memoryless_score
        assert abs(error.value - expected) <= 4 * error.standard_error, split_name


@pytest.mark.parametrize("name", [name for name in MEMORY if name not in ("adding", "register")])
def test_the_most_frequent_label_of_each_word_has_the_analytic_score(name, corpora):
    task, _ = corpora[name][0]
    accuracy = pooled(name, corpora, "test", most_frequent)
    assert abs(accuracy.value - task.memoryless_accuracy) <= 4 * accuracy.standard_error + 1e-9


@pytest.mark.parametrize("name", ["count", "parity"])
def test_no_guess_is_better_by_enumeration(name):
    """All sequences of six words: the best answer to each word, and its exact accuracy."""
    task = make_task(name, length=6, train=5, validation=5, test=5)
    words = sorted({word for words in task.generate().splits["train"].sequences for word in words})
    counts = Counter(
        pair for text in product(words, repeat=6) for pair in zip(text, BRUTE_FORCE[name](list(text)), strict=True)
    )
    best = {word: max((n, label) for (of, label), n in counts.items() if of == word) for word in words}
    assert {word: label for word, (_, label) in best.items()} == {word: task.memoryless_answer(word) for word in words}
    share = Fraction(sum(n for n, _ in best.values()), counts.total())
    assert task.memoryless_score == pytest.approx(float(share), rel=1e-12)


@pytest.mark.parametrize("delay", [1, 2, 3, 20])
def test_blanks_of_the_copy_task_are_counted(delay):
    """Ten targets before the blanks and that of the sign are blank; the last ten are symbols, each with chance 1/8."""
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
    constants = np.linspace(0, 2, 21).round(1)
    accuracies = {constant: np.mean(np.abs(sums - constant) < Adding.tolerance) for constant in constants}
    assert max(accuracies, key=lambda constant: accuracies[constant]) == 1.0
    assert np.mean((sums - 1) ** 2) == pytest.approx(1 / 6, abs=5 * np.std((sums - 1) ** 2) / len(sums) ** 0.5)
