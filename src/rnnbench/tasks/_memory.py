"""What memory tasks share: an input must be remembered for many steps until an answer depends on it.

A memory task is a `SymbolTask` (words -> labels) or a `NumberTask` (vectors -> numbers). It defines `draw`, which draws
one sequence, and `answers`, its targets; splits and oracle follow from these two. It also states the score of the best
tagger without memory, which is the zero of calibrated scores.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import Corpus, Split, split_of_numbers, split_of_words
from rnnbench.tasks._base import MAX_REPEATS, MAX_STEPS, Information, SyntheticTask

LONGER = {"test_2x": 2, "test_5x": 5, "test_10x": 10}
"""Test split -> how many times as long as in training its sequences are. It has fewer of them, and as many steps."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class MemoryTask(SyntheticTask, ABC):
    """A task that can only be solved by remembering.

    It trains no classical taggers and has no audit: its score without memory is known exactly.
    """

    compared = False

    axis: ClassVar[str]
    """Name of the setting that makes the lag longer; it is the unit of the memory horizon."""
    literature: ClassVar[str] = ""
    """What papers report of networks on this task, in a sentence."""
    longer: ClassVar[Mapping[str, int]] = {}
    """`LONGER` for a task whose rule can be learnt on short sequences and tested on long ones; else empty."""

    @property
    def lag(self) -> int:
        """Return for how many steps an input must be remembered; where that varies, the fewest.

        By default the last answer depends on the first step.
        """
        return self.steps - 1

    @property
    def steps(self) -> int:
        """Return how many steps a sequence has; where that varies, the fewest. By default the axis is the length."""
        return getattr(self, self.axis)

    @property
    @abstractmethod
    def memoryless_score(self) -> float:
        """Return the expected score of the best tagger that sees the present step alone, by the metric `calibrated_by`.

        It is the zero of calibrated scores.
        """

    @property
    @abstractmethod
    def memoryless_accuracy(self) -> float:
        """Return the expected token accuracy of `memoryless_answer`."""

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the metric that the task's paper reports, and its value for a network without memory in that paper.

        Where the paper gives no such value: token accuracy and `memoryless_accuracy`.
        """
        return "token_accuracy", self.memoryless_accuracy

    @property
    @abstractmethod
    def n_distinct(self) -> float:
        """Return the number of distinct sequences."""

    def invalid_reason(self) -> str:
        """Return why these settings do not go together, "" where they do."""
        return ""

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Any:
        """Return one sequence: its words, or its numbers (T, D)."""

    @abstractmethod
    def split(self, sequences: Sequence[Any]) -> Split:
        """Return sequences with their targets."""

    def held_out(self) -> Sequence[Any]:
        """Return sequences that train, validation and test must not contain."""
        return ()

    def stored(self, split: Split) -> Array | None:
        """Return the number that must be remembered after each position, (S,); None where it is not a single number."""
        return None

    def examples(self, test: Sequence[Any]) -> Sequence[Any]:
        """Return the sequences of the split showcase: the first two of the test split."""
        return test[:2]

    def task_of_split(self, split: str) -> Self:
        """Return the task that the split of that name is drawn from: this one, or a longer one."""
        times = self.longer.get(split, 1)
        return self.model_copy(update={self.axis: times * getattr(self, self.axis)}) if times > 1 else self

    def generate(self) -> Corpus:
        """Return a corpus with the longer tests among its splits; no sequence is in two splits, except the examples.

        Sequences are drawn for test first, then for validation, then for training, so that a larger training split
        leaves the other splits as they are.
        """
        draws = self.unique_draws(generator(purpose=self.kind, seed=self.seed), self.held_out())
        test, validation, train = (list(islice(draws, n)) for n in (self.test, self.validation, self.train))
        sequences = {"train": train, "validation": validation, "test": test, "showcase": self.examples(test)}
        splits = {name: self.split(rows) for name, rows in sequences.items()}
        return Corpus(splits | {name: self._longer_split(name, times) for name, times in self.longer.items()})

    def unique_draws(self, rng: np.random.Generator, excluded: Iterable[Any] = ()) -> Iterator[Any]:
        """Yield sequences that are all distinct, and none of them `excluded`.

        Raises UserError when there are no more.
        """
        seen, repeats = {_key(sequence) for sequence in excluded}, 0
        while repeats < MAX_REPEATS:
            sequence = self.draw(rng)
            repeats = repeats + 1 if _key(sequence) in seen else 0
            if not repeats:
                seen.add(_key(sequence))
                yield sequence
        raise UserError(f"{self.label}: only {len(seen)} distinct sequences were found; choose fewer or longer ones")

    def _longer_split(self, name: str, times: int) -> Split:
        """Return a longer test: sequences `times` as long as in training, and the test split's number of steps."""
        rng = generator(purpose=self.kind, seed=self.seed, times=times)
        task = self.task_of_split(name)
        return task.split(list(islice(task.unique_draws(rng), -(-self.test // times))))

    @model_validator(mode="after")
    def _check_settings(self) -> Self:
        if self.limits:
            raise ValueError("limits are settings of the audit, and memory tasks have no audit")
        if reason := self.invalid_reason():
            raise ValueError(reason)
        total = self.train + self.validation + self.test
        if total * self.steps > MAX_STEPS:
            size = f"{total:,} sequences of {self.steps:,} steps are {total * self.steps:,} steps"
            raise ValueError(f"{size}; at most {MAX_STEPS:,} fit into memory")
        if 2 * total > self.n_distinct:
            distinct = f"{self.n_distinct} distinct ones of {self.axis} {getattr(self, self.axis)}"
            raise ValueError(f"{total} sequences are more than half of the {distinct}")
        return self


class SymbolTask(MemoryTask, ABC):
    """A memory task from words to labels."""

    inputs = "words"
    outputs = "labels"
    selection_metric = "token_accuracy"
    calibrated_by = "token_accuracy"

    encoders: tuple[str, ...] = Field(default=("one_of_n",), description="names of the encoders that it is run with")

    @abstractmethod
    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the label of each word of a sequence, NO_TARGET where it has none."""

    @property
    def memoryless_accuracy(self) -> float:
        """Return the expected token accuracy of the best tagger that sees the present word alone."""
        return self.memoryless_score

    @abstractmethod
    def memoryless_answer(self, word: str) -> str:
        """Return the best label of a word for a tagger that sees this word alone."""

    def split(self, sequences: Sequence[Sequence[str]]) -> Split:
        """Return sequences of words with their labels."""
        return split_of_words((words, self.answers(words)) for words in sequences)

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the exact answers (S,), and for "word" those of the best tagger without memory."""
        task = self.task_of_split(name)
        exact = np.array([label for words in split.sequences for label in task.answers(words.tolist())], dtype=object)
        answer_of = {word: task.memoryless_answer(word) for word in dict.fromkeys(split.inputs)}
        memoryless = np.array([answer_of[word] for word in split.inputs], dtype=object)
        return {"word": memoryless, "prefix": exact, "sentence": exact}

    def picture(self, sequence: str) -> str:
        """Return a sequence, given as words with spaces between, above its labels; "-" where a word has none."""
        words = sequence.split()
        rows = [words, [label or "-" for label in self.answers(words)]]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(" ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


class NumberTask(MemoryTask, ABC):
    """A memory task from vectors of numbers to a number.

    Networks minimise the squared error, so that the best one without memory answers with the expected value, not with
    the most frequent one. Calibrated scores are therefore shares of the squared error without memory.
    """

    inputs = "numbers"
    outputs = "numbers"
    selection_metric = "loss"
    calibrated_by = "squared_error"

    @abstractmethod
    def answers(self, inputs: Array) -> Array:
        """Return the targets (N, T) of inputs (N, T, D), NaN where a step has none."""

    def has_target(self, inputs: Array) -> Array:
        """Return whether each step of inputs (N, T, D) counts in the scores, (N, T): by default if it has a target."""
        return ~np.isnan(self.answers(inputs))

    @abstractmethod
    def memoryless_answer(self, inputs: Array) -> Array:
        """Return, for steps (S, D), the answers (S,) most often right for a tagger that sees the present step alone."""

    def split(self, sequences: Sequence[Array]) -> Split:
        """Return sequences of numbers (T, D) with their targets."""
        inputs = np.stack(sequences)
        return split_of_numbers(inputs, self.answers(inputs), self.has_target(inputs))

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the exact answers (S, 1), and for "word" those of the most accurate tagger without memory."""
        task = self.task_of_split(name)
        exact = task.answers(split.inputs.reshape(len(split), -1, split.inputs.shape[1])).reshape(-1, 1)
        return {"word": task.memoryless_answer(split.inputs)[:, None], "prefix": exact, "sentence": exact}


def _key(sequence: Any) -> Hashable:
    return sequence.tobytes() if isinstance(sequence, np.ndarray) else tuple(sequence)
