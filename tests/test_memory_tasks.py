"""Memory tasks: oracles against brute force, scores without memory, splits, distributions, settings that cannot be."""

import re
from collections import Counter
from fractions import Fraction
from itertools import product
from math import log

import numpy as np
import pytest

from rnnbench import tasks
from rnnbench.configfile import parse_settings
from rnnbench.corpus import NOT_ASKED
from rnnbench.errors import UserError
from rnnbench.grading import grade
from rnnbench.memory_task import LONGER, MemoryTask
from rnnbench.plan.facts import encoders_of
from rnnbench.registry import build, load, names
from rnnbench.rivals import frequent_label
from rnnbench.statistics import paired_difference
from rnnbench.tasks import Task
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.copy import Copy
from rnnbench.tasks.order import Order
from rnnbench.tasks.parity import Parity
from rnnbench.tasks.reber import Reber
from rnnbench.tasks.register import Register
from rnnbench.tasks.temporal_order import CLASSES, TemporalOrder

MEMORY = [name for name in names(tasks) if issubclass(load(tasks, name, Task), MemoryTask)]
SIZES = {"train": 300, "validation": 100, "test": 600}
SEEDS = range(5)
SMALL = {
    "adding": {"length": 6},
    "associative_recall": {"pairs": 3, "gap": 2, "keys": 7},
    "copy": {"length": 5, "delay": 4},
    "delayed_recall": {"delay": 4},
    "order": {"length": 7},
    "reber": {"shortest": 12},
    "register": {"length": 6},
    "temporal_order": {"length": 12},
    "count": {"length": 12},
    "parity": {"length": 12},
}
"""Settings at which chance and rare cases weigh more than in the defaults."""

every_task = pytest.mark.parametrize("name", MEMORY)


def made(name, **settings):
    return build(tasks, name, Task, SIZES | settings)


@pytest.fixture(scope="module")
def corpora():
    """Name -> (task, corpus) for each of five seeds, at the small settings."""
    found = {name: [made(name, **SMALL[name], seed=seed) for seed in SEEDS] for name in MEMORY}
    return {name: [(task, task.generate()) for task in alike] for name, alike in found.items()}


def asked_at_the_end(rule):
    return lambda words: [*[NOT_ASKED] * (len(words) - 1), rule(words)]


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
        found.append(words[earlier + 1] if word.isalpha() and earlier < place else NOT_ASKED)
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
"""The answers to one sequence, by another way than the task's own."""


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
    longest = made(name, train=9, validation=1, test=1, **settings).of("test_10x")
    assert longest.without_memory > 0
    assert 0 < longest.right_without_memory < 1


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
        grades = grade(task, corpus, split, task.oracle(split, corpus.splits[split])["prefix"]).grades
        assert {value for _, _, value in grades} == {1.0}


def pooled(name, corpora, split, tagger):
    """Return the share of right answers of a tagger over five seeds, and its standard error."""
    counts = [grade(task, corpus, split, tagger(task, corpus, split)).counts for task, corpus in corpora[name]]
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
        assert abs(found.value - task.of(split).right_without_memory) <= 4 * found.standard_error + 1e-9, split


def mean_by_step(split):
    """Return what is best by squared error for one who knows all the answers to each step, (S,): group means."""
    asked = split.scored
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
            errors = np.where(split.scored, (mean_by_step(split) - split.targets[:, 0]) ** 2, 0)
            squared.append(np.add.reduceat(errors, split.starts))
            counted.append(np.add.reduceat(split.scored.astype(int), split.starts))
        n = np.concatenate(counted)
        found = paired_difference(np.concatenate(squared), 0 * n, n)
        assert abs(found.value - task.of(split_name).without_memory) <= 4 * found.standard_error, split_name


@pytest.mark.parametrize("name", [name for name in MEMORY if name not in ("adding", "register")])
def test_who_learns_each_words_most_frequent_label_meets_the_analytic_score(name, corpora):
    task, _ = corpora[name][0]
    found = pooled(name, corpora, "test", most_frequent)
    assert abs(found.value - task.right_without_memory) <= 4 * found.standard_error + 1e-9


