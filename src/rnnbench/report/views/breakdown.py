"""Scores on parts of what is tested: other splits than test, and phenomena in it, beside what else is known of them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Column, Frame, Tables, at, of_task
from rnnbench.results.schemas import RUN

TRAINED = ("train", "validation", "gap")
"""What the table `scores` calls a split and is none that tests."""
PHENOMENON_METRIC = "token_accuracy"
"""The metric by which phenomena are told: no tagger can expect more of it than the oracle has, so that a distance from
the oracle is something to learn. It counts the marked words alone, whether or not they belong to a slot."""


class Part(NamedTuple):
    """What a column of scores is about: a split, the words in it that count, and the metric."""

    split: str
    phenomenon: str
    metric: str


def whole_split(split: str, metrics: list[str]) -> list[Part]:
    """Return a part for each metric of a whole split."""
    return [Part(split, ALL, metric) for metric in metrics]


def split_parts(tables: Tables, task: str) -> list[Part]:
    """Return the splits that test, each with the metric that tells it best: of pairs, or else the task's headline."""
    known = _known(tables, task)
    whole = known[known["phenomenon"] == ALL]
    names = dict.fromkeys(name for name in whole["split"] if name not in TRAINED)
    best = {name: _told_by(tables, task, set(whole.loc[whole["split"] == name, "metric"])) for name in names}
    return [Part(name, ALL, metric) for name, metric in best.items() if metric]


def _told_by(tables: Tables, task: str, known: set[str]) -> str | None:
    preferred = ("pair_accuracy", queries.headline(tables, task), *queries.HEADLINES)
    return next((metric for metric in preferred if metric in known), None)


def phenomenon_parts(tables: Tables, task: str) -> list[Part]:
    """Return the phenomena of the test split."""
    known = _known(tables, task)
    shown = known[(known["split"] == "test") & (known["metric"] == PHENOMENON_METRIC)]["phenomenon"]
    return [Part("test", name, PHENOMENON_METRIC) for name in dict.fromkeys(shown) if name != ALL]


def _known(tables: Tables, task: str) -> Frame:
    """Return split, phenomenon and metric of all scores of a task, whoever has them."""
    scores = tables["scores"].assign(phenomenon=ALL)
    every = [of_task(table, task)[list(Part._fields)] for table in (scores, *_others(tables))]
    known = pd.concat(every).drop_duplicates()
    return known[known["metric"].isin(METRICS)]


def _others(tables: Tables) -> list[Frame]:
    return [tables[name] for name in ("phenomena", "ceilings", "rivals")]


def networks(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return mean, std and count over the selected runs, indexed by encoder, architecture and the fields of a part."""
    columns = [*RUN, *Part._fields, "value"]
    scores = of_task(tables["scores"], task)
    whole = scores[scores["selected"]].assign(phenomenon=ALL)[columns]
    every: Frame = pd.concat([whole, of_task(tables["phenomena"], task)[columns]])
    wanted = pd.MultiIndex.from_frame(every[list(Part._fields)]).isin(parts)
    return at(queries.over_runs(tables, every[wanted], by=list(Part._fields)), task=task)


def ceilings(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return the oracle's score: a row for each kind of information that is known, a column for each part."""
    table = _wide(of_task(tables["ceilings"], task), "information", parts)
    return table.reindex([kind for kind in INFORMATION if kind in table.index])


def rivals(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return the scores of the classical rivals: a row for each in order of appearance, a column for each part."""
    return _wide(of_task(tables["rivals"], task), "rival", parts)


def _wide(table: Frame, name: str, parts: list[Part]) -> Frame:
    """Return scores by the column `name` and by part; who has none of these parts is left out."""
    rows = table.drop_duplicates([name, *Part._fields], keep="last").set_index([name, *Part._fields])["value"]
    names = list(dict.fromkeys(table[name]))
    values = [[rows.get((one, *part), np.nan) for part in parts] for one in names]
    found = pd.DataFrame(values, index=pd.Index(names, name=name), columns=range(len(parts)), dtype=float)
    return found.dropna(how="all")


def means(values: Frame, encoder: str, architectures: list[str], parts: list[Part]) -> np.ndarray:
    """Return the means of `networks` for one encoder as architectures x parts; nan where there is none."""
    known: Column = values["mean"].to_dict()
    return np.array([[known.get((encoder, name, *part), np.nan) for part in parts] for name in architectures])
