"""The scores of an experiment by network and seed, and the paired scores of a contrast."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rnnbench.analysis.claims import Contrast, Side
from rnnbench.analysis.statistics.selection import Search
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.training.plateau import LEAST_GAIN

Row = Mapping[str, Any]
BySeed = dict[int, float]
"""Seed -> value."""
SELECTION_SPLIT = "validation"


class Cell(NamedTuple):
    """A combination, its architecture by its base name: the one that it has at every size."""

    task: str
    encoder: str
    architecture: str

    def side(self, over: Side) -> str:
        """Return the name of what is compared."""
        return self.encoder if over == "encoder" else self.architecture

    def place(self, over: Side) -> tuple[str, str]:
        """Return the task, and what both sides of a comparison have in common."""
        return self.task, self.architecture if over == "encoder" else self.encoder


class Weights(NamedTuple):
    """Numbers of weights of a combination."""

    recurrent: float
    """Divided by the square of the width."""
    input: float


class Codes(NamedTuple):
    """What an encoder makes of the training words of a task."""

    words: float
    collisions: float
    """Number of words that share their code with another."""


class ExperimentScores(NamedTuple):
    """The scores of an experiment, of networks that are matched on the same quantity."""

    matched_on: str
    """What the sizes of the networks are matched on, e.g. "equal parameters"."""
    values: dict[tuple[str, str, str], dict[Cell, BySeed]]
    """(split, phenomenon, metric) -> cell -> seed -> value, of the selected runs."""
    tried: dict[tuple[str, str], dict[Cell, dict[float, BySeed]]]
    """(split, metric) -> cell -> learning rate that was tried and not selected -> seed -> value."""
    rates: dict[Cell, float]
    """The selected learning rates."""
    chosen_by: dict[str, str]
    """Task -> the metric by which learning rates are chosen."""
    before_training: dict[Cell, BySeed]
    """The validation scores before training, in the metric by which rates are chosen."""
    weights: dict[Cell, Weights]
    codes: dict[tuple[str, str], Codes]
    """(task, encoder) -> codes."""
    names: dict[str, str]
    """Architecture -> the network's name in tables."""
    families: dict[str, str]
    """Task -> its family: tasks that differ in a setting."""
    not_converged: frozenset[Cell]

    def tasks_of(self, name: str) -> set[str]:
        """Return the labels of the tasks that a name stands for: one task, or a family."""
        return {name, *(task for task, family in self.families.items() if family == name)}


class Tables(NamedTuple):
    """The rows that scores are read from, of the tables with these names."""

    scores: Iterable[Row]
    """Of all runs: those that are not selected say how learning rates were chosen."""
    phenomena: Iterable[Row] = ()
    runs: Iterable[Row] = ()
    architectures: Iterable[Row] = ()
    encoders: Iterable[Row] = ()
    convergence: Iterable[Row] = ()
    history: Iterable[Row] = ()
    """Before training, on validation."""


def scores_from(tables: Tables) -> list[ExperimentScores]:
    """Return the scores in the rows of tables, one entry for each quantity that networks are matched on.

    The entries are in the order of the table `architectures`. An architecture that it does not have is in the first.
    """
    networks = {row["architecture"]: (row["fair"], row["base"]) for row in tables.architectures}
    runs = list(tables.runs)
    chosen_by = {row["task"]: row["chosen_by"] for row in runs if row["chosen_by"]}
    families = {row["task"]: row["family"] for row in runs}
    codes = {(row["task"], row["encoder"]): Codes(row["training_words"], row["collisions"]) for row in tables.encoders}
    usual = next((matched_on for matched_on, _ in networks.values()), "")
    not_converged: dict[str, set[Cell]] = {}
    matches = dict.fromkeys([usual, *(matched_on for matched_on, _ in networks.values())])

    def match_and_cell(row: Row) -> tuple[str, Cell]:
        matched_on, base = networks.get(row["architecture"], (usual, row["architecture"]))
        return matched_on, Cell(row["task"], row["encoder"], base)

    for row in tables.convergence:
        if not row["converged"]:
            matched_on, cell = match_and_cell(row)
            not_converged.setdefault(matched_on, set()).add(cell)
    by_match = {
        matched_on: ExperimentScores(
            matched_on=matched_on,
            values={},
            tried={},
            rates={},
            chosen_by=chosen_by,
            before_training={},
            weights={},
            codes=codes,
            names={},
            families=families,
            not_converged=frozenset(not_converged.get(matched_on, ())),
        )
        for matched_on in matches
    }
    for row in tables.scores:
        matched_on, cell = match_and_cell(row)
        entry = by_match[matched_on]
        if row["selected"]:
            entry.names[cell.architecture], entry.rates[cell] = row["architecture"], row["learning_rate"]
            _add(entry.values, (row["split"], ALL, row["metric"]), cell, row)
        elif np.isfinite(row["value"]):
            rates = entry.tried.setdefault((row["split"], row["metric"]), {}).setdefault(cell, {})
            rates.setdefault(row["learning_rate"], {})[row["seed"]] = row["value"]
    for row in tables.history:
        if row["metric"] == chosen_by.get(row["task"]):
            matched_on, cell = match_and_cell(row)
            by_match[matched_on].before_training.setdefault(cell, {})[row["seed"]] = row["value"]
    for row in tables.phenomena:
        matched_on, cell = match_and_cell(row)
        _add(by_match[matched_on].values, (row["split"], row["phenomenon"], row["metric"]), cell, row)
    for row in runs:
        if row["parameters_recurrent"] is not None and row["parameters_recurrent"] == row["parameters_recurrent"]:
            matched_on, cell = match_and_cell(row)
            recurrent = row["parameters_recurrent"] / row["hidden"] ** 2
            by_match[matched_on].weights[cell] = Weights(recurrent, row["parameters_input"])
    return list(by_match.values())


