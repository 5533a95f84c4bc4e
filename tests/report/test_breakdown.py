"""The sections breakdown, ceilings and data: their numbers, their names, and what they show without rows."""

import re
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest

from helpers.report_rows import Page, row
from rnnbench.report.build import build_details
from rnnbench.report.figures.catalogue import figure_files
from rnnbench.report.page.script import DETAILS_SCRIPTS, script
from rnnbench.report.sections.cards.data import audit_table, corpus_stats_table
from rnnbench.report.sections.scores.ceilings import verdict
from rnnbench.report.views import breakdown
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import Frame, Tables, ceilings, metrics
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

NEW = ("phenomena", "shortfalls", "rivals", "audit", "corpora")
SPLITS = {"train": 0.9, "validation": 0.8, "test": 0.7, "test_unseen": 0.6, "gap": 0.2}
ENCODERS = {"letter_trigram": 0.0, "one_of_n": 0.1}
"""By how much each encoder is better than the first: the second is the best."""


def make_tables(phenomenon: str = "cue_after", baseline: str = "crf") -> Tables:
    """Return tables of one task; the scores are those of `SPLITS` plus those of `ENCODERS`, and elman failed."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for (encoder, better), seed in product(ENCODERS.items(), (0, 1)):
        key = {"task": "travel", "encoder": encoder, "architecture": "gru", "seed": seed, "learning_rate": 0.01}
        rows["runs"] += [row("runs", key, selected=True, status="done")]
        rows["runs"] += [row("runs", key | {"architecture": "elman"}, status="failed", message="out of memory")]
        scores = {(split, "slot_f1"): value + better for split, value in SPLITS.items()}
        for (split, metric), value in (scores | {("pairs", "pair_accuracy"): 0.25, ("pairs", "slot_f1"): 0.5}).items():
            rows["scores"].append(row("scores", key, selected=True, split=split, metric=metric, value=value))
        in_phenomenon = {"split": "test", "phenomenon": phenomenon, "metric": "token_accuracy"}
        rows["phenomena"].append(row("phenomena", key | in_phenomenon, value=0.4 + better))
        ceiling_key = {"split": "test", "information": "prefix", "metric": "token_accuracy"}
        rows["shortfalls"].append(row("shortfalls", key | ceiling_key, value=0.05 - better / 10, standard_error=0.01))
    for part, metric, value in (("all", "slot_f1", 0.95), (phenomenon, "token_accuracy", 0.55)):
        part_key: dict[str, Any] = {"task": "travel", "split": "test", "phenomenon": part, "metric": metric}
        rows["ceilings"].append(row("ceilings", part_key, information="prefix", value=value))
        rows["rivals"].append(row("rivals", part_key, rival=baseline, value=value - 0.2))
    rows["ceilings"].append(
        row("ceilings", part_key, information="prefix", phenomenon="all", value=0.97, realised=0.968)
    )
    for measure, value, limit in (
        ("probe_word", 0.5, 0.6),
        ("probe_bag", 0.7, 0.6),
        ("shared_text", 0.1, float("nan")),
    ):
        rows["audit"].append(row("audit", {}, task="travel", measure=measure, part="", value=value, limit=limit))
    for fact, value in (("sequences", 4000), ("unseen_words_share", 0.031), ("my_fact", 2.5)):
        rows["corpora"].append(row("corpora", {}, task="travel", split="train", fact=fact, value=value))
    return {name: frame(name, values) for name, values in rows.items()}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_tables()


@pytest.fixture(scope="module")
def rows(tables: Tables) -> list[list[str]]:
    return Page(build_details(tables, {})).rows


def test_phenomena_are_no_part_of_the_ceilings_of_a_split(tables: Tables) -> None:
    assert ceilings(tables, "travel", "token_accuracy") == {"prefix": 0.97}
    assert ceilings(tables, "travel", "slot_f1") == {"prefix": 0.95}


def test_metrics_of_other_splits_are_no_columns_of_the_accuracy(tables: Tables) -> None:
    assert metrics(tables, "travel") == ["token_accuracy", "slot_f1"]


def test_pairs_are_scored_by_pairs_and_other_splits_by_the_main_metric(tables: Tables) -> None:
    assert breakdown.split_parts(tables, "travel") == [
        Part("test", "all", "slot_f1"),
        Part("test_unseen", "all", "slot_f1"),
        Part("pairs", "all", "pair_accuracy"),
    ]
    assert breakdown.phenomenon_parts(tables, "travel") == [Part("test", "cue_after", "token_accuracy")]


def test_rows_of_splits_and_phenomena(rows: list[list[str]]) -> None:
    assert ["architecture", "test slot F1", "test_unseen slot F1", "pairs pair accuracy", "seeds"] in rows
    assert ["gru", "0.800 0.800 to 0.800", "0.700 0.700 to 0.700", "0.250 0.250 to 0.250", "2"] in rows
    assert ["gru", "0.700 0.700 to 0.700", "0.600 0.600 to 0.600", "0.250 0.250 to 0.250", "2"] in rows
    assert ["the sentence up to the word", "0.950", "\N{EN DASH}", "\N{EN DASH}", ""] in rows
    assert ["crf", "0.750", "\N{EN DASH}", "\N{EN DASH}", ""] in rows
    assert [["gru", f"{value} {value} to {value}", "2"] in rows for value in ("0.500", "0.400")] == [True, True]
    assert ["crf", "0.350", ""] in rows


def test_baselines_are_in_the_table_of_accuracy(rows: list[list[str]]) -> None:
    assert ["crf", "\N{EN DASH}", "0.750", ""] in rows


def test_a_name_is_explained_where_it_is_known(tables: Tables) -> None:
    assert "the words before the slot do not show it" in build_details(tables, {})
    html = build_details(make_tables(phenomenon="my_own"), {})
    assert "cities that are not in the training split" in html
    assert "my_own" in html
    assert "the words before the slot do not show it" not in html


def test_heat_maps_have_oracle_baselines_and_the_best_encoder(tables: Tables) -> None:
    files = figure_files(tables)
    svg = ElementTree.fromstring(files["splits-travel-one_of_n.svg"])
    words = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"oracle: prefix", "crf", "gru", "elman", "0.950", "0.750", "0.800", "0.250", "failed"} <= set(words)
    assert "phenomena-travel-one_of_n.svg" in files
    assert not [name for name in files if "letter_trigram" in name]


def test_gaps_to_the_ceiling_are_in_points_for_the_closest_encoder(rows: list[list[str]]) -> None:
    gru = ["gru", "the sentence up to the word", "0.970", "0.968", "4.0 ± 0.0", "one_of_n", "2"]
    assert gru in rows
    assert ["elman", "no finished network"] in rows


def with_excess(tables: Tables, points: float) -> Tables:
    shortfalls: Frame = tables["shortfalls"].copy()
    shortfalls.loc[0, "value"] = -points / 100
    return tables | {"shortfalls": shortfalls}


def test_the_verdict_is_a_sentence_and_an_excess_a_warning(tables: Tables) -> None:
    assert verdict(tables) == "No network is above its ceiling, in 4 comparisons."
    within_chance = (
        "No network beats its ceiling beyond chance (largest excess: 2.00 points, 2.0 standard errors, of 4 compari"
    )
    assert verdict(with_excess(tables, 2.0)).startswith(within_chance)
    html = build_details(with_excess(tables, 3.0), {})
    assert '<p class="warning">' in html
    assert '<p class="warning">' not in build_details(with_excess(tables, 2.0), {})
    excess = ["gru", "travel", "letter_trigram", "0", "test", "token accuracy", "3.00", "1.00"]
    assert excess in Page(html).rows


def test_the_data_card(tables: Tables, rows: list[list[str]]) -> None:
    assert [row for row in rows if row[0] in ("sequences", "words not in training", "my_fact")] == [
        ["sequences", "4,000"],
        ["words not in training", "3.1 %"],
        ["my_fact", "2.5"],
    ]
    assert ["probe_word", "✓ right: 0.500", "0.600"] in rows
    assert ["probe_bag", "✗ wrong: 0.700", "0.600"] in rows
    assert ["shared_text", "0.100", "\N{EN DASH}"] in rows
    assert corpus_stats_table(tables, "columns") is None
    assert audit_table(tables, "columns") is None


@pytest.mark.parametrize(
    "empty", [*((name,) for name in (*NEW, "ceilings", "scores", "runs")), NEW, ("ceilings", *NEW)]
)
def test_builds_without_rows_of_any_of_these_tables(tables: Tables, empty: tuple[str, ...]) -> None:
    html = build_details(tables | {name: frame(name, []) for name in empty}, {})
    page = Page(html)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    sections = {"breakdown", "ceilings", "data"} & set(page.ids)
    assert all(f"#{name}" in page.addresses for name in sections)
    assert ("ceilings" in sections) == ("shortfalls" not in empty)


def test_hostile_names_change_nothing() -> None:
    hostile = "</td><script>\u202e\x00" + "y" * 100
    html = build_details(make_tables(phenomenon=hostile, baseline=hostile), {})
    page = Page(html)
    assert page.open == []
    assert page.scripts == [script(DETAILS_SCRIPTS)]
    assert "y" * 100 not in html
    assert not re.search("[\x00-\x08\u202e]", html)
