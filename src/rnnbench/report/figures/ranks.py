"""Critical-difference diagram: mean ranks on a line, and bars that join networks that do not differ significantly."""

from rnnbench.report.figures.axes import LETTER
from rnnbench.report.figures.style import INK, printable, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, label, path
from rnnbench.report.views.queries import Frame, Tables, of_task

WIDTH, ROW, BAR = 360.0, 12.0, 6.0
"""Length of the line of ranks, distance between names, and distance between bars, in points."""
MAX_TICKS = 24
"""Largest number of ticks on the line of ranks."""


def ranks(tables: Tables, task: str) -> Drawing | None:
    """Return the critical-difference diagram of a task (Demsar 2006); None where there is no ranking."""
    rows = of_task(tables["rankings"], task)
    rows = rows[rows["fair"] == rows["fair"].iloc[0]].sort_values("rank", kind="stable") if len(rows) else rows
    if len(rows) < 2:
        return None
    count = len(rows)
    style_of = styles(tables)
    side = LETTER * max(min(len(name), 32) for name in rows["architecture"]) + 40
    bars = groups(rows)
    first = 14 + BAR * (len(bars) + 1)
    parts = [*_line(count), *_scale(float(rows["critical_difference"].iloc[0]), count), *_bars(bars, count)]
    half = -(-count // 2)
    for place, row in enumerate(rows.to_dict("records")):
        left = place < half
        y = first + ROW * (place if left else count - 1 - place)
        style = style_of.get(row["architecture"])
        parts += _name(row, left=left, y=y, at=_place(row["rank"], count), colour=style.colour if style else INK)
    body = group(parts, transform=f"translate({side:g} 44)")
    return drawing(WIDTH + 2 * side, 44 + first + ROW * half, [body])


def groups(rows: Frame) -> list[tuple[float, float]]:
    """Return the lowest and highest rank of each group of two or more networks that do not differ significantly."""
    letters = sorted({letter for ties in rows["ties"] for letter in ties})
    members = [rows.loc[rows["ties"].str.contains(letter, regex=False), "rank"] for letter in letters]
    return [(float(ranks.min()), float(ranks.max())) for ranks in members if len(ranks) > 1]


def _place(rank: float, count: int) -> float:
    """Return where a rank lies on the line, in points."""
    return WIDTH * (rank - 1) / (count - 1)


def _line(count: int) -> list[str]:
    """Return the line of ranks with its ticks."""
    step = -(-count // MAX_TICKS)
    ticks = [(_place(rank, count), rank) for rank in range(1, count + 1, step)]
    lines = [path([(0, 0), (WIDTH, 0)]), *(path([(x, 0), (x, -4)]) for x, _ in ticks)]
    return [
        group(lines, stroke=INK, stroke_width=0.8),
        group((label(str(rank), x, -7) for x, rank in ticks), text_anchor="middle", font_size=7),
    ]


def _scale(difference: float, count: int) -> list[str]:
    """Return the critical difference as a bar above the line, at most as long as the line."""
    end = min(WIDTH, WIDTH * difference / (count - 1))
    line = path([(0, -29), (0, -23), (0, -26), (end, -26), (end, -29), (end, -23)], fill="none", stroke=INK)
    return [line, label(f"critical difference {difference:.2f}", end + 6, -23.5, limit=60, font_size=7)]


def _bars(bars: list[tuple[float, float]], count: int) -> list[str]:
    lines = (
        path([(_place(low, count) - 2, 8 + BAR * row), (_place(high, count) + 2, 8 + BAR * row)])
        for row, (low, high) in enumerate(bars)
    )
    return [group(lines, stroke=INK, stroke_width=3, stroke_opacity=0.55)]


def _name(row: dict, *, left: bool, y: float, at: float, colour: str) -> list[str]:
    """Return a name and its rank at one side of the diagram, with a line to the rank's place."""
    edge, sign = (-6.0, -1) if left else (WIDTH + 6.0, 1)
    name, rank = printable(row["architecture"]), f"{row['rank']:.2f}"
    text = f"{name}  {rank}" if left else f"{rank}  {name}"
    return [
        path([(edge, y), (at, y), (at, 0)], fill="none", stroke=colour, stroke_width=1.1),
        label(text, edge + 3 * sign, y + 2.5, limit=42, font_size=7, text_anchor="end" if left else None),
    ]
