"""Test sentences on which the networks disagree, by split and phenomenon."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rnnbench.data.corpus import ALL
from rnnbench.report.page.packing import Demo, packed
from rnnbench.report.page.table import Group, Row, Table, TableCell, several
from rnnbench.report.wording.glossary import PHENOMENA, SPLITS

MAX_NAMES_LENGTH = 400
"""Largest number of characters of the names of all networks with the same answer."""


@dataclass(frozen=True)
class Disagreement:
    """A sentence on which networks disagree: the numbers of those that are wrong and right, and all answers."""

    task: str
    anchor: str
    """The id of the sentence on the page."""
    wrong: list[int]
    right: list[int]
    table: Table


@dataclass(frozen=True)
class DisagreementTopic:
    """A phenomenon of the test split, or another split, with the sentences on which the networks disagree."""

    heading: str
    meaning: str
    sentences: list[Disagreement]


def topics(demo: Demo) -> dict[str, list[DisagreementTopic]]:
    """Return the topics of each task that has any, each with its sentences."""
    groups: dict[str, dict[tuple[str, str], list[Disagreement]]] = {}
    anchors = (f"sentence-{number}" for number in itertools.count(1))
    for part in demo:
        for example in part["disagreements"]:
            of_task = groups.setdefault(part["task"], {})
            key = (example["split"], example["phenomenon"])
            of_task.setdefault(key, []).append(_sentence(part, example, next(anchors)))
    return {task: [_topic(*key, found) for key, found in of_task.items()] for task, of_task in groups.items()}


def _topic(split: str, phenomenon: str, sentences: list[Disagreement]) -> DisagreementTopic:
    name, glossary = (split, SPLITS) if phenomenon == ALL else (phenomenon, PHENOMENA)
    return DisagreementTopic(f"{name} ({several(len(sentences), 'sentence')})", glossary.get(name, ""), sentences)


def _sentence(part: dict[str, Any], example: dict[str, Any], anchor: str) -> Disagreement:
    """Return a sentence of the demo with its table: networks with the same answer share a row."""
    names = part["architectures"]
    wrong = [number for number, answer in enumerate(example["answers"]) if _is_wrong(answer, example)]
    groups: dict[tuple[int, ...], list[str]] = {}
    for name, answer in zip(names, example["answers"], strict=True):
        groups.setdefault(tuple(answer), []).append(name)
    largest_first = sorted(groups.items(), key=lambda group: -len(group[1]))
    table = Table(
        " ".join(example["words"]),
        "networks",
        _columns(part, example),
        [Group("", [_row(part, example, answer, members) for answer, members in largest_first])],
        numbers=False,
        max_length=MAX_NAMES_LENGTH,
    )
    right = [number for number in range(len(names)) if number not in wrong]
    return Disagreement(part["task"], anchor, wrong, right, table)


def _is_wrong(answer: Sequence[int], example: dict[str, Any]) -> bool:
    """Return whether an answer is wrong at any of the positions in question."""
    return any(answer[position] != example["targets"][position] for position in example["where"])


def _columns(part: dict[str, Any], example: dict[str, Any]) -> list[TableCell]:
    """Return the words with their labels, and the oracle's answer where even the oracle is wrong."""
    labels, oracle = part["all_labels"], example["oracle"]
    notes = [labels[target] if target >= 0 else "" for target in example["targets"]]
    if oracle:
        pairs = zip(notes, oracle, example["targets"], strict=True)
        notes = [note if best == target else f"{note}; the oracle: {labels[best]}" for note, best, target in pairs]
    return [TableCell(word, note=note) for word, note in zip(example["words"], notes, strict=True)]


def _row(part: dict[str, Any], example: dict[str, Any], answer: Sequence[int], members: list[str]) -> Row:
    cells = [
        TableCell("", mark="right") if label == target else TableCell(part["all_labels"][label], mark="wrong")
        for label, target in zip(answer, example["targets"], strict=True)
    ]
    return Row(", ".join(members), cells)


def networks(demo: Demo) -> str:
    """Return the names of the networks of each task for disagreements.js, packed."""
    return packed({part["task"]: part["architectures"] for part in demo})
