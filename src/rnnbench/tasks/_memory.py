"""What memory tasks share: something is shown, time goes by, and it is asked for.

A task says how one sequence is drawn and what its answers are, and from these two come its splits and its oracle. It
also says what the best tagger scores that remembers nothing: there begins the calibrated score.
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
from rnnbench.tasks._base import MAX_STEPS, Information, SyntheticTask

LONGER = {"test_2x": 2, "test_5x": 5, "test_10x": 10}
"""Tests whose sequences are so many times as long as in training. There are fewer of them: the steps are as many."""

MAX_REPEATS = 1000
"""After so many draws in a row without a new sequence there are no more."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class MemoryTask(SyntheticTask, ABC):
    """A task that can only be solved by remembering.

    What is known without that, it says itself: classical taggers and the probes of an audit would say no more.
    """

    compared = False

    axis: ClassVar[str]
    """The setting that makes the lag longer; the memory horizon is told in its unit."""
    literature: ClassVar[str] = ""
    """What papers report of networks on this task, in a sentence."""
    longer: ClassVar[Mapping[str, int]] = {}
    """LONGER, for tasks whose rule can be learnt on short sequences and tried on long ones."""

    @property
    def lag(self) -> int:
        """Return for how many steps the first thing that matters must be kept; where that varies, the fewest.

        Unless a task says otherwise, the first step matters to the last answer.
        """
        return self.steps - 1

    @property
    def steps(self) -> int:
        """Return how many steps a sequence has; where that varies, the fewest. By default its axis is its length."""
        return getattr(self, self.axis)

    @property
    @abstractmethod
    def memoryless_score(self) -> float:
        """Return what the best tagger can expect which sees the present step alone, by the metric `calibrated_by`."""

    @property
    @abstractmethod
    def memoryless_accuracy(self) -> float:
        """Return the same by token accuracy."""

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the metric that the task's paper tells, and the value that the paper holds for one without memory.

        Where the paper tells none, that of the best tagger that sees the present step alone.
        """
        return "token_accuracy", self.memoryless_accuracy

    @property
    @abstractmethod
    def n_distinct(self) -> float:
        """Return how many different sequences there are."""

    def invalid_reason(self) -> str:
        """Return what is wrong with the settings taken together, "" where nothing is."""
        return ""

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Any:
        """Return one sequence: its words, or its numbers (T, D)."""

    @abstractmethod
    def split(self, sequences: Sequence[Any]) -> Split:
        """Return sequences with their answers."""

    def held_out(self) -> Sequence[Any]:
        """Return sequences that are in none of the splits that are drawn here."""
        return ()

    def stored(self, split: Split) -> Array | None:
        """Return (S,), the number that must be stored behind each position; None where it is not one number."""
        return None

    def examples(self, test: Sequence[Any]) -> Sequence[Any]:
        """Return the sequences to look at: the first two of the test split."""
        return test[:2]

    def task_of_split(self, split: str) -> Self:
        """Return the task that the split of that name is drawn from: this one, or one that is longer."""
        times = self.longer.get(split, 1)
        return self.model_copy(update={self.axis: times * getattr(self, self.axis)}) if times > 1 else self

    def generate(self) -> Corpus:
        """Return splits of which no two share a sequence, the longer tests among them.

        Sequences are drawn for test first, then for validation, then for training: more training sequences leave the
        others as they are.
        """
        drawn = self.unique_draws(generator(purpose=self.kind, seed=self.seed), self.held_out())
        test, validation, train = (list(islice(drawn, n)) for n in (self.test, self.validation, self.train))
        own = {"train": train, "validation": validation, "test": test, "showcase": self.examples(test)}
        splits = {name: self.split(sequences) for name, sequences in own.items()}
        return Corpus(splits | {name: self._longer(name, times) for name, times in self.longer.items()})

    def unique_draws(self, rng: np.random.Generator, excluded: Iterable[Any] = ()) -> Iterator[Any]:
        """Draw sequences of which none is like another or like a `known` one.

        Raises UserError when there are no more.
        """
        seen, repeats = {_key(sequence) for sequence in excluded}, 0
        while repeats < MAX_REPEATS:
            sequence = self.draw(rng)
            repeats = repeats + 1 if _key(sequence) in seen else 0
            if not repeats:
                seen.add(_key(sequence))
                yield sequence
        raise UserError(f"{self.label}: only {len(seen)} sequences are different; ask for fewer or longer ones")

    def _longer(self, name: str, times: int) -> Split:
        rng = generator(purpose=self.kind, seed=self.seed, times=times)
        task = self.task_of_split(name)
        return task.split(list(islice(task.unique_draws(rng), -(-self.test // times))))

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.limits:
            raise ValueError("limits are of the audit, and memory tasks have none")
        if mistake := self.invalid_reason():
            raise ValueError(mistake)
        wanted = self.train + self.validation + self.test
        if wanted * self.steps > MAX_STEPS:
            told = f"{wanted:,} sequences of {self.steps:,} steps are {wanted * self.steps:,} steps"
            raise ValueError(f"{told}; at most {MAX_STEPS:,} fit into memory")
        if 2 * wanted > self.n_distinct:
            of = f"{self.axis} {getattr(self, self.axis)}"
            raise ValueError(f"{wanted} sequences are more than half of the {self.n_distinct} of {of}")
        return self


class SymbolTask(MemoryTask, ABC):
    """A memory task whose sequences are words, and whose answers are labels."""

    inputs = "words"
    outputs = "labels"
    selection_metric = "token_accuracy"
    calibrated_by = "token_accuracy"

    encoders: tuple[str, ...] = Field(default=("one_of_n",), description="names of the encoders that it is run with")

    @abstractmethod
    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the label of each word of a sequence, NOT_ASKED where no answer is wanted."""

    @property
    def memoryless_accuracy(self) -> float:
        """Return the token accuracy of one without memory: what calibrated scores begin at."""
        return self.memoryless_score

    @abstractmethod
    def memoryless_answer(self, word: str) -> str:
        """Return the best answer to a word for one who has seen nothing before it."""

    def split(self, sequences: Sequence[Sequence[str]]) -> Split:
        """Return sequences of words with their labels."""
        return split_of_words((words, self.answers(words)) for words in sequences)

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the exact answers, and those of the best tagger without memory."""
        task = self.task_of_split(name)
        exact = [label for words in split.sequences for label in task.answers(words.tolist())]
        guesses = [task.memoryless_answer(word) for word in split.inputs]
        alone, known = (np.array(labels, dtype=object) for labels in (guesses, exact))
        return {"word": alone, "prefix": known, "sentence": known}

    def picture(self, sequence: str) -> str:
        """Return words, told with spaces between, over their labels; "-" where no answer is wanted."""
        words = sequence.split()
        rows = [words, [label or "-" for label in self.answers(words)]]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(" ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


class NumberTask(MemoryTask, ABC):
    """A memory task whose sequences are numbers, and whose answer is a number.

    Networks learn it by squared error, so that without memory they say what is expected, not what is most often right:
    calibrated scores are shares of the squared error that is left without memory.
    """

    inputs = "numbers"
    outputs = "numbers"
    selection_metric = "loss"
    calibrated_by = "squared_error"

    @abstractmethod
    def answers(self, inputs: Array) -> Array:
        """Return the targets (N, T) of inputs (N, T, D), NaN where no answer is wanted."""

    def has_target(self, inputs: Array) -> Array:
        """Return (N, T) where the answers to inputs (N, T, D) count in the scores: where any is wanted."""
        return ~np.isnan(self.answers(inputs))

    @abstractmethod
    def memoryless_answer(self, inputs: Array) -> Array:
        """Return (S,) what is most often right at steps (S, D) for one who has seen nothing before them."""

    def split(self, sequences: Sequence[Array]) -> Split:
        """Return sequences of numbers (T, D) with their targets."""
        inputs = np.stack(sequences)
        return split_of_numbers(inputs, self.answers(inputs), self.has_target(inputs))

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the exact answers, and those of the best tagger without memory."""
        task = self.task_of_split(name)
        exact = task.answers(split.inputs.reshape(len(split), -1, split.inputs.shape[1])).reshape(-1, 1)
        return {"word": task.memoryless_answer(split.inputs)[:, None], "prefix": exact, "sentence": exact}


def _key(sequence: Any) -> Hashable:
    return sequence.tobytes() if isinstance(sequence, np.ndarray) else tuple(sequence)
