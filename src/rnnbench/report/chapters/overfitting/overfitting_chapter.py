"""The gap against the number of training sentences: who overfits most, and how many sentences end it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.report.chapters.small_multiples import (
    ShownPanel,
    enumerated,
    legend_piece,
    metric_name,
    network,
    shown_panel,
)
from rnnbench.report.figures.axes import Axis, around
from rnnbench.report.figures.panels import PANEL_HEIGHT, PANEL_WIDTH, Point, band, marks, panel
from rnnbench.report.figures.style import Style, printable, styles
from rnnbench.report.page.table import score, whole
from rnnbench.report.views import training_size
from rnnbench.report.views.queries import Frame, Tables, at
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named

SMALL_GAP = 0.01
"""A gap below this is called small."""
MAX_ENCODERS, MAX_ROWS = 2, 12
"""Largest numbers of encoders with panels and of rows of the table."""


@dataclass(frozen=True)
class SizeRow:
    """The gap of one network over the numbers of training sentences."""

    name: str
    reads: str
    piece: Markup
    points: list[Point]
    converged: bool

    @property
    def first(self) -> Point:
        """Return the gap with the fewest sentences."""
        return self.points[0]

    def at(self, size: int) -> str:
        """Return the gap with so many sentences and its interval as text; a dash where there is none."""
        return next((gap_text(point) for point in self.points if point[0] == size), "\N{EN DASH}")

    @property
    def small_from(self) -> Point | None:
        """Return the smallest size from which on every mean gap is below SMALL_GAP; None where there is none."""
        found = None
        for point in reversed(self.points):
            if point[1] >= SMALL_GAP:
                break
            found = point
        return found


@dataclass(frozen=True)
class SizesPart:
    """All that the chapter shows of a family of sizes."""

    family: str
    metric: Markup
    fewest: int
    most: int
    panels: list[ShownPanel]
    rows: list[SizeRow]
    left_out: bool
    """Whether there are more networks or encoders."""
    sentences: list[Markup]


def sizes_part(tables: Tables) -> SizesPart | None:
    """Return what is shown of the first family of numbers of training sentences with gaps; None without any."""
    for family in training_size.families(tables):
        metric, means = training_size.over_sizes(tables, family)
        rows = _size_rows(tables, family, at(means, split="gap"))
        if rows:
            sizes = [point[0] for row in rows for point in row.points]
            fewest, most = int(min(sizes)), int(max(sizes))
            panels = list(_size_panels(tables, means, sorted(set(sizes))))
            sentences = [*_largest(rows, fewest), *_small(rows, most)]
            encoders = {row.reads for row in rows}
            left_out = len(rows) > MAX_ROWS or len(encoders) > MAX_ENCODERS
            return SizesPart(family, metric_name(metric), fewest, most, panels, rows[:MAX_ROWS], left_out, sentences)
    return None


def _size_rows(tables: Tables, family: str, gaps: Frame) -> list[SizeRow]:
    """Return the networks, those with the largest gap with the fewest sentences first."""
    style_of, unfinal = styles(tables), training_size.not_converged(tables, family)
    pairs = dict.fromkeys((encoder, name) for encoder, name, _ in gaps.index)
    rows = [
        SizeRow(name, encoder, legend_piece(style_of[name]), _points(gaps, encoder, name), name not in unfinal)
        for encoder, name in pairs
    ]
    return sorted(rows, key=lambda row: (row.first[0], -row.first[1]))


def _points(means: Frame, encoder: str, name: str) -> list[Point]:
    """Return a network's means over the number of training sentences; without an interval it is the mean alone."""
    line = at(means, encoder=encoder, architecture=name).sort_index()
    points = ((float(row.Index), float(row.mean), float(row.low), float(row.high)) for row in line.itertuples())
    return [
        (size, mean, mean, mean) if math.isnan(low) else (size, mean, low, high) for size, mean, low, high in points
    ]


def has_interval(point: Point) -> bool:
    """Return whether a mean has an interval that is wider than itself."""
    return point[3] > point[2]


def gap_text(point: Point) -> str:
    """Return a gap with its 95 % interval in brackets."""
    _, mean, low, high = point
    return f"{score(mean)} [{score(low)}, {score(high)}]" if has_interval(point) else score(mean)


