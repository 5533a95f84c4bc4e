"""Tasks: each file here is one generator of labelled sequences with its exact oracle."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from rnnbench.corpus import Array, Corpus, Split

Information = Literal["word", "prefix", "sentence"]
"""What a tagger may see when it answers for a position: the word there, the words up to it, or the whole sentence."""


class Task(BaseModel, ABC):
    """A generator of labelled sequences. Its fields are its settings; its file's name is its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: ClassVar[Literal["words", "numbers"]]
    outputs: ClassVar[Literal["labels", "numbers"]]
    score: ClassVar[str]
    """The metric by which the best epoch and learning rate are chosen on validation; higher is better."""

    train: int = Field(default=2000, ge=1, description="sequences to train on")
    validation: int = Field(default=500, ge=1, description="sequences to choose epoch and learning rate on")
    test: int = Field(default=1000, ge=1, description="sequences scored once, at the end")
    seed: int = Field(default=0, ge=0, description="the corpus's seed; the networks' seeds are another matter")

    @property
    def kind(self) -> str:
        """Return the name of the file that holds this task."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Return the name in tables: the kind, and the settings that differ from their defaults.

        Two tasks with the same label are the same task.
        """
        changed = self.model_dump(exclude_defaults=True)
        return " ".join([self.kind, *(f"{name}={value}" for name, value in sorted(changed.items()))])

    @abstractmethod
    def generate(self) -> Corpus:
        """Return the splits train, validation, test and showcase; the first three share no sequence."""

    @abstractmethod
    def oracle(self, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the answer most likely to be right at every position.

        Each array is shaped like `split.targets`: (S,) labels or (S, K) numbers.
        """
