"""Memory in the report: scores with intervals, and sentences on the networks that solve a task or do not."""

import json
import re
from dataclasses import asdict

import pandas as pd
import pytest

from helpers.memory_tables import LITERATURE, memory_tables
from helpers.report_rows import Page, row
from rnnbench.report.build import build_details
from rnnbench.report.figures.catalogue import figure_files
from rnnbench.report.page.table import Table
from rnnbench.report.sections.memory.memory import calibrated_table, initialization, paper_table, probing_table
from rnnbench.report.sections.memory.memory_verdicts import sentences
from rnnbench.report.sections.overview.overview import MAX_CARDS, cards, other_tasks_table
from rnnbench.report.views import memory, queries
from rnnbench.report.views.diagnosis import OtherStart, TaskVerdict, TriedRate, other_starts, verdicts
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import frame

LONGEST = "delayed_recall delay=160"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return memory_tables()


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return build_details(tables, {})


def marks(table: Table | None, task: str) -> list[str]:
    assert table is not None
    return next(
        [cell.mark for cell in row.cells] for group in table.groups for row in group.rows if row.heading == task
    )


def verdict_by_name(tables: Tables, task: str = LONGEST) -> dict[str, TaskVerdict]:
    return {verdict.architecture: verdict for verdict in verdicts(tables, task, "one_of_n")}


def changed(tables: Tables, name: str, **where: object) -> tuple[pd.DataFrame, pd.Series]:
    """Return a copy of a table, and a mask of its rows with these values."""
    table = tables[name].copy()
    return table, (table[list(where)] == pd.Series(where)).all(axis=1)


def test_solved_and_memoryless_are_marked_and_chance_with_one_good_seed_is_not(tables: Tables) -> None:
    assert marks(calibrated_table(tables), "parity") == ["memoryless", "solved", "solved", "solved", ""]
    assert marks(calibrated_table(tables), LONGEST) == ["memoryless", "", "", "solved", ""]


def test_a_mean_stands_with_its_interval(html: str) -> None:
    """Scores of -0.01, 0 and 0.01: of three blocks the interval is their range."""
    cell = "○ as without memory: 0.000 \N{MINUS SIGN}0.010 to 0.010"
    rows = [row for row in Page(html).rows if row[0] == "parity" and cell in row]
    assert len(rows) == 1
    assert rows[0][4] == "✓ solved: 1.000 1.000 to 1.000"


def test_every_reason_has_its_network(tables: Tables) -> None:
    by_name = verdict_by_name(tables)
    counts = {name: (verdict.solved, verdict.unlearnt, verdict.overfitted) for name, verdict in by_name.items()}
    assert counts == {
        "feed_forward": (0, 3, 0),
        "elman": (0, 3, 0),
        "gru": (2, 1, 0),
        "lstm": (3, 0, 0),
        "jordan": (0, 0, 3),
    }
    assert [name for name, verdict in by_name.items() if verdict.memoryless] == ["feed_forward"]
    assert by_name["gru"].rates == (TriedRate(2, 0.003, pytest.approx(0.95), pytest.approx(0.2)),)
    assert asdict(by_name["jordan"])["test"] == pytest.approx(0.51)


def test_they_are_said_in_four_sentences_at_most(tables: Tables) -> None:
    key = {"task": LONGEST, "encoder": "one_of_n", "runs": 3}
    ends = [row("convergence", key, architecture=name, converged=name == "lstm") for name in ("elman", "lstm")]
    assert sentences(tables | {"convergence": frame("convergence", ends)}, LONGEST) == [
        "Solved with every seed by lstm; with some seeds only by gru (2 of 3): it depends on the seed.",
        "As without memory: feed_forward; not learnt: elman and gru (1 of 3); overfitted: jordan (train 0.99, "
        "test 0.51).",
        "Another learning rate scored much higher on validation: gru with seed 2 and learning rate 0.003 "
        "(0.95 in place of 0.20).",
        "Not converged, so that more training steps may help: elman.",
    ]