@pytest.mark.parametrize("name", ["count", "parity"])
def test_no_guess_is_better_by_enumeration(name):
    """All sequences of six letters: the best answer to each word, and its share of right answers, as fractions."""
    task = made(name, length=6, train=5, validation=5, test=5)
    words = sorted({word for words in task.generate().splits["train"].sequences for word in words})
    told = Counter(
        pair for text in product(words, repeat=6) for pair in zip(text, BRUTE_FORCE[name](list(text)), strict=True)
    )
    best = {word: max((n, label) for (of, label), n in told.items() if of == word) for word in words}
    assert {word: label for word, (_, label) in best.items()} == {word: task.guess(word) for word in words}
    share = Fraction(sum(n for n, _ in best.values()), told.total())
    assert task.without_memory == pytest.approx(float(share), rel=1e-12)


@pytest.mark.parametrize("delay", [1, 2, 3, 20])
def test_blanks_of_the_copy_task_are_counted(delay):
    """By hand: ten answers before the blanks and the sign's own are blank; at the end ten want a symbol, 1/8 each."""
    task = Copy(delay=delay)
    words = task.draw(np.random.default_rng(0))
    assert len(words) == delay + 20
    blanks = dict.fromkeys("abcdefgh", 10 / 8) | {"_": delay - 1}
    assert task.guess("_") in [label for label, n in blanks.items() if n == max(blanks.values())]
    assert task.without_memory == pytest.approx((11 + max(blanks.values())) / (delay + 20))
    assert task.paper_score == ("loss", pytest.approx(10 * log(8) / (delay + 20)))


def test_no_constant_is_better_than_1_for_adding():
    split = Adding(length=40, test=20000, train=1, validation=1).generate().splits["test"]
    sums = split.targets[~np.isnan(split.targets)].astype(float)
    shares = {guess: np.mean(np.abs(sums - guess) < Adding.tolerance) for guess in np.linspace(0, 2, 21).round(1)}
    assert max(shares, key=lambda guess: shares[guess]) == 1.0
    assert np.mean((sums - 1) ** 2) == pytest.approx(1 / 6, abs=5 * np.std((sums - 1) ** 2) / len(sums) ** 0.5)


@every_task
def test_no_sequence_is_in_two_splits(name, corpora):
    """Sequences of the showcase are those of another split; all else is drawn apart, the longer tests too."""
    for _, corpus in corpora[name]:
        told = [tuple(np.ravel(rows).tolist()) for split in corpus.scored for rows in corpus.splits[split].sequences]
        assert len(set(told)) == len(told)


@every_task
def test_more_training_sequences_leave_the_other_splits_as_they_are(name, corpora):
    task, corpus = corpora[name][0]
    more = task.model_copy(update={"train": 350}).generate()
    for split in set(corpus.splits) - {"train"}:
        assert np.array_equal(more.splits[split].inputs, corpus.splits[split].inputs)


@pytest.mark.parametrize("name", ["count", "parity", "register"])
def test_longer_tests_have_longer_sequences_and_as_many_steps(name, corpora):
    task, corpus = corpora[name][0]
    for split, times in LONGER.items():
        assert set(corpus.splits[split].lengths) == {times * task.length}
        assert len(corpus.splits[split]) == SIZES["test"] / times


@every_task
def test_the_lag_is_the_fewest_steps_from_what_matters_first_to_where_it_is_asked_for(name, corpora):
    """What is kept is the first symbol, mark, value or step of each sequence, if not said otherwise."""
    task, corpus = corpora[name][0]
    first = {
        "adding": lambda rows: [mark for _, mark in rows].index(1),
        "associative_recall": lambda words: 1,
        "order": lambda words: min(words.index("x"), words.index("y")),
        "reber": lambda words: 1,
        "temporal_order": lambda words: next(i for i, word in enumerate(words) if word in "XY"),
    }.get(name, lambda words: 0)
    last = {
        "associative_recall": lambda words: words.index(words[0], 1),
        "copy": lambda words: words.index(">") + 1,
    }.get(name, lambda words: len(words) - 1)
    told = [rows.tolist() for split in ("train", "test") for rows in corpus.splits[split].sequences]
    assert min(last(rows) - first(rows) for rows in told) == task.lag


