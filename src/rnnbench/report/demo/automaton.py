"""A language's automaton as arrays, from which a page computes the posteriors of any sentence of the language."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnbench.data.language.automaton import STOP, Automaton, State
from rnnbench.report.page.packing import packed_numbers, smallest

WordShare = tuple[str, float]
"""A word, and its share of the probability of a group of arcs."""
DIGITS = 12
"""Decimals to which shares are rounded, so that groups with the same words and shares are stored once."""


class ArcGroup(NamedTuple):
    """All arcs of one state with the same label and target."""

    back: int
    """The state's number minus the target's; 0 where the sentence ends."""
    label: int
    probability: float
    """Sum of the arcs' probabilities."""
    words: tuple[WordShare, ...]


def packed_automaton(automaton: Automaton) -> dict[str, Any]:
    """Return an automaton as plain values, which `oracleOf` in oracle.js reads.

    They hold all but the phenomena: posteriors follow from them to 12 decimals.
    """
    groups_of = [list(_arc_groups(state, number, automaton.labels)) for number, state in enumerate(automaton.states)]
    groups = [group for groups in groups_of for group in groups]
    probabilities = _numbered(group.probability for group in groups)
    words = _numbered(group.words for group in groups)
    columns = {
        "ways": [len(groups) for groups in groups_of],
        "back": [group.back for group in groups],
        "label": [group.label for group in groups],
        "probability": [probabilities[group.probability] for group in groups],
        "group": [words[group.words] for group in groups],
    }
    return {
        "start": automaton.start,
        "labels": automaton.labels,
        "columns": {name: packed_numbers(smallest(np.array(values))) for name, values in columns.items()},
        "probabilities": list(probabilities),
        "groups": [[list(share) for share in shares] for shares in words],
    }


def _arc_groups(state: State, number: int, labels: Sequence[str]) -> Iterator[ArcGroup]:
    """Yield the groups of a state's arcs; `number`: the state's."""
    arcs_of: dict[tuple[int, int], list[WordShare]] = defaultdict(list)
    for arc, probability in state.arcs.items():
        ends = arc == STOP
        key = (0, 0) if ends else (number - arc.target, labels.index(arc.label))
        arcs_of[key].append((arc.word, probability))
    for (back, label), arcs in arcs_of.items():
        total = sum(probability for _, probability in arcs)
        shares = tuple((word, round(probability / total, DIGITS)) for word, probability in arcs)
        yield ArcGroup(back, label, round(total, DIGITS), shares)


def _numbered(values: Iterator[Any]) -> dict[Any, int]:
    """Return the distinct values, numbered in order of first appearance."""
    return {value: number for number, value in enumerate(dict.fromkeys(values))}
