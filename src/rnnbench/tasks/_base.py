"""Tasks: each file here is one source of labelled sequences, most of them with an exact oracle."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from rnnbench import tasks
from rnnbench.common import registry
from rnnbench.common.errors import UserError
from rnnbench.common.registry import Registered
from rnnbench.common.typing import Array, Inputs
from rnnbench.data.corpus import Corpus, Split

if TYPE_CHECKING:
    from rnnbench.data.language.automaton import Automaton


Information = Literal["word", "prefix", "sentence"]
"""What a tagger may see when it answers for a position: the word there, the words up to it, or the whole sentence."""

Outputs = Literal["labels", "numbers"]

MAX_SEQUENCES, MAX_LENGTH, MAX_STEPS = 1_000_000, 10_000, 20_000_000
"""Sequences in a split, steps in a sequence, and steps of a task in all, of which each takes some 100 bytes."""
MAX_SEED = 2**63 - 1


class Task(Registered, ABC):
    """A source of labelled sequences. Its fields are its settings; its file's name is its name."""

    without_effect = Registered.without_effect | {"limits", "encoders", "architectures", "training"}

    inputs: ClassVar[Inputs]
    outputs: ClassVar[Outputs]
    selection_metric: ClassVar[str]
    """The metric by which the best epoch and learning rate are chosen on validation."""
    tolerance: ClassVar[float] = 0.5
    """A number is right when it is closer than this to the target."""
    compared: ClassVar[bool] = True
    """Whether classical taggers of words are trained beside the networks, and the corpus is audited before."""

    calibrated_by: ClassVar[str] = "token_accuracy"
    """The metric between whose value without memory and whose best value calibrated scores lie."""
    has_hand_set_network: ClassVar[bool] = False
    """Whether a network whose weights are set by hand is a rival (see by_hand.py)."""

    encoders: tuple[str, ...] = Field(
        default=(), description="names of the encoders that it is run with; default: all that read its input"
    )
    architectures: tuple[str, ...] = Field(
        default=(), description="names of the architectures that it is run with; default: all"
    )
    training: dict[str, Any] = Field(default={}, description="settings of training that are different for this task")
    limits: dict[str, float] = Field(default={}, description="the largest value that each figure of the audit may have")

    @property
    def memoryless_score(self) -> float | None:
        """Return what the best tagger can expect which sees the present step alone, by the metric `calibrated_by`.

        None where that is not known, or where a task is no test of memory.
        """
        return None

    def task_of_split(self, split: str) -> Self:
        """Return the task that the split of that name is drawn from."""
        return self

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that the sequences are read from: when their contents change, so does the corpus."""
        return ()

    @abstractmethod
    def generate(self) -> Corpus:
        """Return the splits train, validation, test and showcase, perhaps more; the first three share no sequence."""

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the answer most likely to be right at every position of a split.

        `name` is the split's: each may have a language of its own. Each array is shaped like `split.targets`: (S,)
        labels or (S, K) numbers. A task without an oracle returns nothing.
        """
        return {}

    def oracle_in_slots(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return what `oracle` does, for who is told in addition which words stand in slots: never O there."""
        return {}

    @property
    def automaton(self) -> "Automaton | None":
        """Return the automaton that writes the sentences of training, None where there is none."""
        return None

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence that a person typed, as the corpus spells them."""
        return sentence.split()

    def explain(self, words: Sequence[str]) -> tuple[Sequence[str], Mapping[Information, Array]]:
        """Return the labels, and for each kind of information every word's distribution over them, (T, K).

        Raises UserError for a sentence outside the language, and for tasks that have no such oracle.
        """
        raise UserError(f"the task {self.kind} has no oracle for sentences")


class SyntheticTask(Task):
    """A task whose sequences are drawn at random, as many as one wants."""

    train: int = Field(default=4000, ge=1, le=MAX_SEQUENCES, description="sequences to train on")
    validation: int = Field(
        default=500, ge=1, le=MAX_SEQUENCES, description="sequences to choose epoch and learning rate on"
    )
    test: int = Field(default=1000, ge=1, le=MAX_SEQUENCES, description="sequences scored once, at the end")
    seed: int = Field(
        default=0, ge=0, le=MAX_SEED, description="the corpus's seed; the networks' seeds are another matter"
    )


def from_settings(values: registry.Values) -> Task:
    """Return the task that {kind, settings} describes."""
    return registry.from_settings(tasks, Task, values)
