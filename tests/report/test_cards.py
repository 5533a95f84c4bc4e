"""Cards: every cell shows its equations, every network its shape. Every number can be reproduced."""

from pathlib import Path

import pytest

from helpers.report_rows import Page, row
from helpers.small_benchmark import make_tables
from rnnbench import cells, encoders, tasks
from rnnbench.cells import Cell
from rnnbench.common.registry import load, names
from rnnbench.report.build import build_details
from rnnbench.report.page import cards
from rnnbench.report.sections.cards.data import corpus_stats_table, task_card
from rnnbench.report.sections.cards.encoders import encoder_cards, encoders_table
from rnnbench.report.sections.cards.networks import NONE
from rnnbench.report.sections.method import reproduce
from rnnbench.results import paths
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame


def architectures(*rows: dict) -> dict:
    """Return tables with these architectures."""
    return make_tables() | {
        "architectures": frame("architectures", [row("architectures", {}, **values) for values in rows])
    }


@pytest.mark.parametrize("kind", names(cells))
def test_every_cell_shows_its_equations_and_every_state_is_in_them(kind: str) -> None:
    cell = load(cells, kind, Cell)
    (equations, *_) = [block.text for block in cards.blocks(cell.__doc__ or "") if block.preformatted]
    assert "a = " in equations
    assert all(f"{state} = " in equations and f"{state}_before" in equations for state in cell.states)


def test_a_network_has_its_shape_its_weights_and_the_verdicts_on_it() -> None:
    tables = architectures({"architecture": "elman", "base": "elman", "cell": "elman", "layers": 3, "size": "8 units"})
    about = {"contrast": "elman against feed_forward on travel", "verdict": "supported", "runs": 4, "converged": True}
    claim = row("claims", {}, claim="R1", **about)
    other = claim | {"claim": "J1", "contrast": "deep_elman against gru on travel"}
    provisional = claim | {"claim": "R2", "verdict": "undecided", "converged": False}
    tables["claims"] = frame("claims", [claim, other, provisional])
    rows = Page(build_details(tables, {}, drawn=[])).rows
    cells = ["elman", "3", "forward", "the word alone", "8 units", NONE, "1,234 (travel, one_of_n)", "1,234"]
    assert [*cells, "R1 ✓, R2 ? (provisional)"] in rows


def test_encoders_and_tasks_say_what_they_are() -> None:
    key = {"kind": "travel", "split": "train", "fact": "sequences"}
    corpora = [row("corpora", key, task=task, family=task, value=125) for task in ("travel", "my own")]
    tables = make_tables() | {"corpora": frame("corpora", corpora)}
    page = build_details(tables, {}, drawn=[])
    assert "The lecture&#39;s word hashing" in page
    assert "Label every word with its slot" in page
    assert task_card(tables, "a task without a corpus") is None
    assert {card.name for card in encoder_cards(make_tables())} <= set(names(encoders))
    assert "travel" in names(tasks)
    card = task_card(tables, "my own")
    assert card is not None
    assert card.name == "travel", "a task with a name of its own has the card of its kind"


def test_means_over_corpora_are_rounded() -> None:
    facts = {"sequences": 300, "positions": 1999.6, "longest": 17.25, "unseen_words_share": 0.0312}
    corpora = [row("corpora", {"task": "travel", "split": "test", "fact": name}, value=facts[name]) for name in facts]
    table = corpus_stats_table({"corpora": frame("corpora", corpora)}, "travel")
    assert table
    assert [row.cells[0].text for row in table.groups[0].rows] == ["300", "2,000", "17.2", "3.1 %"]
    assert "means over the corpora of all seeds" in table.caption
    encoder = row("encoders", {"task": "travel", "encoder": "one_of_n"}, dimension=1999.6, collisions=2.75)
    table = encoders_table({"encoders": frame("encoders", [encoder])})
    assert table
    assert [cell.text for cell in table.groups[0].rows[0].cells[:4]] == ["2,000", "0", "0", "3"]
    assert "means over the corpora of all seeds" in table.caption


def test_hostile_architectures_change_nothing() -> None:
    name = "</td><script>alert(1)</script>"
    page = Page(build_details(architectures({"architecture": name, "cell": name, "size": name}), {}, drawn=[]))
    assert page.open == []
    assert len(page.scripts) == 1


def test_a_command_is_safe_in_a_shell() -> None:
    assert reproduce.command("a b", "x;rm -rf", "$(y)") == (
        f"rnnbench train --configfile {paths.CONFIGURATION} --task 'a b' --encoder 'x;rm -rf' --architecture '$(y)'"
    )


def test_every_table_with_rows_can_be_downloaded() -> None:
    page = Page(build_details(make_tables(), {"configuration": "tasks: []", "date": "2026-01-02"}, drawn=[]))
    files = {Path(address).stem for address in page.addresses if address.startswith("tables/")}
    assert files == {name for name, table in make_tables().items() if len(table)}
    assert {"runs", "scores"} <= files <= set(SCHEMAS)


def test_the_configuration_has_a_digest_and_the_citation_a_year() -> None:
    page = build_details(make_tables(), {"configuration": "tasks: []", "date": "2026-01-02"}, drawn=[])
    assert reproduce.digest_of("tasks: []") in page
    assert reproduce.digest_of("tasks: []") != reproduce.digest_of("tasks: [travel]")
    assert "year    = {2026}" in page
