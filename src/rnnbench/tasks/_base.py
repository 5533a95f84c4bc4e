"""What a task is.

A file in this folder holds one source of labelled sequences, as a subclass of `Task`: its settings as pydantic fields,
the kinds of its `inputs` and `outputs`, its `selection_metric`, and `generate`, which returns the corpus. Its docstring
shows a sequence above its targets. Where the task allows it, `oracle` returns the Bayes-optimal answers, from which the
ceilings of scores are computed.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from rnnbench import tasks
from rnnbench.common import registry
from rnnbench.common.errors import UserError
from rnnbench.common.registry import Name, Registered
from rnnbench.common.typing import Array, Inputs
from rnnbench.data.corpus import Corpus, Split

if TYPE_CHECKING:
    from rnnbench.data.language.automaton import Automaton


Information = Literal["word", "prefix", "sentence"]
"""What a tagger sees when it answers for a position: the word there, the words up to it, or the whole sentence."""

Outputs = Literal["labels", "numbers"]
"""The kind of a task's targets, and of a network's answers."""

MAX_SEQUENCES = 1_000_000
"""Largest number of sequences in a split."""
MAX_LENGTH = 10_000
"""Largest number of steps in a sequence."""
MAX_STEPS = 20_000_000
"""Largest number of steps in all splits of a task together; each takes about 100 bytes while they are drawn, and then
20 in the corpus of each seed."""
MAX_SEED = 2**63 - 1
"""Largest seed of a corpus."""
MAX_REPEATS = 1000
"""Number of draws in a row without a new sequence after which a task counts as exhausted."""


@dataclass(frozen=True)
class Posteriors:
    """The probability of each of K labels at each of the S positions of a split, given what a tagger sees."""

    labels: tuple[str, ...]
    """The K labels; the first is "O"."""
    probabilities: Mapping[Information, Array]
    """For each kind of information (S, K)."""

    def most_likely(self, kind: Information, *, in_slot: bool = False) -> Array:
        """Return the number of the most likely label at each position, (S,); if `in_slot`, of those except "O".

        Mirrored labels, such as destination and departure, can be equally likely; without rounding to 12 digits,
        rounding errors would choose between them.
        """
        first = int(in_slot)
        return self.probabilities[kind][:, first:].round(12).argmax(axis=1) + first

    def answers(self, kind: Information) -> Array:
        """Return the most likely label at each position, (S,)."""
        return np.array(self.labels, dtype=object)[self.most_likely(kind)]

    @property
    def all_answers(self) -> dict[Information, Array]:
        """Return the answers for each kind of information."""
        return {kind: self.answers(kind) for kind in self.probabilities}

    def answers_in_slots(self, kind: Information, in_slot: Array) -> Array:
        """Return the answers of a tagger that also knows which positions stand in slots (S,): "O" at all others."""
        return np.array(self.labels, dtype=object)[np.where(in_slot, self.most_likely(kind, in_slot=True), 0)]


class Task(Registered, ABC):
    """A source of labelled sequences. Its fields are its settings."""

    without_effect = Registered.without_effect | {
        "family",
        "limits",
        "encoders",
        "architectures",
        "architectures_behind",
        "training",
    }

    inputs: ClassVar[Inputs]
    """The kind of its inputs."""
    outputs: ClassVar[Outputs]
    """The kind of its targets."""
    selection_metric: ClassVar[str]
    """The metric by which the best step and learning rate are chosen on validation."""
    tolerance: ClassVar[float] = 0.5
    """A number is right when it is closer than this to the target."""
    compared: ClassVar[bool] = True
    """Whether classical taggers are trained as baselines, and the corpus is audited for shortcuts first."""

    calibrated_by: ClassVar[str] = "token_accuracy"
    """The metric of calibrated scores: 0 is its value without memory, 1 its best value."""
    has_hand_set_network: ClassVar[bool] = False
    """Whether a network with hand-set weights is a baseline (see training/hand_set.py)."""

    family: Name = Field(
        default="",
        description="what tables call tasks that differ in a setting, together; default: the name without settings",
    )
    encoders: tuple[str, ...] = Field(
        default=(), description="names of the encoders that it is run with; default: all that read its input"
    )
    architectures: tuple[str, ...] = Field(
        default=(), description="names of the architectures that it is run with; default: all"
    )
    architectures_behind: dict[str, tuple[str, ...]] = Field(
        default={}, description="encoder -> names of the architectures behind it, where these are not all of them"
    )
    training: dict[str, Any] = Field(default={}, description="settings of training that are different for this task")
    limits: dict[str, float] = Field(default={}, description="largest value that each figure of the audit may have")

    @property
    def family_label(self) -> str:
        """Return what tables call the task together with those that differ from it in a setting."""
        return self.family or self.label

    @property
    def memoryless_score(self) -> float | None:
        """Return the expected score of the best tagger that sees the present step alone, by the metric `calibrated_by`.

        None where it is not known, and where the task does not test memory.
        """
        return None

    def task_of_split(self, split: str) -> Self:
        """Return the task that the split of that name is drawn from."""
        return self

    @property
    def draws_worlds(self) -> bool:
        """Return whether every seed of a run has a corpus of its own."""
        return False

    def world(self, seed: int) -> Self:
        """Return the task whose `generate` returns the corpus of the runs with that seed; for seed 0 it is this one.

        A world is all that a seed draws: the corpus, the start weights and the order of training. The corpora of all
        worlds have the same splits, and splits of the same size.
        """
        return self

    def distinct_worlds(self, seeds: Sequence[int]) -> Sequence[int]:
        """Return the first of the seeds for each corpus that they have: all of them, or one where they share it."""
        return seeds if self.draws_worlds else seeds[:1]

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that the sequences are read from: when their contents change, so does the corpus."""
        return ()

    @abstractmethod
    def generate(self) -> Corpus:
        """Return a corpus of the splits train, validation, test and showcase (a few examples), and perhaps others.

        No sequence is in two of train, validation and test.
        """

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the Bayes-optimal answer at every position of a split.

        `name` is the name of the split, because a split may have a language of its own. Each array is shaped like
        `split.targets`: (S,) labels or (S, K) numbers. By default they are the most likely labels of `posteriors`; the
        mapping is empty for a task without an oracle.
        """
        posteriors = self.posteriors(name, split)
        return posteriors.all_answers if posteriors else {}

    def posteriors(self, name: str, split: Split) -> "Posteriors | None":
        """Return the probabilities of all labels at every position of the split of that name.

        None where they are not known, and where the answer is always certain.
        """
        return None

    @property
    def automaton(self) -> "Automaton | None":
        """Return the automaton that generates the training sentences, None where there is none."""
        return None

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence that a person typed, as the corpus spells them."""
        return sentence.split()

    def explain(self, words: Sequence[str]) -> tuple[Sequence[str], Mapping[Information, Array]]:
        """Return the K labels and, for each kind of information, the distribution over them at each of T words, (T, K).

        Raises UserError for a sentence outside the language, and for a task without such an oracle.
        """
        raise UserError(f"the task {self.kind} has no oracle for sentences")