@every_task
def test_a_longer_axis_is_a_longer_lag(name):
    task = made(name, **SMALL[name])
    longer = task.model_copy(update={task.axis: getattr(task, task.axis) + 2})
    assert longer.lag > task.lag


def test_pairs_differ_in_the_order_of_x_and_y_alone():
    splits = Order(**SIZES).generate().splits
    told = splits["pairs"].sequences
    answers = [label for label in splits["pairs"].targets if label]
    assert len(told) == SIZES["test"]
    for i in range(0, len(told), 2):
        assert Counter(told[i]) == Counter(told[i + 1])
        assert sorted(answers[i : i + 2]) == ["x", "y"]
        assert set(told[i][told[i] != told[i + 1]]) == {"x", "y"}


def test_strings_between_are_of_the_grammar_and_drawn_as_it_draws_them():
    """The grammar as a regular expression; short strings are as likely as the product of their choices."""
    grammar = re.compile("B(?:(?:TS*X|PT*VP)(?:XT*VP)*(?:S|XT*VV)|PT*VV)E")
    rng = np.random.default_rng(0)
    n = 4000
    for shortest, probabilities in ((5, {"BTXSE": 1 / 8, "BPVVE": 1 / 8, "BTSXSE": 1 / 16}), (6, {"BTSXSE": 1 / 12})):
        told = ["".join(Reber(shortest=shortest).draw(rng)) for _ in range(n)]
        assert all(grammar.fullmatch(text[2:]) and text[1] in "TP" and len(text) >= 2 + shortest for text in told)
        shares = Counter(text[2:] for text in told)
        for text, expected in probabilities.items():
            error = 5 * (expected * (1 - expected) / n) ** 0.5
            assert shares[text] / n == pytest.approx(expected, abs=error)


def test_marks_of_the_temporal_order_stand_where_the_paper_has_them():
    """Of 100 steps: the first from 10 to 20, the second from 50 to 60, everywhere there, and in all four classes."""
    task, rng = TemporalOrder(length=100), np.random.default_rng(0)
    told = [task.draw(rng) for _ in range(2000)]
    places = [[i for i, word in enumerate(words) if word in "XY"] for words in told]
    assert {first for first, _ in places} == set(range(10, 21))
    assert {second for _, second in places} == set(range(50, 61))
    classes = Counter(task.answers(words)[-1] for words in told)
    assert classes.keys() == set(CLASSES.values())
    assert all(abs(n / 2000 - 1 / 4) < 5 * (3 / 16 / 2000) ** 0.5 for n in classes.values())


def test_one_mark_in_each_half_everywhere_alike():
    split = Adding(length=6, train=6000, validation=1, test=1).generate().splits["train"]
    marks = split.inputs[:, 1].reshape(-1, 6)
    assert (marks[:, :3].sum(1) == 1).all()
    assert (marks[:, 3:].sum(1) == 1).all()
    assert np.abs(marks.mean(0) - 1 / 3).max() < 5 * (2 / 9 / 6000) ** 0.5
    assert split.inputs[:, 0].min() >= 0
    assert split.inputs[:, 0].max() <= 1


def test_fillers_and_values_are_never_keys(corpora):
    _, corpus = corpora["associative_recall"][0]
    for words in corpus.splits["train"].sequences:
        keys, values, fillers, asked = words[:6:2], words[1:6:2], words[6:8], words[8:]
        assert len(set(keys)) == 3
        assert sorted(keys) == sorted(asked)
        assert not set(keys) & {*values, *fillers}


