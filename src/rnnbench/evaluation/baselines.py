"""Classical taggers, trained on the same words as the networks and scored beside them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import groupby, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import NO_TARGET, Corpus, Split
from rnnbench.evaluation.features import (
    EDGE,
    Features,
    codes,
    frequent,
    in_columns,
    lexicon,
    logistic,
    matrix,
    window,
    words_at,
)
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.tasks import Task

Tagger = Callable[[Split], Array]
"""Returns a label for each of the S words of a split."""

TRAITS: Mapping[str, Callable[[str], str]] = {
    "word": lambda word: word,
    **{f"prefix_{n}": lambda word, n=n: word[:n] for n in (1, 2, 3)},
    **{f"suffix_{n}": lambda word, n=n: word[-n:] for n in (1, 2, 3)},
    "shape": lambda word: shape(word),
}
"""What the CRF reads of a word, each a feature of its own."""

AROUND: Mapping[str, tuple[int, ...]] = {"word": (-2, -1, 1, 2), "shape": (-1, 1)}
"""What the CRF reads of the words around, and where they stand."""


MAX_FEATURES = 2**17
"""The CRF has a weight for a feature only with the labels that it meets in training."""

MAX_WORK = 10**11
"""A step of the CRF takes time in proportion to words x labels x labels: all steps together a few minutes."""


def majority(train: Split) -> Tagger:
    """Return the tagger that always answers training's most frequent label; of equals the first by alphabet."""
    return _constant(most_frequent(train.targets[train.targets != NO_TARGET]))


def frequent_label(train: Split) -> Tagger:
    """Return the tagger that answers each word's most frequent label, and for unknown words what `majority` does."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    asked = train.targets != NO_TARGET
    for word, label in zip(train.inputs[asked], train.targets[asked], strict=True):
        found[word].append(label)
    best, other = {word: most_frequent(labels) for word, labels in found.items()}, most_frequent(train.targets[asked])
    return lambda split: np.array([best.get(word, other) for word in split.inputs], dtype=object)


def most_frequent(labels: Iterable[str]) -> str:
    """Return the most frequent of some labels; of equally frequent ones the first in order of the alphabet."""
    return min(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def logistic_window(train: Split) -> Tagger:
    """Return multinomial logistic regression on the words at -3 to 3, 1-of-N for each of these seven places."""
    known, read = lexicon(train.inputs), words_at(*range(-3, 4))

    def facts(split: Split, asked: Array) -> Features:
        return read(split, codes(split.inputs, known), asked)

    asked = np.flatnonzero(train.targets != NO_TARGET)
    answer = logistic(facts(train, asked), train.targets[asked])
    return lambda split: answer(facts(split, np.arange(len(split.inputs))))


def crf(train: Split) -> Tagger:
    """Return a linear-chain conditional random field on `TRAITS` of the word and of those `AROUND` it.

    Lafferty, McCallum and Pereira 2001, as in CRFsuite: L-BFGS with a penalty of 0.1 times the sum of squared weights,
    for 200 steps at most, and for as few as 50 where they are long. CRFsuite gets numbers for features and labels, so
    that no spelling can mislead it.
    """
    from pycrfsuite import Tagger as Model  # pyright: ignore[reportAttributeAccessIssue] (compiled)
    from pycrfsuite import Trainer  # pyright: ignore[reportAttributeAccessIssue]

    if len(set(train.targets)) == 1:
        return _constant(train.targets[0])
    names, numbers = np.unique(train.targets, return_inverse=True)
    read, tagger = _reader(train), Model()
    steps = min(200, max(50, MAX_WORK // (len(numbers) * len(names) ** 2)))
    trainer = Trainer(algorithm="lbfgs", verbose=False, params={"c2": 0.1, "max_iterations": steps})
    for items, answers in zip(read(train), np.split(numbers.astype(str), train.starts[1:]), strict=True):
        trainer.append(items, answers.tolist())
    with TemporaryDirectory() as folder:
        model = str(Path(folder, "model.crfsuite"))
        trainer.train(model)
        tagger.open(model)
    return lambda split: names[[int(number) for items in read(split) for number in tagger.tag(items)]]


def shape(word: str) -> str:
    """Return what kinds of characters follow each other: X capital, x small, 9 digit, any other itself.

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
"""What trains each classical tagger, in order of display. The same split gives the same tagger everywhere."""


def baseline_rows(task: Task, corpus: Corpus) -> list[dict[str, Any]]:
    """Return the rows of the table `rivals`: what each of them, trained on training, scores in every split."""
    return [row for name in BASELINES for row in _rows(task, corpus, name)]


def _rows(task: Task, corpus: Corpus, name: str) -> Iterator[dict[str, Any]]:
    tagger = BASELINES[name](corpus.splits["train"])
    for split in corpus.scored:
        for phenomenon, metric, value in score_predictions(task, corpus, split, tagger(corpus.splits[split])).scores:
            key = {"task": task.label, "rival": name, "split": split}
            yield key | {"phenomenon": phenomenon, "metric": metric, "value": value}


def _kind(character: str) -> str:
    kinds = {"X": character.isupper(), "x": character.islower(), "9": character.isdigit()}
    return next((kind for kind, fits in kinds.items() if fits), character)


def _constant(label: str) -> Tagger:
    return lambda split: np.full(len(split.inputs), label, dtype=object)


def _reader(train: Split) -> Callable[[Split], Iterator[list[list[bytes]]]]:
    """Return what yields, for each sentence of a split, what CRFsuite reads of its words: the numbers of features."""
    known = lexicon(trait for word in dict.fromkeys(train.inputs) for trait in _traits(word).items())
    features = frequent(_facts(train, known), MAX_FEATURES)
    names = [b"%d" % number for number in range(len(features))]

    def read(split: Split) -> Iterator[list[list[bytes]]]:
        holds: Any = matrix(_facts(split, known), features)
        words = ([names[i] for i in holds.indices[start:end]] for start, end in pairwise(holds.indptr))
        yield from (list(islice(words, length)) for length in split.lengths.tolist())

    return read


def _facts(split: Split, known: Mapping[Hashable, int]) -> Features:
    """Return facts about S words: a column for each trait, for each trait nearby, and one that is always true."""
    distinct = lexicon(split.inputs)
    traits = [_traits(word) for word in distinct]
    where = codes(split.inputs, distinct) - 1
    columns = {name: codes(((name, each[name]) for each in traits), known)[where] for name in TRAITS}
    nearby = [column for name, offsets in AROUND.items() for column in window(columns[name], split, offsets)]
    return in_columns([np.full(len(split.inputs), EDGE), *columns.values(), *nearby])


def _traits(word: Any) -> dict[str, str]:
    return {name: trait(word) for name, trait in TRAITS.items()}