def _add(
    values: dict[tuple[str, str, str], dict[Cell, BySeed]], part: tuple[str, str, str], cell: Cell, row: Row
) -> None:
    if np.isfinite(row["value"]):
        values.setdefault(part, {}).setdefault(cell, {})[row["seed"]] = row["value"]


class Paired(NamedTuple):
    """The scores of a contrast in C places by the S seeds that all of them have.

    A place is a task and what both sides have in common: the encoder, or the architecture.
    """

    cells: list[tuple[Cell, ...]]
    """The combinations of the two sides, or of the only one, for each place."""
    seeds: list[int]
    first: Array
    """(C, S)"""
    second: Array
    """(C, S), 0 where there is no second side."""

    @property
    def weights(self) -> Array:
        """The weight of each place, (C,): tasks have the same weight, and so have the places of one task."""
        tasks = [cells[0].task for cells in self.cells]
        return np.array([1 / (len(set(tasks)) * tasks.count(task)) for task in tasks])

    @property
    def by_block(self) -> Array:
        """The mean over places of the first's score minus the second's, (S,)."""
        return self.weights @ (self.first - self.second)


def paired_scores(contrast: Contrast, scores: ExperimentScores) -> Paired:
    """Return the scores of a contrast in all places that have both sides, with the seeds that all of these have."""
    first, second = (_scores(side, contrast, scores) for side in (contrast.first, contrast.second))
    if not contrast.second:
        second = {place: (cell, dict.fromkeys(values, 0.0)) for place, (cell, values) in first.items()}
    places = [place for place in first if place in second]
    by_place = [set(side[place][1]) for side in (first, second) for place in places]
    seeds = sorted(set.intersection(*by_place)) if by_place else []
    shape = (len(places), len(seeds))
    matrices = (
        np.array([[side[place][1][seed] for seed in seeds] for place in places]).reshape(shape)
        for side in (first, second)
    )
    sides = (first, second) if contrast.second else (first,)
    return Paired([tuple(side[place][0] for side in sides) for place in places], seeds, *matrices)


def _scores(side: str, contrast: Contrast, scores: ExperimentScores) -> dict[tuple[str, str], tuple[Cell, BySeed]]:
    """Return place -> cell and scores of one side on a contrast's phenomenon, minus those on `minus_phenomenon`."""
    minuend, subtrahend = (
        scores.values.get((contrast.split, phenomenon, contrast.metric), {})
        for phenomenon in (contrast.phenomenon, contrast.minus_phenomenon)
    )
    tasks = scores.tasks_of(contrast.task)
    cells = [cell for cell in minuend if cell.task in tasks and cell.side(contrast.over) == side]
    if not contrast.minus_phenomenon:
        return {cell.place(contrast.over): (cell, minuend[cell]) for cell in cells}
    return {
        cell.place(contrast.over): (cell, _differences(minuend[cell], subtrahend[cell]))
        for cell in cells
        if cell in subtrahend
    }


def _differences(minuend: BySeed, subtrahend: BySeed) -> BySeed:
    return {seed: value - subtrahend[seed] for seed, value in minuend.items() if seed in subtrahend}


def search_of(cell: Cell, contrast: Contrast, scores: ExperimentScores) -> tuple[Search, list[int]] | None:
    """Return how a combination's learning rate was chosen, and the seeds on which rates were tried.

    None where one rate was tried alone, or where the contrast is about a phenomenon: of that only selected runs have
    scores.
    """
    judged = (contrast.split, contrast.metric)
    metric = scores.chosen_by.get(cell.task, "")
    others = sorted(scores.tried.get(judged, {}).get(cell, {}))
    if contrast.phenomenon != ALL or not others or not metric:
        return None
    seeds = sorted({seed for rate in others for seed in scores.tried[judged][cell][rate]})
    rates = sorted([*others, scores.rates[cell]])

    def table(split: str, name: str) -> Array:
        """Return (K, B)."""
        by_rate = {scores.rates[cell]: scores.values.get((split, ALL, name), {}).get(cell, {})}
        by_rate |= scores.tried.get((split, name), {}).get(cell, {})
        return np.array([[by_rate.get(rate, {}).get(seed, np.nan) for seed in seeds] for rate in rates])

    higher = metric in HIGHER_IS_BETTER
    untrained = scores.before_training.get(cell, {})
    scale = 1.0 if higher else max((abs(untrained[seed]) for seed in seeds if seed in untrained), default=0.0)
    validation = table(SELECTION_SPLIT, metric) * (1 if higher else -1)
    return Search(
        np.array(rates), rates.index(scores.rates[cell]), validation, LEAST_GAIN * scale, table(*judged)
    ), seeds
