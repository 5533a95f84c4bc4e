"""Scores by split and by phenomenon: of the networks, of the Bayes-optimal tagger (ceilings), and of the baselines."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import GAPS, METRICS
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Column, Frame, Tables, at, of_task
from rnnbench.results.schemas import RUN

TRAINED = ("train", "validation", *GAPS)
"""Values of the column `split` that are no test split. A gap is no score: the largest one is not the best."""
PHENOMENON_METRIC = "token_accuracy"
"""The metric of phenomena, counted on the marked words alone, whether or not they belong to a slot. No tagger is
expected to exceed the Bayes-optimal tagger in it, so any gap to that ceiling can still be learnt."""


class Part(NamedTuple):
    """What a column of scores is measured on: a split, the phenomenon whose words count in it, and the metric."""

    split: str
    phenomenon: str
    metric: str


def whole_split(split: str, metrics: list[str]) -> list[Part]:
    """Return one part for each metric, over all words of a split."""
    return [Part(split, ALL, metric) for metric in metrics]


def split_parts(tables: Tables, task: str) -> list[Part]:
    """Return the test splits, each with one metric: accuracy on pairs where it has one, or else the task's headline."""
    parts = _scored_parts(tables, task)
    whole = parts[parts["phenomenon"] == ALL]
    splits = dict.fromkeys(split for split in whole["split"] if split not in TRAINED)
    metrics = {split: set(whole.loc[whole["split"] == split, "metric"]) for split in splits}
    preferred = ("pair_accuracy", queries.headline(tables, task), *queries.HEADLINES)
    headlines = {split: next((metric for metric in preferred if metric in metrics[split]), None) for split in splits}
    return [Part(split, ALL, metric) for split, metric in headlines.items() if metric]


def phenomenon_parts(tables: Tables, task: str) -> list[Part]:
    """Return one part for each phenomenon of the test split."""
    parts = _scored_parts(tables, task)
    phenomena = parts[(parts["split"] == "test") & (parts["metric"] == PHENOMENON_METRIC)]["phenomenon"]
    return [Part("test", name, PHENOMENON_METRIC) for name in dict.fromkeys(phenomena) if name != ALL]


def _scored_parts(tables: Tables, task: str) -> Frame:
    """Return split, phenomenon and metric of every score of a task: of networks, baselines and ceilings."""
    scores = (tables["scores"].assign(phenomenon=ALL), *(tables[name] for name in ("phenomena", "ceilings", "rivals")))
    parts = pd.concat([of_task(table, task)[list(Part._fields)] for table in scores]).drop_duplicates()
    return parts[parts["metric"].isin(METRICS)]


def network_scores(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return `queries.means` of the selected runs, indexed by encoder, architecture and the fields of a part."""
    columns = [*RUN, *Part._fields, "value"]
    scores = of_task(tables["scores"], task)
    whole = scores[scores["selected"]].assign(phenomenon=ALL)[columns]
    rows: Frame = pd.concat([whole, of_task(tables["phenomena"], task)[columns]])
    in_parts = pd.MultiIndex.from_frame(rows[list(Part._fields)]).isin(parts)
    return at(queries.over_runs(tables, rows[in_parts], by=list(Part._fields)), task=task)


def ceilings(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return the ceilings: a row for each kind of information that the table has, a column for each part."""
    scores = _scores_by_part(of_task(tables["ceilings"], task), "information", parts)
    return scores.reindex([kind for kind in INFORMATION if kind in scores.index])


def baselines(tables: Tables, task: str, parts: list[Part]) -> Frame:
    """Return the scores of the baselines: a row for each in order of appearance, a column for each part."""
    return _scores_by_part(of_task(tables["rivals"], task), "rival", parts)


def _scores_by_part(table: Frame, column: str, parts: list[Part]) -> Frame:
    """Return a row for each value of `column` that has a score on any of the parts, a column for each part."""
    keys = [column, *Part._fields]
    scores = table.drop_duplicates(keys, keep="last").set_index(keys)["value"]
    names = list(dict.fromkeys(table[column]))
    values = [[scores.get((name, *part), np.nan) for part in parts] for name in names]
    index = pd.Index(names, name=column)
    return pd.DataFrame(values, index=index, columns=range(len(parts)), dtype=float).dropna(how="all")


def means(values: Frame, encoder: str, architectures: list[str], parts: list[Part]) -> np.ndarray:
    """Return the means of `network_scores` for one encoder, (architectures, parts); NaN where there is none."""
    scores: Column = values["mean"].to_dict()
    return np.array([[scores.get((encoder, name, *part), np.nan) for part in parts] for name in architectures])
