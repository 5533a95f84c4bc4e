"""Figures: every combination has a cell, the same tables give the same bytes, no name breaks them."""

from collections.abc import Iterable
from dataclasses import astuple
from itertools import product
from typing import Any
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest

from rnnbench.models.architectures import Architecture, catalogue, lecture
from rnnbench.report.figures.catalogue import figure_files, pictures
from rnnbench.report.figures.style import MARKERS, styles
from rnnbench.report.sections.overview.overview import progress
from rnnbench.report.views.examples import pair_scores, pivot
from rnnbench.report.views.queries import LEFT_OUT, Tables, means, parameters, states
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

ARCHITECTURES = ("feed_forward", "lstm", "bidirectional_lstm")
ENCODERS = ("one_of_n", "letter_trigram")
LABELS = ("O", "B-to", "B-from")
PAIR = (("arrive", "taipei"), ("O", "B-to")), (("leave", "taipei"), ("O", "B-from"))


def row(name: str, key: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return a row of a table; columns that are not given are zero, empty or missing."""
    zeros: dict[str, Any] = {"str": "", "int64": 0, "Int64": None, "float64": 0.0, "bool": False}
    return {column: zeros[kind] for column, kind in SCHEMAS[name].items()} | key | values


def runs_of(key: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one run: feed_forward answers the same to both sentences, the others are right."""
    right = {"O": 0, "B-to": 1, "B-from": 1 if key["architecture"] == "feed_forward" else 2}
    scores = [
        row("scores", key, selected=True, split=split, metric="slot_f1", value=value)
        for split, value in (("train", 0.9), ("test", 0.8), ("gap", 0.1))
    ]
    history = [
        row("history", key, step=step, split=split, metric="slot_f1", value=step / 40)
        for step, split in product((10, 20), ("train", "validation"))
    ]
    showcase = [
        row("showcase", key, sequence=n, position=t, input=word, target=target, output=label, value=float(k == answer))
        for n, (words, targets) in enumerate(PAIR)
        for t, (word, target) in enumerate(zip(words, targets, strict=True))
        for answer in (right[target],)
        for k, label in enumerate(LABELS)
    ]
    sizes = {"hidden": 4, "parameters": 30, "parameters_input": 20, "parameters_recurrent": 0, "parameters_readout": 10}
    done = row("runs", key, selected=True, status="done", **sizes)
    return {"runs": [done], "scores": scores, "history": history, "showcase": showcase}


def make_tables(architectures: tuple[str, ...] = ARCHITECTURES, encoders: tuple[str, ...] = ENCODERS) -> Tables:
    """Return tables of one task in which the last architecture failed with every encoder."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for encoder, architecture, seed in product(encoders, architectures, (0, 1)):
        key = {"task": "travel", "encoder": encoder, "architecture": architecture, "seed": seed, "learning_rate": 0.01}
        failed = {"runs": [row("runs", key, status="failed", message="out of memory")]}
        for name, more_rows in (failed if architecture == architectures[-1] else runs_of(key)).items():
            rows[name] += more_rows
    all_of_test = {"task": "travel", "split": "test", "phenomenon": "all"}
    rows["ceilings"] = [
        row("ceilings", all_of_test, information=information, metric="slot_f1", value=value)
        for information, value in (("word", 0.5), ("prefix", 0.9), ("sentence", 1.0))
    ]
    return {name: frame(name, values) for name, values in rows.items()}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_tables()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_every_kind_of_picture_is_drawn(tables: Tables) -> None:
    assert set(figure_files(tables)) == {
        *(f"{kind}-travel.svg" for kind in ("accuracy", "gap", "parameters", "curves", "gap_over_steps")),
        "pareto-travel.svg",
        *(f"{kind}-travel-one_of_n.svg" for kind in ("seeds", "pair")),
    }


def test_every_combination_has_a_cell_and_a_failed_one_says_so(tables: Tables) -> None:
    words = texts(figure_files(tables)["accuracy-travel.svg"])
    assert [words.count(word) for word in ("0.800", "failed")] == [4, 2]
    assert all(name in words for name in (*ARCHITECTURES, *ENCODERS))


def test_a_combination_without_a_row_is_no_part_of_the_experiment(tables: Tables) -> None:
    runs = tables["runs"]
    of_it = (runs["encoder"] == "letter_trigram") & (runs["architecture"] == "lstm")
    all_but_one = runs[~of_it]
    table = states(tables | {"runs": all_but_one}).loc[("travel", "letter_trigram", "lstm")]
    assert (table["state"], table["missing"]) == (LEFT_OUT, 0)
    told = progress(tables | {"runs": all_but_one})
    assert (told.combinations, told.counts["missing"]) == (progress(tables).combinations - 1, 0)
    one_seed = runs[~(of_it & (runs["seed"] == 1))]
    table = states(tables | {"runs": one_seed}).loc[("travel", "letter_trigram", "lstm")]
    assert table["missing"] == 1


def test_same_tables_give_the_same_bytes_and_leave_matplotlib_as_it_was(tables: Tables) -> None:
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30.0, "svg.fonttype": "path"}):
        disturbed = figure_files(tables)
    assert disturbed == figure_files(tables)
    assert dict(matplotlib.rcParams) == before


def test_without_rows_there_is_no_picture() -> None:
    assert pictures({name: frame(name, []) for name in SCHEMAS}) == []


def test_hostile_names_are_drawn_as_text() -> None:
    names = ("<script>", '"onload="', "\u202egnp", "y" * 10_000, "$\\frac{$", "a\x00b", "last")
    files = figure_files(make_tables(architectures=names, encoders=("../../etc", "..\\..\\etc")))
    words = texts(files["accuracy-travel.svg"])
    assert [name for name in ("<script>", '"onload="', "\ufffdgnp", "$\\frac{$", "a\ufffdb") if name not in words] == []
    assert max(map(len, words)) <= 40
    assert len(files) == 8
    assert not any(mark in name for name in files for mark in "/\\")


def test_only_networks_with_memory_label_the_shared_word_right_in_both_sentences(tables: Tables) -> None:
    showcase = tables["showcase"]
    counts = pair_scores(showcase, 1)
    assert pivot(showcase) == 1
    assert counts.loc[("one_of_n", "feed_forward")].to_dict() == {"runs": 2, "right": 0}
    assert counts.loc[("one_of_n", "lstm")].to_dict() == {"runs": 2, "right": 2}


def described(architectures: Iterable[Architecture]) -> Tables:
    """Return tables without runs that describe architectures."""
    rows = [
        row(
            "architectures",
            {"architecture": architecture.name, "cell": architecture.cell.kind},
            layers=architecture.layers,
            bidirectional=architecture.bidirectional,
        )
        for architecture in architectures
    ]
    return {name: frame(name, rows if name == "architectures" else []) for name in SCHEMAS}


def test_the_catalogue_keeps_its_styles() -> None:
    """Readers compare reports of several experiments, so that a network keeps its colour, line and marker."""
    architectures = (*lecture(), catalogue()["lstm_peephole_diagonal"])
    assert {name: astuple(style) for name, style in styles(described(architectures)).items()} == {
        "feed_forward": ("#6e7781", "-", "o"),
        "elman": ("#005b8e", "-", "o"),
        "deep_elman": ("#137db8", "-.", "s"),
        "jordan": ("#9a4d7b", "-", "o"),
        "bidirectional_elman": ("#59a3cd", "--", "^"),
        "bidirectional_jordan": ("#d698bd", "--", "s"),
        "lstm_no_feedback": ("#aa4b00", "-", "o"),
        "lstm": ("#c25600", "-", "s"),
        "lstm_peephole": ("#d66105", "-", "^"),
        "lstm_5_layers": ("#da7321", "-.", "D"),
        "bidirectional_lstm": ("#df853d", "--", "v"),
        "gru": ("#007e5c", "-", "o"),
        "bidirectional_gru": ("#59c0a4", "--", "s"),
        "lstm_peephole_diagonal": ("#e49659", "-", "P"),
    }


def test_the_style_follows_from_the_table_and_not_from_the_name() -> None:
    by_name = {architecture.name: architecture for architecture in lecture()}
    renamed = {"two_way_gru": "bidirectional_gru", "deep_bidirectional_lstm": "elman", "tower": "deep_elman"}
    architectures = [by_name[renamed.get(name, name)].model_copy(update={"name": name}) for name in ("gru", *renamed)]
    expected = styles(described(by_name[renamed.get(name, name)] for name in ("gru", *renamed)))
    actual = styles(described(architectures))
    assert list(actual.values()) == list(expected.values())
    assert (actual["two_way_gru"].line, actual["tower"].line) == ("--", "-.")
    both_ways = by_name["lstm_5_layers"].model_copy(update={"bidirectional": True})
    assert styles(described([both_ways]))["lstm_5_layers"].line == ":"


def test_an_architecture_without_a_row_has_a_hue_of_its_own() -> None:
    names = ("bidirectional_lstm", "deep_lstm", *map(str, range(20)))
    by_name = styles(make_tables(architectures=names))
    assert {style.line for style in by_name.values()} == {"-"}
    assert len({by_name[name].colour for name in names[:8]}) == 8
    assert {style.marker for style in by_name.values()} <= set(MARKERS)


def test_a_cell_that_is_no_file_here_has_a_hue_of_its_own() -> None:
    tables = described(lecture())
    tables["architectures"]["cell"] = tables["architectures"]["cell"].replace("gru", "../gru")
    colours = {name: style.colour for name, style in styles(tables).items()}
    assert len(set(colours.values())) == len(colours)


def test_a_diverged_run_counts_by_its_score_unless_no_run_is_done(tables: Tables) -> None:
    runs = tables["runs"].copy()
    feed_forward, lstm = runs["architecture"] == "feed_forward", runs["architecture"] == "lstm"
    runs.loc[(feed_forward & (runs["seed"] == 0)) | lstm, "status"] = "diverged"
    table = means(tables | {"runs": runs}, "test")
    assert table.loc[("travel", "one_of_n", "feed_forward", "slot_f1"), "count"] == 2
    assert ("travel", "one_of_n", "lstm", "slot_f1") not in table.index


def test_an_answer_that_is_not_a_number_is_not_right(tables: Tables) -> None:
    showcase = tables["showcase"].copy()
    showcase.loc[(showcase["architecture"] == "lstm") & (showcase["seed"] == 1), "value"] = float("nan")
    assert pair_scores(showcase, 1).loc[("one_of_n", "lstm")].to_dict() == {"runs": 2, "right": 1}


def test_combinations_may_have_different_learning_rates(tables: Tables) -> None:
    """lstm was trained at another rate than the others, and lacks one seed of two."""
    runs = tables["runs"].copy()
    lstm = (runs["architecture"] == "lstm") & (runs["encoder"] == "one_of_n")
    runs.loc[lstm, "learning_rate"] = 0.02
    rows = states(tables | {"runs": runs[~(lstm & (runs["seed"] == 1))]})
    assert rows.loc[("travel", "one_of_n", "lstm"), ["done", "missing"]].tolist() == [1, 1]
    assert rows.loc[("travel", "one_of_n", "feed_forward"), ["done", "missing"]].tolist() == [2, 0]
    to_come = runs.assign(status=runs["status"].where(~(lstm & (runs["seed"] == 1)), "missing"))
    assert states(tables | {"runs": to_come}).loc[("travel", "one_of_n", "lstm"), "missing"] == 1


def test_sizes_are_means_over_seeds_rounded_once(tables: Tables) -> None:
    """Seed 1 has three more parameters than seed 0, and a second run at another rate, which does not count twice."""
    runs = tables["runs"].assign(parameters=tables["runs"]["parameters"] + 3 * tables["runs"]["seed"])
    again = runs[runs["seed"] == 1].assign(learning_rate=0.02)
    sizes = parameters(tables | {"runs": pd.concat([runs, again])})
    assert sizes.loc[("travel", "one_of_n", "lstm"), "parameters"] == 32  # 30 and 33: 31.5, to the even integer
