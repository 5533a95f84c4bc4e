"""The error browser: test sentences that divide the networks, by split and phenomenon."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rnnbench.data.corpus import ALL
from rnnbench.report.page.glossary import PHENOMENA, SPLITS, called
from rnnbench.report.page.table import Group, Row, Table, TableCell, several
from rnnbench.report.sections.sentences.playground import Demo

MAX_SENTENCE_LENGTH = 400
"""Characters of the names of all networks that answer alike."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, the numbers of the networks that are wrong or right about it, and what all of them answer."""

    task: str
    wrong: list[int]
    right: list[int]
    table: Table


@dataclass(frozen=True)
class DisagreementTopic:
    """A phenomenon of the test split, or another split, with the sentences that divide the networks there."""

    heading: str
    words: str
    sentences: list[Sentence]


def topics(demo: Demo) -> list[DisagreementTopic]:
    """Return the topics of all tasks, each with its sentences."""
    found: dict[tuple[str, str, str], list[Sentence]] = {}
    for part in demo:
        for told in part["disagreements"]:
            place = (part["task"], told["split"], told["phenomenon"])
            found.setdefault(place, []).append(_sentence(part, told))
    return [_topic(*place, sentences, several_tasks=len(demo) > 1) for place, sentences in found.items()]


def _topic(
    task: str, split: str, phenomenon: str, sentences: list[Sentence], *, several_tasks: bool
) -> DisagreementTopic:
    name, known = (split, SPLITS) if phenomenon == ALL else (phenomenon, PHENOMENA)
    where = f"{task}: {name}" if several_tasks else name
    return DisagreementTopic(
        f"{where} ({several(len(sentences), 'sentence')})", called(name, known) if name in known else "", sentences
    )


def _sentence(part: dict[str, Any], told: dict[str, Any]) -> Sentence:
    names = [network["architecture"] for network in part["copies"]["networks"]]
    mistakes = [_mistakes(answer, told) for answer in told["answers"]]
    wrong = [number for number, places in enumerate(mistakes) if places]
    groups: dict[tuple[int, ...], list[str]] = {}
    for name, answer in zip(names, told["answers"], strict=True):
        groups.setdefault(tuple(answer), []).append(name)
    rows = [
        _row(part, told, answer, members) for answer, members in sorted(groups.items(), key=lambda one: -len(one[1]))
    ]
    table = Table(
        " ".join(told["words"]),
        "networks",
        _columns(part, told),
        [Group("", rows)],
        numbers=False,
        longest=MAX_SENTENCE_LENGTH,
    )
    return Sentence(part["task"], wrong, [number for number in range(len(names)) if number not in wrong], table)


def _mistakes(answer: Sequence[int], told: dict[str, Any]) -> list[int]:
    """Return the places in question at which an answer is wrong."""
    return [place for place in told["where"] if answer[place] != told["targets"][place]]


def _columns(part: dict[str, Any], told: dict[str, Any]) -> list[TableCell]:
    """Return the words with their labels; where even the oracle cannot know, with its answer."""
    labels, oracle = part["all_labels"], told["oracle"]
    notes = [labels[target] if target >= 0 else "" for target in told["targets"]]
    if oracle:
        pairs = zip(notes, oracle, told["targets"], strict=True)
        notes = [note if best == target else f"{note}; the oracle: {labels[best]}" for note, best, target in pairs]
    return [TableCell(word, note=note) for word, note in zip(told["words"], notes, strict=True)]


def _row(part: dict[str, Any], told: dict[str, Any], answer: Sequence[int], members: list[str]) -> Row:
    cells = [
        TableCell("", mark="right") if label == target else TableCell(part["all_labels"][label], mark="wrong")
        for label, target in zip(answer, told["targets"], strict=True)
    ]
    return Row(", ".join(members), cells)
