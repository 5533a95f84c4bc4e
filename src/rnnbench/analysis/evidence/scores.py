"""The scores of an experiment by network and seed, and the paired scores of a contrast."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rnnbench.analysis.claims import Contrast
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL

Row = Mapping[str, Any]
TaskEncoder = tuple[str, str]
"""Task and encoder."""
BySeed = dict[int, float]
"""Seed -> value."""


class ExperimentScores(NamedTuple):
    """The scores of selected runs by base name of the network, for networks that are matched on the same quantity."""

    matched_on: str
    """What the sizes of the networks are matched on, e.g. "equal parameters"."""
    values: dict[tuple[str, ...], dict[TaskEncoder, BySeed]]
    """(base, split, phenomenon, metric) -> (task, encoder) -> seed -> value."""
    weights: dict[tuple[str, str, str], float]
    """(task, encoder, base) -> recurrent weights, divided by the square of the width."""
    names: dict[str, str]
    """Base -> the network's name in tables."""
    families: dict[str, str]
    """Task -> its family: tasks that differ in a setting."""


def scores_from(
    scores: Iterable[Row], phenomena: Iterable[Row], runs: Iterable[Row], architectures: Iterable[Row] = ()
) -> list[ExperimentScores]:
    """Return the scores in the rows of four tables, one entry for each quantity that networks are matched on.

    The entries are in the order of the table `architectures`. An architecture that it does not have is in the first.
    """
    networks = {row["architecture"]: (row["fair"], row["base"]) for row in architectures}
    runs = list(runs)
    families = {row["task"]: row["family"] for row in runs}
    usual = next((matched_on for matched_on, _ in networks.values()), "")
    by_match = {
        matched_on: ExperimentScores(matched_on, {}, {}, {}, families)
        for matched_on in dict.fromkeys([usual, *(matched_on for matched_on, _ in networks.values())])
    }

    def entry_and_base(row: Row) -> tuple[ExperimentScores, str]:
        matched_on, base = networks.get(row["architecture"], (usual, row["architecture"]))
        by_match[matched_on].names[base] = row["architecture"]
        return by_match[matched_on], base

    for row in scores:
        if row["selected"]:
            _add(*entry_and_base(row), row, ALL)
    for row in phenomena:
        _add(*entry_and_base(row), row, row["phenomenon"])
    for row in runs:
        if row["parameters_recurrent"] is not None and row["parameters_recurrent"] == row["parameters_recurrent"]:
            entry, base = entry_and_base(row)
            entry.weights[row["task"], row["encoder"], base] = row["parameters_recurrent"] / row["hidden"] ** 2
    return list(by_match.values())


def _add(entry: ExperimentScores, base: str, row: Row, phenomenon: str) -> None:
    if np.isfinite(row["value"]):
        places = entry.values.setdefault((base, row["split"], phenomenon, row["metric"]), {})
        places.setdefault((row["task"], row["encoder"]), {})[row["seed"]] = row["value"]


class Strata(NamedTuple):
    """The scores of a contrast in C places (task and encoder) by the S seeds that all of them have."""

    places: list[TaskEncoder]
    seeds: list[int]
    first: Array
    """(C, S)"""
    second: Array
    """(C, S), 0 where there is no second network."""

    @property
    def differences(self) -> Array:
        """Return the first's scores minus the second's, (C, S)."""
        return self.first - self.second


def strata(contrast: Contrast, scores: ExperimentScores) -> Strata:
    """Return the scores of a contrast in all places, with the seeds that both networks have in each of them."""
    first_scores = _scores(contrast.first, contrast, scores)
    second_scores = _scores(contrast.second, contrast, scores) if contrast.second else {}
    pairs = {
        place: (values, second_scores.get(place, {}) if contrast.second else dict.fromkeys(values, 0.0))
        for place, values in first_scores.items()
    }
    shared_seeds = [first.keys() & second.keys() for first, second in pairs.values()]
    seeds = sorted(set.intersection(*map(set, shared_seeds))) if shared_seeds else []
    sides = [np.array([[pair[side][seed] for seed in seeds] for pair in pairs.values()]) for side in (0, 1)]
    return Strata(list(pairs), seeds, *sides)


def _scores(base: str, contrast: Contrast, scores: ExperimentScores) -> dict[TaskEncoder, BySeed]:
    """Return a network's scores on a contrast's phenomenon, minus those on `minus_phenomenon` if there is one."""
    minuend, subtrahend = (
        scores.values.get((base, contrast.split, phenomenon, contrast.metric), {})
        for phenomenon in (contrast.phenomenon, contrast.minus_phenomenon)
    )
    tasks = (contrast.task, *(task for task, family in scores.families.items() if family == contrast.task))
    of_task = {place: values for place, values in minuend.items() if place[0] in tasks}
    if not contrast.minus_phenomenon:
        return of_task
    return {
        place: {seed: value - subtrahend[place][seed] for seed, value in values.items() if seed in subtrahend[place]}
        for place, values in of_task.items()
        if place in subtrahend
    }