@pytest.mark.parametrize(
    ("task", "settings", "mistake"),
    [
        ("delayed_recall", {"delay": 0}, r"tasks\.0\.delay: input should be greater than or equal to 1, not 0"),
        ("delayed_recall", {"delay": 3}, r"tasks\.0: 5500 sequences are more than half of the 4096 of delay 3"),
        ("copy", {"delay": 0}, r"tasks\.0\.delay: input should be"),
        ("copy", {"length": 4}, r"tasks\.0: 5500 sequences are more than half of the 4096 of delay 20"),
        ("adding", {"length": 1}, r"tasks\.0\.length: input should be"),
        ("temporal_order", {"length": 9}, r"tasks\.0\.length: input should be"),
        ("associative_recall", {"pairs": 27}, r"tasks\.0: 27 pairs need as many keys, and there are 26$"),
        ("associative_recall", {"pairs": 1, "gap": 0}, r"tasks\.0: 5500 sequences are more than half of the 208"),
        ("reber", {"shortest": 4}, r"tasks\.0\.shortest: input should be"),
        ("parity", {"length": 13}, r"tasks\.0: 5500 sequences are more than half of the 8192 of length 13"),
        ("count", {"length": 13}, r"tasks\.0: 5500 sequences are more than half of the 8192 of length 13"),
        ("order", {"length": 4}, r"tasks\.0: 5500 sequences are more than half of the 512 of length 4"),
        ("parity", {"architectures": ["gru", "gru"]}, r"tasks: the task 'parity' names 'gru' twice in architectures$"),
        ("delayed_recall", {"encoders": ["one_of_m"]}, r"with the encoder 'one_of_m'; did you mean 'one_of_n'\?"),
        ("delayed_recall", {"encoders": ["raw"]}, r"cannot be run with the encoder 'raw'"),
        (
            "delayed_recall",
            {"limits": {"probe_word": 1}},
            r"tasks\.0: limits are of the audit, and memory tasks have none$",
        ),
        ("adding", {"encoders": ["one_of_n"]}, r"cannot be run with the encoder 'one_of_n'"),
    ],
    ids=str,
)
def test_what_is_impossible_is_one_line(task, settings, mistake):
    with pytest.raises(UserError, match=mistake) as error:
        configured([{"task": task, **settings}])
    assert "\n" not in str(error.value)


def configured(entries, encoders=("one_of_n", "letter_trigram")):
    return parse_settings({"tasks": entries, "encoders": list(encoders), "architectures": ["gru"]})


def test_lists_are_axes_but_a_tasks_encoders_are_not():
    two = {"task": "delayed_recall", "delay": [5, 10], "encoders": ["one_of_n", "learned_embedding"]}
    settings = configured([two, "travel", "adding", "order"])
    told = [(task.label, [encoder.label for encoder in encoders_of(settings, task)]) for task in settings.tasks]
    both = ["one_of_n", "learned_embedding"]
    assert told == [
        ("delayed_recall delay=5", both),
        ("delayed_recall delay=10", both),
        ("travel", ["one_of_n", "letter_trigram"]),
        ("adding", ["raw"]),
        ("order", ["one_of_n"]),
    ]


def test_a_task_gets_the_experiments_own_encoder_of_that_name():
    mine = {"encoder": "letter_trigram", "boundary": False, "name": "mine"}
    settings = configured([{"task": "order", "encoders": ["mine"]}], [mine])
    assert encoders_of(settings, settings.tasks[0]) == settings.encoders


def test_encoders_change_no_sequence():
    assert "encoders" not in Parity().settings


def test_the_register_without_memory_by_hand():
    """Two steps, x1 = 1, add 0.9, reset 0.05, ask 0.5: the second step asks alone in a quarter of sequences more.

    Before the first step the memory is 0, before the second with probability 0.1; a step that empties it is sure.
    """
    task = Register(length=2, largest=1, add=0.9, reset=0.05, ask=0.5, train=1, validation=1, test=1)
    empty = (0.5 * 1 + 0.75 * 0.1) / 1.25
    assert task.right_without_memory == pytest.approx(0.05 + 0.95 * empty)
    assert task.without_memory == pytest.approx(0.95 * empty * (1 - empty))
