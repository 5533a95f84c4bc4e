"""The travel task's language as the tests examine it: oracle answers and exact expectations."""

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
    """Return the label of each word that is the most likely, given one kind of information."""
    names, posteriors = Travel().explain(sentence.split())
    return [names[k] for k in posteriors[kind].argmax(axis=1)]


def oracle_accuracy(name: str, split: Split, task: Travel | None = None) -> dict[str, float]:
    """Return the accuracy of the oracle on the words in slots, for each kind of information."""
    in_slot, oracle = split.targets != "O", (task or Travel()).oracle(name, split)
    return {kind: float(np.mean((answers == split.targets)[in_slot])) for kind, answers in oracle.items()}


def automaton_of(split: str = "train", wording: Wording = WORDING) -> Automaton:
    return language(split, wording).automaton


@functools.cache
def expected_counts() -> Mapping[tuple[int, str, str], float]:
    """Return (position, word, label) -> its probability in a sentence."""
    automaton, counts = automaton_of(), defaultdict(float)
    states = {automaton.start: 1.0}
    for position in range(90):
        next_states: dict[int, float] = defaultdict(float)
        for state, mass in states.items():
            for arc, probability in automaton.states[state].arcs.items():
                if arc != STOP:
                    next_states[arc.target] += mass * probability
                    counts[position, arc.word, arc.label] += mass * probability
        states = next_states
    assert not states, "a sentence is longer than 90 words"
    return counts
