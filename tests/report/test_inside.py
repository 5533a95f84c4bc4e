"""Inside the memory: the lecture's walk through its LSTM, the unit that is shown, and words made of numbers."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pages import Page, row

from rnnbench.report import build_report, inside
from rnnbench.summaries import Tables
from rnnbench.summaries.inside import Inside, Seen
from rnnbench.summaries.inside import inside as seen_in
from rnnbench.tables import SCHEMAS, frame
from rnnbench.tasks.register import LECTURE

STORED = [0, 3, 3, 7, 7, 7, 0, 6, 6]
ANSWERS = [0, 0, 0, 0, 0, 7, 0, 0, 6]
WRITE, KEEP, READ = [0, 1, 0, 1, 0, 0, 0, 1, 0], [1, 1, 1, 1, 1, 1, 0, 1, 1], [0, 0, 0, 0, 0, 1, 0, 0, 1]
ELMAN = [[0.1 * stored * (-1) ** step, 0.5, -0.1 * stored] for step, stored in enumerate(STORED)]
"""Three units: one that turns about, one that says nothing, one that follows the stored number, turned over."""


def trace(name: str, signal: str, values: Any) -> list[dict[str, Any]]:
    """Return the rows of a signal (T, U)."""
    key = {"task": "register", "encoder": "raw", "architecture": name, "learning_rate": 0.1, "direction": "forward"}
    return [
        row("traces", key, step=step, signal=signal, unit=unit, value=float(value))
        for (step, unit), value in np.ndenumerate(np.array(values, dtype=float))
    ]


def make_tables(elman: str = "elman") -> Tables:
    """Return the tables of the lecture's LSTM and an Elman network with three units."""
    by_hand = {"a": ANSWERS, "c": STORED, "write": WRITE, "keep": KEEP, "read": READ}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for signal, values in by_hand.items():
        rows["traces"] += trace("lstm_by_hand", signal, [[value] for value in values])
    rows["traces"] += trace(elman, "a", ELMAN)
    key = {"task": "register", "encoder": "raw", "architecture": elman, "learning_rate": 0.1, "output": "y1"}
    for step, (read, wanted) in enumerate(zip(LECTURE, ANSWERS, strict=True)):
        told = {"position": step, "input": " ".join(f"{x:g}" for x in read), "target": str(wanted), "value": wanted / 2}
        rows["showcase"] += [row("showcase", key, **told), row("showcase", key, **(told | {"seed": 5, "value": 99.0}))]
    rows["memory_tasks"] = [row("memory_tasks", {}, task="register", kind="register", family="register")]
    rows["architectures"] = [row("architectures", {}, architecture=elman, cell="elman")]
    return {name: frame(name, values) for name, values in rows.items()}


@pytest.fixture
def found() -> Inside:
    told = seen_in(make_tables())
    assert told is not None
    return told


def by_name(found: Inside, name: str) -> Seen:
    (seen,) = [seen for seen in found.networks if seen.name == name]
    return seen


def test_the_rule_stores_what_the_lecture_stores(found: Inside) -> None:
    assert [step.stored for step in found.steps] == STORED
    assert [step.target for step in found.steps] == ANSWERS
    told = ["nothing", "store 3", "nothing", "store 4", "nothing", "answer", "empty", "store 6", "answer"]
    assert [step.told for step in found.steps] == told


def test_the_lstm_set_by_hand_comes_first_with_its_gates_in_order(found: Inside) -> None:
    assert [seen.name for seen in found.networks] == ["lstm_by_hand", "elman"]
    first = found.networks[0]
    assert list(first.gates) == ["write", "keep", "read"]
    assert first.memory.tolist() == STORED
    assert first.answers.tolist() == ANSWERS
    assert (first.correlation, first.change) == (pytest.approx(1), 0)


def test_the_unit_that_follows_the_number_best_is_shown(found: Inside) -> None:
    elman = by_name(found, "elman")
    assert (elman.unit, elman.correlation) == (2, pytest.approx(-1))
    assert elman.units[:, 0].tolist() == elman.memory.tolist()
    assert elman.units[:, -1].tolist() == [0.5] * 9  # who says nothing stands last
    assert elman.answers.tolist() == [wanted / 2 for wanted in ANSWERS]
    assert elman.gates == {}


def test_change_is_how_far_the_state_moves_where_nothing_is_stored(found: Inside) -> None:
    states = np.array(ELMAN)
    idle = [2, 4, 5, 8]
    moves = [np.linalg.norm(states[t] - states[t - 1]) / np.linalg.norm(states[t - 1]) for t in idle]
    assert by_name(found, "elman").change == pytest.approx(np.mean(moves))


def test_words_follow_from_the_numbers(found: Inside) -> None:
    hand = found.networks[0]
    assert inside.step_words(found, hand, 3) == (
        "Step 4: x = (4, 1, 0); it should do: store 4. Write gate open (1.00), keep (forget) gate open (1.00), "
        "read (output) gate shut (0.00). The memory goes from 3.00 to 7.00. The answer is 0.00, 0 is wanted."
    )
    assert "The memory stays at 7.00. The answer is 7.00, 7 is wanted." in inside.step_words(found, hand, 5)
    assert "No gate: the whole memory is written anew." in inside.step_words(found, by_name(found, "elman"), 0)
    assert "It answers 3.50 where 7 is wanted and 3.00 where 6 is wanted." in inside.evidence(found, found.networks[1])


def test_a_picture_has_a_box_for_each_gate_and_step_and_a_line_for_each_unit(found: Inside) -> None:
    for seen, gates, units in zip(found.networks, (3, 0), (0, 3), strict=True):
        drawn = ElementTree.fromstring(inside.picture(found, seen))
        boxes = [box for box in drawn.iter("rect") if box.get("stroke-opacity") == "0.4"]
        lines = [box for box in drawn.iter("rect") if box.get("height") == "5"]
        assert (len(boxes), len(lines)) == (9 * gates, 9 * units)
        assert "".join(drawn.itertext()).count("store 4") == 1


def test_the_section_is_there_only_with_something_to_show() -> None:
    assert "inside" in Page(build_report(make_tables(), {}, drawn=[])).ids
    for name in ("traces", "memory_tasks", "showcase"):
        html = build_report(make_tables() | {name: frame(name, [])}, {}, drawn=[])
        assert "inside" not in Page(html).ids


def test_hostile_names_change_nothing() -> None:
    page = Page(build_report(make_tables(elman='</svg><script>alert(1)</script>"onload="'), {}, drawn=[]))
    assert page.open == []
    assert len(page.scripts) == 1
    assert not [name for name in page.attributes if name.startswith("on")]
