"""Pictures written by hand: what is drawn, from numbers that are known."""

from typing import Any
from xml.etree import ElementTree

import pytest

from rnnbench.figures.axes import Axis, around, mark
from rnnbench.figures.drawing import drawing, number, path, png, words
from rnnbench.figures.luck import luck
from rnnbench.figures.pareto import front, pareto, points
from rnnbench.figures.profiles import profiles
from rnnbench.figures.ranks import groups, ranks
from rnnbench.figures.style import MARKERS
from rnnbench.summaries import Tables
from rnnbench.tables import frame
from test_figures import make_tables, row, texts

SVG = "{http://www.w3.org/2000/svg}"


def elements(svg: str, tag: str) -> list[Any]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{tag}"))


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Return tables whose lstm has ten times the parameters of its feed-forward network, and a better score."""
    made = make_tables()
    for name, column, factor in (("runs", "parameters", 10), ("scores", "value", 1.2)):
        table = made[name].copy()
        large = table["architecture"] == "lstm"
        table.loc[large, column] = (table.loc[large, column].astype(float) * factor).astype(table[column].dtype)
        made[name] = table
    about = {"task": "travel", "fair": "", "metric": "slot_f1", "blocks": 4, "critical_difference": 1.5}
    rows = [("lstm", 1.0, "a"), ("gru", 2.0, "ab"), ("elman", 3.0, "b"), ("feed_forward", 4.0, "")]
    ranked = [row("rankings", about, architecture=name, rank=rank, ties=ties) for name, rank, ties in rows]
    return made | {"rankings": frame("rankings", ranked)}


def test_the_front_is_who_is_not_reached_by_a_smaller_network(tables: Tables) -> None:
    known = points(tables, "travel")
    assert {(point.architecture, point.parameters) for point in known} == {("feed_forward", 30.0), ("lstm", 300.0)}
    assert [(point.architecture, round(point.score, 2)) for point in front(known)] == [
        ("feed_forward", 0.8),
        ("lstm", 0.96),
    ]


def test_pareto_has_a_mark_for_each_combination_and_names_the_front(tables: Tables) -> None:
    drawn = pareto(tables, "travel")
    assert drawn is not None
    written = texts(drawn.svg)
    assert written.count("lstm") == 2  # on the front, and in the legend
    assert "oracle: word" in written
    assert len([each for each in elements(drawn.svg, "circle") if each.get("fill-opacity")]) == 2  # of one encoder


def test_ranks_join_who_cannot_be_told_apart(tables: Tables) -> None:
    assert groups(tables["rankings"]) == [(1.0, 2.0), (2.0, 3.0)]
    drawn = ranks(tables, "travel")
    assert drawn is not None
    assert {"lstm  1.00", "gru  2.00", "3.00  elman", "4.00  feed_forward"} <= set(texts(drawn.svg))
    assert "critical difference 1.50" in texts(drawn.svg)
    assert ranks(tables | {"rankings": tables["rankings"].head(1)}, "travel") is None


def test_luck_has_a_dot_for_each_run(tables: Tables) -> None:
    drawn = luck(tables, "travel", "one_of_n")
    assert drawn is not None
    assert len(elements(drawn.svg, "circle")) == 4  # two seeds of two networks; the third failed
    assert luck(tables, "travel", "no such encoder") is None


def test_profiles_fall_from_all_runs_to_none(tables: Tables) -> None:
    drawn = profiles(tables, "travel")
    assert drawn is not None
    lines = [each for each in elements(drawn.svg, "path") if (each.get("d") or "").count("L") > 20]
    assert len(lines) == 2
    for line in lines:
        heights = [float(point.split()[1]) for point in (line.get("d") or "")[1:].split("L")]
        assert (heights[0], heights[-1]) == (0, 190)
        assert heights == sorted(heights)


def test_an_axis_places_its_ends_and_what_is_outside() -> None:
    line = Axis(1, 100, 50, logarithmic=True)
    assert [line.place(value) for value in (0.1, 1, 10, 1000)] == [0, 0, 25, 50]
    assert [text for _, text in line.ticks] == ["1", "2", "5", "10", "20", "50", "100"]
    assert around([3, 3], 10).place(3) == pytest.approx(5)
    assert all(0 <= around([1, 2], 10).place(value) <= 10 for value, _ in around([1, 2], 10).ticks)


@pytest.mark.parametrize("shape", MARKERS)
def test_every_marker_is_drawn(shape: str) -> None:
    assert mark(shape, 0, 0).startswith(("<circle", "<path"))


def test_hostile_texts_stay_texts() -> None:
    drawn = drawing(10, 10, [words("</text><script>\u202e\x00" + "y" * 99, 0, 0)])
    (text,) = texts(drawn.svg)
    assert text.startswith("</text><script>\ufffd\ufffd")
    assert len(text) == 32


def test_numbers_are_short() -> None:
    assert path([(0.123, 1 / 3)]) == '<path d="M0.1 0.3"/>'
    assert number(-0.01) == "0"


def test_png_has_its_pixels_and_the_same_bytes(tables: Tables) -> None:
    drawn = drawing(72, 36, [words("a", 10, 20)])
    image = png(drawn.svg)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")) == (144, 72)
    assert png(drawn.svg) == image != png(drawing(72, 36, []).svg)