def network(name: str, **start: float) -> dict:
    settings = {"cell": "lstm", "layers": 1, "settings": "{}", "start": json.dumps(start)}
    return row("architectures", {"architecture": name}, **settings)


def test_another_start_of_the_same_network_that_is_better_is_told(tables: Tables) -> None:
    """Three networks as if they had one cell: gru's interval holds lstm's; elman differs in more than its start."""
    rows = [network(name, forget_bias=bias) for name, bias in (("jordan", 0), ("gru", 1), ("lstm", 2))]
    rows.append(network("elman", forget_bias=0) | {"layers": 2})
    scores = tables["calibrated"].replace({"value": {0.98: 1.0}})
    six_seeds = pd.concat([scores, scores.assign(seed=scores["seed"] + 3)])
    started = tables | {"architectures": frame("architectures", rows), "calibrated": six_seeds}
    assert other_starts(started, LONGEST, "one_of_n") == [OtherStart("jordan", "lstm", "forget_bias 2 in place of 0")]
    assert sentences(started, LONGEST)[-1] == (
        "lstm is jordan with another initialization (forget_bias 2 in place of 0) and scores higher: "
        "their intervals do not overlap."
    )
    assert other_starts(started | {"calibrated": scores}, LONGEST, "one_of_n") == []


@pytest.mark.parametrize("column", ["size", "window"])
def test_another_size_of_the_same_network_is_not_another_start(tables: Tables, column: str) -> None:
    """lstm is better than jordan, and both begin alike, or not: one of them is larger or sees more."""
    scores = tables["calibrated"]
    six_seeds = pd.concat([scores, scores.assign(seed=scores["seed"] + 3)])
    larger = {"size": "88 units"} if column == "size" else {"window": 3}
    for bias in (1, 2):
        rows = [network("jordan", forget_bias=1), network("lstm", forget_bias=bias) | larger]
        sized = tables | {"architectures": frame("architectures", rows), "calibrated": six_seeds}
        assert other_starts(sized, LONGEST, "one_of_n") == []


def test_a_seed_without_a_score_solves_nothing(tables: Tables) -> None:
    rows, lost = changed(tables, "calibrated", architecture="lstm", task=LONGEST, seed=2)
    rows.loc[lost, "value"] = float("nan")
    assert sentences(tables | {"calibrated": rows}, LONGEST)[0].startswith(
        "Solved with some seeds only by gru (2 of 3) and lstm (2"
    )


def test_seeds_that_disagree_are_not_without_memory(tables: Tables) -> None:
    """Scores of 0.88, 0.3 and -0.1: their interval holds 0, and yet two of them are far above it."""
    rows, elman = changed(tables, "calibrated", architecture="elman", task=LONGEST)
    for seed, value in enumerate((0.88, 0.3, -0.1)):
        rows.loc[elman & (rows["seed"] == seed), "value"] = value
    torn = tables | {"calibrated": rows}
    assert memory.means(torn, LONGEST, "one_of_n").loc[("elman", "test"), "low"] < 0
    assert not verdict_by_name(torn)["elman"].memoryless
    assert marks(calibrated_table(torn), LONGEST)[1] == ""


def test_a_network_whose_runs_all_diverged_has_no_score(tables: Tables) -> None:
    runs, lstm = changed(tables, "runs", architecture="lstm", task="parity")
    runs.loc[lstm, "status"] = "diverged"
    without = tables | {"runs": runs}
    assert marks(calibrated_table(without), "parity")[3] == "faint"
    assert "lstm" not in " ".join(sentences(without, "parity"))


def test_without_a_score_nothing_is_claimed(tables: Tables) -> None:
    empty = tables | {"calibrated": frame("calibrated", [])}
    assert sentences(empty, "parity") == ["No network has a score yet."]
    page = Page(build_details(empty, {}, drawn=[]))
    assert page.open == []
    assert "memory" in page.ids


