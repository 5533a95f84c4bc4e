"""Tasks: each file here is one generator of labelled sequences with its exact oracle."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rnnbench.corpus import Array, Corpus, Split
from rnnbench.errors import UserError
from rnnbench.registry import Inputs, Registered

Information = Literal["word", "prefix", "sentence"]
"""What a tagger may see when it answers for a position: the word there, the words up to it, or the whole sentence."""

Outputs = Literal["labels", "numbers"]


class Task(Registered, ABC):
    """A generator of labelled sequences. Its fields are its settings; its file's name is its name."""

    inputs: ClassVar[Inputs]
    outputs: ClassVar[Outputs]
    chosen_by: ClassVar[str]
    """The metric by which the best epoch and learning rate are chosen on validation."""
    tolerance: ClassVar[float] = 0.5
    """A number is right when it is closer than this to the target."""

    train: int = Field(default=2000, ge=1, description="sequences to train on")
    validation: int = Field(default=500, ge=1, description="sequences to choose epoch and learning rate on")
    test: int = Field(default=1000, ge=1, description="sequences scored once, at the end")
    seed: int = Field(default=0, ge=0, description="the corpus's seed; the networks' seeds are another matter")

    @abstractmethod
    def generate(self) -> Corpus:
        """Return the splits train, validation, test and showcase; the first three share no sequence."""

    @abstractmethod
    def oracle(self, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the answer most likely to be right at every position.

        Each array is shaped like `split.targets`: (S,) labels or (S, K) numbers.
        """

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence that a person typed, as the corpus spells them."""
        return sentence.split()

    def explain(self, words: Sequence[str]) -> tuple[Sequence[str], Mapping[Information, Array]]:
        """Return the labels, and for each kind of information every word's distribution over them, (T, K).

        Raises UserError for a sentence outside the language, and for tasks that have no such oracle.
        """
        raise UserError(f"the task {self.kind} has no oracle for sentences")
