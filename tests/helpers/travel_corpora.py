"""What the tests of the travel task share."""

import functools
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from rnnbench.data.corpus import Split
from rnnbench.data.language.automaton import STOP, Automaton
from rnnbench.tasks import Information
from rnnbench.tasks.travel import Shares, Travel, Wording, language

PLACES = {f"{bio}-{slot}" for bio in "BI" for slot in ("destination", "place_of_departure")}


FAMILIES = {"cue_before", "cue_after", "switch", "order", "correction", "ambiguous"}


WORDING = Wording(12, 0.05, Shares())


def most_likely_labels(sentence: str, kind: Information = "sentence") -> list[str]:
    names, found = Travel().explain(sentence.split())
    return [names[k] for k in found[kind].argmax(axis=1)]


def oracle_accuracy(name: str, split: Split, task: Travel | None = None) -> dict[str, float]:
    """The share of slot words that the oracle labels rightly, for each kind of information."""
    in_slot, answers = split.targets != "O", (task or Travel()).oracle(name, split)
    return {kind: float(np.mean((found == split.targets)[in_slot])) for kind, found in answers.items()}


def automaton_of(split: str = "train", wording: Wording = WORDING) -> Automaton:
    return language(split, wording).automaton


@functools.cache
def expected_counts() -> Mapping[tuple[int, str, str], float]:
    """How often a position, a word and its label are expected in one sentence."""
    automaton, found = automaton_of(), defaultdict(float)
    standing = {automaton.start: 1.0}
    for position in range(90):
        after: dict[int, float] = defaultdict(float)
        for state, mass in standing.items():
            for arc, probability in automaton.states[state].arcs.items():
                if arc != STOP:
                    after[arc.target] += mass * probability
                    found[position, arc.word, arc.label] += mass * probability
        standing = after
    assert not standing, "a sentence is longer than 90 words"
    return found
