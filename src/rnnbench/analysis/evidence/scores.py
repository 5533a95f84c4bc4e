"""What an experiment scored, by network and seed, and the differences that contrasts ask for."""

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


class Scores(NamedTuple):
    """What selected runs scored, of networks that are comparable in one way and are told by their base names."""

    fair: str
    """In which way they are comparable."""
    known: dict[tuple[str, ...], dict[TaskEncoder, BySeed]]
    """(base, split, phenomenon, metric) -> (task, encoder) -> seed -> value."""
    weights: dict[tuple[str, str, str], float]
    """(task, encoder, base) -> recurrent weights, divided by the square of the width."""
    names: dict[str, str]
    """Base -> what tables call the network."""


def scores_from(
    scores: Iterable[Row], phenomena: Iterable[Row], runs: Iterable[Row], architectures: Iterable[Row] = ()
) -> list[Scores]:
    """Return what the rows of four tables say, for each way in which networks are comparable; the first comes first.

    An architecture that the fourth does not have counts as one of the first way.
    """
    networks = {row["architecture"]: (row["fair"], row["base"]) for row in architectures}
    first = next((fair for fair, _ in networks.values()), "")
    found = {
        fair: Scores(fair, {}, {}, {}) for fair in dict.fromkeys([first, *(fair for fair, _ in networks.values())])
    }

    def of(row: Row) -> tuple[Scores, str]:
        fair, base = networks.get(row["architecture"], (first, row["architecture"]))
        found[fair].names[base] = row["architecture"]
        return found[fair], base

    for row in scores:
        if row["selected"]:
            _keep(*of(row), row, ALL)
    for row in phenomena:
        _keep(*of(row), row, row["phenomenon"])
    for row in runs:
        if row["parameters_recurrent"] is not None and row["parameters_recurrent"] == row["parameters_recurrent"]:
            own, base = of(row)
            own.weights[row["task"], row["encoder"], base] = row["parameters_recurrent"] / row["hidden"] ** 2
    return list(found.values())


def _keep(found: Scores, base: str, row: Row, phenomenon: str) -> None:
    if np.isfinite(row["value"]):
        what = (base, row["split"], phenomenon, row["metric"])
        places = found.known.setdefault(what, {})
        places.setdefault((row["task"], row["encoder"]), {})[row["seed"]] = row["value"]


class Strata(NamedTuple):
    """The scores of a contrast on C places (task and encoder) by the S seeds that all of them have."""

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


def strata(contrast: Contrast, found: Scores) -> Strata:
    """Return the scores of a contrast on all places where both networks have some."""
    own = _scores(contrast.first, contrast, found)
    others = _scores(contrast.second, contrast, found) if contrast.second else {}
    pairs = {
        place: (values, others.get(place, {}) if contrast.second else dict.fromkeys(values, 0.0))
        for place, values in own.items()
    }
    both = [first.keys() & second.keys() for first, second in pairs.values()]
    seeds = sorted(set.intersection(*map(set, both))) if both else []
    sides = [np.array([[pair[side][seed] for seed in seeds] for pair in pairs.values()]) for side in (0, 1)]
    return Strata(list(pairs), seeds, *sides)


def _scores(base: str, contrast: Contrast, found: Scores) -> dict[TaskEncoder, BySeed]:
    """Return a network's scores where a contrast looks, or by how much they are higher there than elsewhere."""
    here, there = (
        found.known.get((base, contrast.split, phenomenon, contrast.metric), {})
        for phenomenon in (contrast.phenomenon, contrast.rather_than)
    )
    own = {place: values for place, values in here.items() if is_of(place[0], contrast.task)}
    if not contrast.rather_than:
        return own
    return {
        place: {seed: value - there[place][seed] for seed, value in values.items() if seed in there[place]}
        for place, values in own.items()
        if place in there
    }


def is_of(task: str, family: str) -> bool:
    """Return whether a task is the one of that name, or one of a family that differs in a setting.

    >>> is_of("travel", "travel"), is_of("delayed_recall delay=5", "delayed_recall"), is_of("travel_small", "travel")
    (True, True, False)
    """
    return task == family or task.startswith(f"{family} ")
