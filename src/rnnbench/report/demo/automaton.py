"""A language's automaton as arrays, so that a page can say what is right of any sentence of the language."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnbench.data.language.automaton import STOP, Automaton, State
from rnnbench.report.page.packing import packed_numbers, smallest

Branches = tuple[str, float]
DIGITS = 12
"""Shares are rounded to so many, so that words that share a place in the language are found to do so."""


class Way(NamedTuple):
    """Arcs of one state with the same label and target, whose words share a probability."""

    back: int
    """By how much the target's number is smaller than the state's; 0: the sentence ends."""
    label: int
    probability: float
    words: tuple[Branches, ...]
    """The words, and which share of the probability each has."""


def packed_automaton(automaton: Automaton) -> dict[str, Any]:
    """Return an automaton as plain values: see `oracleOf` in oracle.js.

    Nothing but its phenomena is lost: its posteriors can be computed from it, to 12 digits.
    """
    ways = [list(_ways(state, number, automaton.labels)) for number, state in enumerate(automaton.states)]
    every = [way for own in ways for way in own]
    probabilities, words = (_numbered(getattr(way, name) for way in every) for name in ("probability", "words"))
    columns = {
        "ways": [len(own) for own in ways],
        "back": [way.back for way in every],
        "label": [way.label for way in every],
        "probability": [probabilities[way.probability] for way in every],
        "group": [words[way.words] for way in every],
    }
    return {
        "start": automaton.start,
        "labels": automaton.labels,
        "columns": {name: packed_numbers(smallest(np.array(values))) for name, values in columns.items()},
        "probabilities": list(probabilities),
        "groups": [[list(share) for share in group] for group in words],
    }


def _ways(state: State, number: int, labels: Sequence[str]) -> Iterator[Way]:
    together: dict[tuple[int, int], list[Branches]] = defaultdict(list)
    for arc, probability in state.arcs.items():
        ends = arc == STOP
        key = (0, 0) if ends else (number - arc.target, labels.index(arc.label))
        together[key].append((arc.word, probability))
    for (back, label), arcs in together.items():
        total = sum(probability for _, probability in arcs)
        shares = tuple((word, round(probability / total, DIGITS)) for word, probability in arcs)
        yield Way(back, label, round(total, DIGITS), shares)


def _numbered(values: Iterator[Any]) -> dict[Any, int]:
    """Return the distinct values, numbered as they come."""
    return {value: number for number, value in enumerate(dict.fromkeys(values))}
