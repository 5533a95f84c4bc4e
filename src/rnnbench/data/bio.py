"""BIO labels: "B-city" begins the slot "city", "I-city" continues it, "O" is outside every slot.

Ramshaw and Marcus 1995, "Text Chunking using Transformation-Based Learning". As in conlleval, an I- label that
continues no slot begins one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rnnbench.common.typing import Array

OUTSIDE = "O"
"""The label of a word that belongs to no slot."""

OUTSIDE_CODE, BEGIN_CODE, INSIDE_CODE = 0, 1, 2
"""The numbers of the prefixes O, B and I in `BioLabels.prefixes`."""


@dataclass(frozen=True)
class BioLabels:
    """The parts of L labels as numbers, in the order of the labels."""

    prefixes: Array
    """(L,) OUTSIDE_CODE, BEGIN_CODE or INSIDE_CODE."""
    slots: Array
    """(L,) number of the slot's name, in alphabetical order of the names; -1 for "O"."""


def parse_bio(labels: Sequence[str]) -> BioLabels | None:
    """Return the parts of the labels, or None when there is no label or one that is not BIO.

    >>> parse_bio(["O", "B-city", "I-city", "B-time"])
    BioLabels(prefixes=array([0, 1, 2, 1]), slots=array([-1,  0,  0,  1]))
    """
    if not labels or not all(map(is_bio, labels)):
        return None
    names = sorted({slot_name(label) for label in labels if label != OUTSIDE})
    number = {name: i for i, name in enumerate(names)}
    prefixes = np.array(["OBI".index(label[0]) for label in labels])
    slots = np.array([-1 if label == OUTSIDE else number[slot_name(label)] for label in labels])
    return BioLabels(prefixes, slots)


def is_bio(label: str) -> bool:
    """Return whether the label is "O" or begins with "B-" or "I-"."""
    return label == OUTSIDE or label.startswith(("B-", "I-"))


def slot_name(label: str) -> str:
    """Return the name of the slot of a BIO label; any other label is returned unchanged.

    >>> slot_name("B-city"), slot_name("noun")
    ('city', 'noun')
    """
    return label[2:] if label.startswith(("B-", "I-")) else label


def continues_slot(previous: str, label: str) -> bool:
    """Return whether a label continues the slot of the label before it.

    >>> continues_slot("B-city", "I-city"), continues_slot("O", "I-city"), continues_slot("B-city", "B-city")
    (True, False, False)
    """
    return label.startswith("I-") and previous != OUTSIDE and slot_name(previous) == slot_name(label)


def slots_begun_inside(sequences: Iterable[Iterable[str]]) -> Counter[str]:
    """Return how often each I- label begins a slot in sequences of BIO labels.

    >>> slots_begun_inside([["O", "I-city", "I-city"], ["I-time"]])
    Counter({'I-city': 1, 'I-time': 1})
    """
    pairs = (pair for labels in sequences for pair in pairwise([OUTSIDE, *labels]))
    return Counter(label for previous, label in pairs if label.startswith("I-") and not continues_slot(previous, label))