def test_of_several_encoders_the_best_on_validation_is_told_and_test_has_no_say(tables: Tables) -> None:
    with_raw = {name: tables[name].assign(encoder="raw") for name in ("runs", "calibrated")}
    calibrated = with_raw["calibrated"]
    calibrated.loc[calibrated["split"] == "test", "value"] = 1.0
    calibrated.loc[calibrated["split"] == "validation", "value"] -= 0.01
    two_encoders = tables | {name: pd.concat([table, tables[name]]) for name, table in with_raw.items()}
    assert memory.encoder(two_encoders, "parity") == "one_of_n"
    table = calibrated_table(two_encoders)
    assert table is not None
    assert {row.note for row in table.groups[0].rows} == {"reading one_of_n"}
    assert "the best on validation" in table.caption


def test_the_papers_own_score_stands_beside_the_one_without_memory(tables: Tables) -> None:
    table = paper_table(tables)
    assert table is not None
    parity = next(row for row in table.groups[0].rows if row.heading == "parity")
    assert [cell.text for cell in parity.cells] == ["loss", "1.000", "1.000", "0.010", "0.020", "0.000", "0.490"]


def test_what_can_be_read_from_the_state_is_told_where_it_was_tried(tables: Tables) -> None:
    key = {"task": "parity", "encoder": "one_of_n", "architecture": "lstm", "selected": True, "metric": "stored_r2"}
    values = {("test", 0): 0.9, ("test", 1): 0.7, ("test_2x", 0): 0.5, ("train", 0): 1.0}
    rows = [row("scores", key, split=split, seed=seed, value=value) for (split, seed), value in values.items()]
    table = probing_table(tables | {"scores": pd.concat([tables["scores"], frame("scores", rows)])})
    assert table is not None
    assert [cell.text for cell in table.columns] == ["test", "test_2x"]
    assert [cell.text for cell in table.groups[0].rows[0].cells] == ["0.800", "0.500"]
    assert probing_table(tables) is None


def test_families_have_curves_over_lags_and_tasks_over_lengths(tables: Tables) -> None:
    files = figure_files(tables)
    assert {name for name in files if name.startswith(("lags", "lengths"))} == {
        "lags-delayed_recall.svg",
        "lengths-parity.svg",
    }
    for name, ticks in (("lags-delayed_recall.svg", "5 10 20 40 80 160"), ("lengths-parity.svg", "1 2 5 10")):
        words = re.findall(r"<text[^>]*>([^<]*)</text>", files[name])
        assert words[: len(ticks.split())] == ticks.split()
        assert {"solved 0.9", "no memory 0", "oracle 1", "lstm", "feed_forward"} <= set(words)


def test_a_family_has_one_card_and_many_tasks_share_a_table(tables: Tables, html: str) -> None:
    first, second = cards(tables, queries.by_task(tables))
    assert first.reach is not None
    assert (first.reach.reached, first.reach.architectures) == ("> 160", ["lstm"])
    assert second.best is not None
    assert second.best.architecture == "lstm"
    assert html.count("<h2>Longest delay solved") == 1
    many = [tables["runs"].assign(task=f"task {number}") for number in range(MAX_CARDS + 2)]
    page = build_details(tables | {"runs": pd.concat([tables["runs"], *many])}, {}, drawn=[])
    assert len(re.findall("<h2>(Best on|Longest)", page)) == MAX_CARDS
    assert "And 4 more tasks" in page
    assert other_tasks_table([first]).groups[0].rows[0].cells[1].text == "> 160"


def test_starts_are_the_codes_defaults() -> None:
    assert "a bias of 1," in initialization()
    assert "a uniform initialization" in initialization()


def test_the_literature_is_told_once_where_there_is_any(html: str) -> None:
    assert html.count(LITERATURE) == 1
    assert html.count("In the literature:") == 1
