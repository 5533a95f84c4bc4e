"""Pictures written by hand: what is drawn, from numbers that are known."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from report.test_figures import ARCHITECTURES, make_tables, row, texts
from rnnbench.report.figures.axes import LETTER, Axis, around, mark
from rnnbench.report.figures.pareto import FALL, HEIGHT, RISE, Point, front, named, pareto, points
from rnnbench.report.figures.profiles import profiles
from rnnbench.report.figures.ranks import groups, ranks
from rnnbench.report.figures.seeds import seeds
from rnnbench.report.figures.style import MARKERS, styles
from rnnbench.report.figures.svg import drawing, number, path, png, words
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import frame

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


def test_names_of_the_front_meet_no_mark_no_line_and_no_other_name() -> None:
    known = [Point("e", "x" * n, 100.0 + n, 0.99 + n / 1000) for n in (20, 5, 12)] + [Point("e", "far", 9000.0, 0.5)]
    x, y = around([point.parameters for point in known], 300.0, logarithmic=True), around([0.5, 1.0], HEIGHT)
    ruled = HEIGHT - y.place(0.997)
    names = named(front(known), x, y, ruled=[ruled])
    assert [len(name.text) for name in names] == [5, 12, 20]
    boxes = [(name.base - RISE, name.base + FALL) for name in names]
    assert all(below >= above for (below, _), (_, above) in pairwise(boxes))
    assert all(name.base + FALL < name.y for name in names)
    assert not any(top < ruled < bottom for top, bottom in boxes)


def test_the_longest_name_of_the_front_fits_left_of_the_smallest_network(tables: Tables) -> None:
    renamed = tables | {name: tables[name].replace("feed_forward", "y" * 10_000) for name in ("runs", "scores")}
    drawn = pareto(renamed, "travel")
    assert drawn is not None
    ends = [float(each.get("x")) for each in elements(drawn.svg, "text") if (each.text or "").startswith("yyy")]
    assert min(ends) >= 32 * LETTER
    assert max(map(len, texts(drawn.svg))) == 32


def test_ranks_keep_the_number_beside_a_name_without_end(tables: Tables) -> None:
    ranked = tables["rankings"].replace({"architecture": {"lstm": "y" * 10_000, "elman": "\u202e<b>"}})
    drawn = ranks(tables | {"rankings": ranked}, "travel")
    assert drawn is not None
    assert {f"{'y' * 31}…  1.00", "3.00  \ufffd<b>"} <= set(texts(drawn.svg))


def test_many_networks_have_numbers_with_room_between_them(tables: Tables) -> None:
    about = {"task": "travel", "metric": "slot_f1", "blocks": 4, "critical_difference": 9.0}
    many = [row("rankings", about, architecture=f"net{n}", rank=float(n)) for n in range(1, 61)]
    drawn = ranks(tables | {"rankings": frame("rankings", many)}, "travel")
    assert drawn is not None
    assert [text for text in texts(drawn.svg) if text.isdigit()] == [str(n) for n in range(1, 61, 3)]


def test_ranks_join_who_cannot_be_told_apart(tables: Tables) -> None:
    assert groups(tables["rankings"]) == [(1.0, 2.0), (2.0, 3.0)]
    drawn = ranks(tables, "travel")
    assert drawn is not None
    assert {"lstm  1.00", "gru  2.00", "3.00  elman", "4.00  feed_forward"} <= set(texts(drawn.svg))
    assert "critical difference 1.50" in texts(drawn.svg)
    assert ranks(tables | {"rankings": tables["rankings"].head(1)}, "travel") is None


def test_luck_has_a_dot_for_each_run(tables: Tables) -> None:
    drawn = seeds(tables, "travel", "one_of_n")
    assert drawn is not None
    assert len(elements(drawn.svg, "circle")) == 4  # two seeds of two networks; the third failed
    assert seeds(tables, "travel", "no such encoder") is None


def test_the_chosen_rate_is_told_without_colour_too(tables: Tables) -> None:
    scores = tables["scores"]
    other = scores[(scores["architecture"] == "lstm") & (scores["encoder"] == "one_of_n")]
    tried = pd.concat([scores, other.assign(learning_rate=0.5, selected=False)], ignore_index=True)
    drawn = seeds(tables | {"scores": tried}, "travel", "one_of_n")
    assert drawn is not None
    bold = {each.text: each.get("font-weight") == "bold" for each in elements(drawn.svg, "text")}
    assert (bold["0.01"], bold["0.5"]) == (True, False)
    fills = [group.get("fill") for group in elements(drawn.svg, "g") if group.find(f"{SVG}circle") is not None]
    assert fills.count("none") == 1


def test_profiles_have_a_step_for_each_run(tables: Tables) -> None:
    scores = tables["scores"].copy()
    tested = (scores["architecture"] == "lstm") & (scores["split"] == "test")
    scores.loc[tested, "value"] = [0.6, 0.7, 0.8, 0.9]
    drawn = profiles(tables | {"scores": scores}, "travel")
    assert drawn is not None
    colour = styles(list(ARCHITECTURES))["lstm"].colour
    lines = [each for each in elements(drawn.svg, "path") if each.get("stroke") == colour and each.get("fill")]
    (corners,) = [[tuple(map(float, point.split())) for point in each.get("d")[1:].split("L")] for each in lines]
    assert [y for _, y in corners] == [0, 47.5, 47.5, 95, 95, 142.5, 142.5, 190]
    assert [x for x, _ in corners[::2]] == [x for x, _ in corners[1::2]] == sorted(x for x, _ in corners[::2])


def test_pictures_without_scores_are_not_drawn(tables: Tables) -> None:
    bare = tables | {name: tables[name].iloc[:0] for name in ("scores", "rankings")}
    assert [draw(bare, "travel") for draw in (pareto, profiles, ranks)] == [None] * 3


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
