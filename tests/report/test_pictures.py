"""Figures written as SVG without matplotlib: what they draw for given numbers."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from report.test_figures import make_tables, row, texts
from rnnbench.report.figures.axes import LETTER, Axis, around, mark
from rnnbench.report.figures.pareto import ASCENT, DESCENT, HEIGHT, Point, front, front_labels, pareto, points
from rnnbench.report.figures.profiles import profiles
from rnnbench.report.figures.ranks import ranks
from rnnbench.report.figures.seeds import seeds
from rnnbench.report.figures.style import MARKERS, styles
from rnnbench.report.figures.svg import drawing, label, number, path, png
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import frame

SVG = "{http://www.w3.org/2000/svg}"


def elements(svg: str, tag: str) -> list[Any]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{tag}"))


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Return tables whose lstm has ten times the parameters of its feed-forward network, and a better score."""
    result = make_tables()
    for name, column, factor in (("runs", "parameters", 10), ("scores", "value", 1.2)):
        table = result[name].copy()
        large = table["architecture"] == "lstm"
        table.loc[large, column] = (table.loc[large, column].astype(float) * factor).astype(table[column].dtype)
        result[name] = table
    behind = {"lstm": (0.0, 0.0, 0.0), "gru": (0.01, -0.01, 0.03), "elman": (0.1, 0.05, 0.15)}
    return result | {"rankings": frame("rankings", [ranked(name, *ends) for name, ends in behind.items()])}


def ranked(name: str, behind: float, low: float, high: float, encoder: str = "one_of_n") -> dict[str, Any]:
    """Return a row of the table `rankings`."""
    key = {"task": "travel", "metric": "slot_f1", "encoder": encoder, "architecture": name, "mean": 0.9 - behind}
    return row("rankings", key, blocks=4, behind=behind, behind_low=low, behind_high=high)


def test_the_front_holds_the_networks_that_no_smaller_one_equals(tables: Tables) -> None:
    combinations = points(tables, "travel")
    assert {(point.architecture, point.parameters) for point in combinations} == {
        ("feed_forward", 30.0),
        ("lstm", 300.0),
    }
    assert [(point.architecture, round(point.score, 2)) for point in front(combinations)] == [
        ("feed_forward", 0.8),
        ("lstm", 0.96),
    ]


def test_pareto_has_a_mark_for_each_combination_and_names_the_front(tables: Tables) -> None:
    figure = pareto(tables, "travel")
    assert figure is not None
    written = texts(figure.svg)
    assert written.count("lstm") == 2  # on the front, and in the legend
    assert "oracle: word" in written
    assert len([element for element in elements(figure.svg, "circle") if element.get("fill-opacity")]) == 2


def test_names_of_the_front_cover_no_mark_no_line_and_no_other_name() -> None:
    combinations = [Point("e", "x" * n, 100.0 + n, 0.99 + n / 1000) for n in (20, 5, 12)] + [
        Point("e", "far", 9000.0, 0.5)
    ]
    x, y = around([point.parameters for point in combinations], 300.0, logarithmic=True), around([0.5, 1.0], HEIGHT)
    ruled = HEIGHT - y.place(0.997)
    names = front_labels(front(combinations), x, y, ruled=[ruled])
    assert [len(name.text) for name in names] == [5, 12, 20]
    boxes = [(name.base - ASCENT, name.base + DESCENT) for name in names]
    assert all(below >= above for (below, _), (_, above) in pairwise(boxes))
    assert all(name.base + DESCENT < name.y for name in names)
    assert not any(top < ruled < bottom for top, bottom in boxes)


def test_the_longest_name_of_the_front_fits_left_of_the_smallest_network(tables: Tables) -> None:
    renamed = tables | {name: tables[name].replace("feed_forward", "y" * 10_000) for name in ("runs", "scores")}
    figure = pareto(renamed, "travel")
    assert figure is not None
    ends = [
        float(element.get("x")) for element in elements(figure.svg, "text") if (element.text or "").startswith("yyy")
    ]
    assert min(ends) >= 32 * LETTER
    assert max(map(len, texts(figure.svg))) == 32