def _size_panels(tables: Tables, means: Frame, sizes: Sequence[float]) -> Iterator[ShownPanel]:
    """Yield, for the first encoders, a panel of the gap and one of the test score."""
    x = around(sizes, PANEL_WIDTH, logarithmic=True)
    ticks = [(size, f"{size:,.0f}") for size in sizes]
    titles = {"gap": ("Gap", "差距"), "test": ("Test score", "测试得分")}
    encoders = list(dict.fromkeys(means.index.get_level_values("encoder")))[:MAX_ENCODERS]
    for split, texts in titles.items():
        rows = at(means, split=split)
        y = around([0.0, *rows[["mean", "low", "high"]].stack()], PANEL_HEIGHT)
        for encoder in encoders:
            lines = _size_lines(rows, encoder, styles(tables), x, y)
            title = bilingual(f"{texts[0]}, {{encoder}}", f"{texts[1]}，{{encoder}}", encoder=named(encoder))
            label = f"{texts[0]} against the number of training sentences, {printable(encoder)}"
            drawn = panel(x, y, lines, along="training sentences", ticks=ticks)
            yield shown_panel(title, drawn, prefix=f"size-{split}-{encoders.index(encoder)}-", label=label)


def _size_lines(rows: Frame, encoder: str, style_of: dict[str, Style], x: Axis, y: Axis) -> Iterator[str]:
    trained = set(at(rows, encoder=encoder).index.get_level_values("architecture"))
    for name, style in style_of.items():
        if name in trained:
            line = _points(rows, encoder, name)
            yield from band(x, y, line, style)
            yield from marks(x, y, line, style)


def _largest(rows: list[SizeRow], fewest: int) -> Iterator[Markup]:
    """Yield which network has the largest gap with the fewest sentences, and whose interval overlaps with its own."""
    compared = [row for row in rows if row.first[0] == fewest]
    top, others = compared[0], compared[1:]
    values = {"network": _row_name(top), "gap": gap_text(top.first), "fewest": whole(fewest)}
    if not others:
        yield bilingual(
            "With {fewest} training sentences the gap of {network} is {gap}.",
            "训练句只有{fewest}个时，{network}的差距是{gap}。",
            **values,
        )
        return
    yield bilingual(
        "With the fewest training sentences, {fewest}, {network} has the largest gap: {gap}.",
        "训练句最少（{fewest}个）时，{network}的差距最大：{gap}。",
        **values,
    )
    near = [
        row for row in others if has_interval(top.first) and has_interval(row.first) and row.first[3] >= top.first[2]
    ]
    if near:
        names = enumerated([_with_gap(row, row.first) for row in near])
        yield bilingual("The intervals overlap with {en}.", "区间与{zh}重叠。", en=names.en, zh=names.zh)


def _row_name(row: SizeRow) -> Markup:
    return network(row.name, converged=row.converged, reads=row.reads)


def _with_gap(row: SizeRow, point: Point) -> Markup:
    return Markup("{}, {}").format(_row_name(row), gap_text(point))


def _small(rows: list[SizeRow], most: int) -> Iterator[Markup]:
    """Yield from how many sentences on the gaps are small, and the smallest of those that never are."""
    values = {"limit": f"{SMALL_GAP:g}", "most": whole(most)}
    falling = enumerated([_falling(row, row.small_from) for row in rows if row.small_from])
    if falling.count:
        english, chinese = "The gap is below {limit} for {en}.", "差距在{limit}以下的有：{zh}。"
        yield bilingual(english, chinese, en=falling.en, zh=falling.zh, **values)
    never = [row for row in rows if not row.small_from and row.points[-1][0] == most]
    if never:
        least = min(never, key=lambda row: row.points[-1][1])
        values |= {"least": _with_gap(least, least.points[-1])}
        english = "With {most} sentences no gap is below {limit}: the smallest is that of {least}."
        chinese = "到{most}句，没有一个差距在{limit}以下：最小的是{least}。"
        if falling.count:
            english = "With {most} sentences the smallest of the others is that of {least}."
            chinese = "到{most}句，其余当中最小的是{least}。"
        yield bilingual(english, chinese, **values)


def _falling(row: SizeRow, point: Point) -> Markup:
    """Return a network, and the number of sentences from which on its gap is small."""
    size, gap = whole(point[0]), gap_text(point)
    english, chinese = "{network} from {size} sentences on ({gap})", "{network}从{size}句起（{gap}）"
    return bilingual(english, chinese, network=_row_name(row), size=size, gap=gap)
