"""Baselines: classical taggers that are trained on the same words as the networks and scored on the same splits.

Where every seed draws a corpus, they have that of the first: training a CRF on twenty would take longer than a network.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import groupby, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import NO_TARGET, Corpus, Split
from rnnbench.data.window import values_around
from rnnbench.evaluation.features import (
    EDGE,
    Features,
    encode,
    features_of_table,
    fit_logistic,
    matrix,
    most_frequent_keys,
    vocabulary_of,
    words_at,
)
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.tasks import Task

Tagger = Callable[[Split], Array]
"""A function that returns the label of each of the S words of a split, (S,)."""

TRAITS: Mapping[str, Callable[[str], str]] = {
    "word": lambda word: word,
    **{f"prefix_{n}": lambda word, n=n: word[:n] for n in (1, 2, 3)},
    **{f"suffix_{n}": lambda word, n=n: word[-n:] for n in (1, 2, 3)},
    "shape": lambda word: shape(word),
}
"""The features of a word that the CRF uses."""

AROUND: Mapping[str, tuple[int, ...]] = {"word": (-2, -1, 1, 2), "shape": (-1, 1)}
"""The features of neighbouring words that the CRF uses, with their offsets."""

MAX_FEATURES = 2**17
"""Largest number of features of the CRF; it has a weight for each label that a feature occurs with in training."""

MAX_WORK = 10**11
"""Largest value of steps x words x labels x labels in the training of the CRF, a few minutes."""


def majority(train: Split) -> Tagger:
    """Return the tagger that always predicts the most frequent label of training."""
    return _constant(most_frequent(train.targets[train.targets != NO_TARGET]))


def frequent_label(train: Split) -> Tagger:
    """Return the tagger that predicts each word's most frequent label, and for unknown words the overall one."""
    labels_of_word: defaultdict[str, list[str]] = defaultdict(list)
    has_target = train.targets != NO_TARGET
    for word, label in zip(train.inputs[has_target], train.targets[has_target], strict=True):
        labels_of_word[word].append(label)
    label_of_word = {word: most_frequent(labels) for word, labels in labels_of_word.items()}
    overall = most_frequent(train.targets[has_target])
    return lambda split: np.array([label_of_word.get(word, overall) for word in split.inputs], dtype=object)


def most_frequent(labels: Iterable[str]) -> str:
    """Return the most frequent of some labels; of equally frequent ones the first in alphabetical order."""
    return min(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def logistic_window(train: Split) -> Tagger:
    """Return multinomial logistic regression on the words at the offsets -3 to 3, one-hot for each offset."""
    vocabulary, extract = vocabulary_of(train.inputs), words_at(*range(-3, 4))

    def features(split: Split, selected: Array) -> Features:
        return extract(split, encode(split.inputs, vocabulary), selected)

    has_target = np.flatnonzero(train.targets != NO_TARGET)
    predict = fit_logistic(features(train, has_target), train.targets[has_target])
    return lambda split: predict(features(split, np.arange(len(split.inputs))))


def crf(train: Split) -> Tagger:
    """Return a linear-chain conditional random field on the `TRAITS` of a word and of those `AROUND` it.

    Lafferty, McCallum and Pereira 2001, as in CRFsuite: L-BFGS with a penalty of 0.1 times the sum of squared weights,
    for at most 200 steps, and for as few as 50 on a large split. CRFsuite is given numbers for features and labels, as
    it would misread some spellings.
    """
    from pycrfsuite import Tagger as Model  # pyright: ignore[reportAttributeAccessIssue] (compiled)
    from pycrfsuite import Trainer  # pyright: ignore[reportAttributeAccessIssue]

    if len(set(train.targets)) == 1:
        return _constant(train.targets[0])
    names, numbers = np.unique(train.targets, return_inverse=True)
    items_of, tagger = _crf_features(train), Model()
    steps = min(200, max(50, MAX_WORK // (len(numbers) * len(names) ** 2)))
    trainer = Trainer(algorithm="lbfgs", verbose=False, params={"c2": 0.1, "max_iterations": steps})
    for items, labels in zip(items_of(train), np.split(numbers.astype(str), train.starts[1:]), strict=True):
        trainer.append(items, labels.tolist())
    with TemporaryDirectory() as folder:
        model = str(Path(folder, "model.crfsuite"))
        trainer.train(model)
        tagger.open(model)
    return lambda split: names[[int(number) for items in items_of(split) for number in tagger.tag(items)]]


def shape(word: str) -> str:
    """Return the word's runs of one kind of character: X capital, x small, 9 digit, any other character itself.

    >>> shape("McDonald's"), shape("22nd")
    ("XxXx'x", '9x')
    """
    return "".join(kind for kind, _ in groupby(map(_kind, word)))


BASELINES: Mapping[str, Callable[[Split], Tagger]] = {
    "majority": majority,
    "frequent_label": frequent_label,
    "logistic_window": logistic_window,
    "crf": crf,
}
"""Name -> the function that trains a classical tagger on a split, in order of display. All are deterministic."""


def baseline_rows(task: Task, corpus: Corpus) -> list[dict[str, Any]]:
    """Return the rows of the table `rivals`: the scores on every split of each baseline, trained on training."""
    return [row for name in BASELINES for row in _rows(task, corpus, name)]


def _rows(task: Task, corpus: Corpus, name: str) -> Iterator[dict[str, Any]]:
    tagger = BASELINES[name](corpus.splits["train"])
    for split in corpus.scored:
        for phenomenon, metric, value in score_predictions(task, corpus, split, tagger(corpus.splits[split])).scores:
            key = {"task": task.label, "rival": name, "split": split}
            yield key | {"phenomenon": phenomenon, "metric": metric, "value": value}


def _kind(character: str) -> str:
    kinds = {"X": character.isupper(), "x": character.islower(), "9": character.isdigit()}
    return next((kind for kind, applies in kinds.items() if applies), character)


def _constant(label: str) -> Tagger:
    return lambda split: np.full(len(split.inputs), label, dtype=object)


def _crf_features(train: Split) -> Callable[[Split], Iterator[list[list[bytes]]]]:
    """Return the function that yields, for each sentence of a split, the numbers of each word's features as bytes."""
    vocabulary = vocabulary_of(trait for word in dict.fromkeys(train.inputs) for trait in _traits(word).items())
    keys = most_frequent_keys(_features(train, vocabulary), MAX_FEATURES)
    names = [b"%d" % number for number in range(len(keys))]

    def items_of(split: Split) -> Iterator[list[list[bytes]]]:
        rows: Any = matrix(_features(split, vocabulary), keys)
        words = ([names[i] for i in rows.indices[start:end]] for start, end in pairwise(rows.indptr))
        yield from (list(islice(words, length)) for length in split.lengths.tolist())

    return items_of


def _features(split: Split, vocabulary: Mapping[Hashable, int]) -> Features:
    """Return the features of S words: a constant one, each trait of the word, and the traits of its neighbours."""
    distinct = vocabulary_of(split.inputs)
    traits = [_traits(word) for word in distinct]
    index = encode(split.inputs, distinct) - 1
    codes = {name: encode(((name, values[name]) for values in traits), vocabulary)[index] for name in TRAITS}
    around = [values_around(codes[name], split.lengths, offsets, beyond=EDGE) for name, offsets in AROUND.items()]
    return features_of_table(np.column_stack([np.full(len(split.inputs), EDGE), *codes.values(), *around]))


def _traits(word: Any) -> dict[str, str]:
    return {name: trait(word) for name, trait in TRAITS.items()}