class SyntheticTask(Task):
    """A task whose sequences are drawn at random: its splits can have any size."""

    train: int = Field(default=4000, ge=1, le=MAX_SEQUENCES, description="sequences to train on")
    validation: int = Field(
        default=500, ge=1, le=MAX_SEQUENCES, description="sequences to choose step and learning rate on"
    )
    test: int = Field(default=1000, ge=1, le=MAX_SEQUENCES, description="sequences scored once, at the end")
    seed: int = Field(
        default=0,
        ge=0,
        le=MAX_SEED,
        description="seed of the corpus of the first block; the next blocks have the next seeds",
    )

    @property
    def draws_worlds(self) -> bool:
        """Return that every seed draws a corpus."""
        return True

    def world(self, seed: int) -> Self:
        """Return the task with another corpus for every seed; seed 0 has the corpus of this task."""
        return self.model_copy(update={"seed": self.seed + seed}) if seed else self


def generate_worlds(task: Task, seeds: Sequence[int]) -> dict[int, Corpus]:
    """Return the corpus of each seed; seeds of one world share theirs."""
    corpora = {seed: task.world(seed).generate() for seed in task.distinct_worlds(seeds)}
    first = corpora[seeds[0]]
    return {seed: corpora.get(seed, first) for seed in seeds}


def from_settings(values: registry.Values) -> Task:
    """Return the task that {kind, settings} describes."""
    return registry.from_settings(tasks, Task, values)