def test_ranks_keep_the_number_beside_a_very_long_name(tables: Tables) -> None:
    renamed = tables["rankings"].replace({"architecture": {"gru": "y" * 10_000, "elman": "\u202e<b>"}})
    figure = ranks(tables | {"rankings": renamed}, "travel")
    assert figure is not None
    assert {f"{'y' * 31}…", "0.010 (-0.010 to 0.030)", "\ufffd<b>"} <= set(texts(figure.svg))


def test_ranks_have_a_point_and_an_interval_for_each_network_behind_the_encoder_of_the_best(tables: Tables) -> None:
    worse = [ranked(name, 0.5, 0.4, 0.6, "letter_trigram") for name in ("other", "worst")]
    figure = ranks(tables | {"rankings": pd.concat([tables["rankings"], frame("rankings", worse)])}, "travel")
    assert figure is not None
    points_at = [float(circle.get("cx")) for circle in elements(figure.svg, "circle")]
    assert points_at == sorted(points_at)
    assert len(points_at) == 3
    assert "slot F1: mean of lstm minus this one, reading one_of_n" in texts(figure.svg)
    colour = styles(tables)["lstm"].colour
    (line,) = [element for element in elements(figure.svg, "path") if element.get("stroke") == colour]
    left, right = (float(corner.split()[0]) for corner in line.get("d")[1:].split("L"))
    assert left == right == points_at[0]
    assert ranks(tables | {"rankings": tables["rankings"].head(1)}, "travel") is None


def test_seeds_have_a_dot_for_each_run(tables: Tables) -> None:
    figure = seeds(tables, "travel", "one_of_n")
    assert figure is not None
    assert len(elements(figure.svg, "circle")) == 4  # two seeds of two networks; the third failed
    assert seeds(tables, "travel", "no such encoder") is None


def test_the_chosen_rate_is_bold_too(tables: Tables) -> None:
    scores = tables["scores"]
    of_lstm = scores[(scores["architecture"] == "lstm") & (scores["encoder"] == "one_of_n")]
    of_two_rates = pd.concat([scores, of_lstm.assign(learning_rate=0.5, selected=False)], ignore_index=True)
    figure = seeds(tables | {"scores": of_two_rates}, "travel", "one_of_n")
    assert figure is not None
    bold = {element.text: element.get("font-weight") == "bold" for element in elements(figure.svg, "text")}
    assert (bold["0.01"], bold["0.5"]) == (True, False)
    fills = [group.get("fill") for group in elements(figure.svg, "g") if group.find(f"{SVG}circle") is not None]
    assert fills.count("none") == 1


def test_profiles_have_a_step_for_each_run(tables: Tables) -> None:
    scores = tables["scores"].copy()
    tested = (scores["architecture"] == "lstm") & (scores["split"] == "test")
    scores.loc[tested, "value"] = [0.6, 0.7, 0.8, 0.9]
    figure = profiles(tables | {"scores": scores}, "travel")
    assert figure is not None
    colour = styles(tables)["lstm"].colour
    lines = [
        element for element in elements(figure.svg, "path") if element.get("stroke") == colour and element.get("fill")
    ]
    (corners,) = [[tuple(map(float, point.split())) for point in element.get("d")[1:].split("L")] for element in lines]
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
    figure = drawing(10, 10, [label("</text><script>\u202e\x00" + "y" * 99, 0, 0)])
    (text,) = texts(figure.svg)
    assert text.startswith("</text><script>\ufffd\ufffd")
    assert len(text) == 32


def test_numbers_are_short() -> None:
    assert path([(0.123, 1 / 3)]) == '<path d="M0.1 0.3"/>'
    assert number(-0.01) == "0"


def test_png_has_its_pixels_and_the_same_bytes(tables: Tables) -> None:
    figure = drawing(72, 36, [label("a", 10, 20)])
    image = png(figure.svg)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")) == (144, 72)
    assert png(figure.svg) == image != png(drawing(72, 36, []).svg)
