"""Which words? Encoders over words seen, cities never seen, typos and few sentences; and how each reads a word."""

from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.chapters.words import readings
from rnnbench.report.figures.svg import element
from rnnbench.report.page.table import percent, score, signed_score
from rnnbench.report.views import encoder_comparison
from rnnbench.report.views.encoder_comparison import Column
from rnnbench.report.views.queries import Tables, of_task
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named

LEAST_SCALE = 0.01
"""The scale of differences reaches at least this far, so that differences that are all small look small."""
DASH = "\N{EN DASH}"
MAX_NAMES = 4
"""Largest number of networks that are named above a column."""
LEFT, RIGHT, MIDDLE = 3.0, 97.0, 6.0
"""Where the line of a cell begins and ends, and its height, in units of 100 x 12."""


@dataclass(frozen=True)
class Cell:
    """An encoder in a column: its score with the interval, how far it is behind the best, its shade and its line."""

    score: str
    ends: str
    behind: Markup
    shade: int
    is_best: bool
    line: Markup


@dataclass(frozen=True)
class Group:
    """Columns side by side that are means over the same networks."""

    networks: Markup
    width: int


@dataclass(frozen=True)
class Shown:
    """What the chapter shows of a task."""

    task: str
    metric: str
    seeds: str
    columns: list[Markup]
    groups: list[Group]
    rows: dict[str, list[Cell | None]]
    """Encoder -> its cell in each column, None where it was not tried."""
    verdicts: list[Markup]
    reads: list[readings.Reading]


def shown(tables: Tables) -> Shown | None:
    """Return what the chapter shows; None where no task has words."""
    task = encoder_comparison.subject(tables)
    if task is None:
        return None
    columns = encoder_comparison.columns(tables, task)
    domain = scale_of(columns)
    encoders = list(encoder_comparison.word_encoders(tables, task))
    return Shown(
        task=task,
        metric=" / ".join(dict.fromkeys(METRICS[column.metric] for column in columns)),
        seeds=_range([column.seeds for column in columns]),
        columns=[title(tables, column) for column in columns],
        groups=_groups(columns),
        rows={
            name: [_cell(column, name, domain) if name in column.scores else None for column in columns]
            for name in encoders
            if any(name in column.scores for column in columns)
        },
        verdicts=[verdict(column, title(tables, column)) for column in columns],
        reads=readings.readings(tables, task),
    )


def _range(numbers: list[int]) -> str:
    """Return numbers as text, the least and the most where they differ."""
    ends = sorted({min(numbers), max(numbers)}) if numbers else []
    return DASH.join(map(str, ends))


def scale_of(columns: list[Column]) -> tuple[float, float]:
    """Return the ends of the scale of differences from the best: what is above the best (negative), and behind it."""
    ends = [end for column in columns for other in column.others.values() for end in other.behind if end == end]
    return min(0.0, *ends, 0.0), max(LEAST_SCALE, *ends, LEAST_SCALE)


def title(tables: Tables, column: Column) -> Markup:
    """Return the name of a column, in words."""
    if column.sentences is not None:
        return bilingual("{n} training sentences", "只用{n}句训练", n=f"{column.sentences:,}")
    if column.split == "test_unseen":
        return bilingual("cities never seen", "没见过的城市")
    if column.split == "test_typos":
        return bilingual("typos in the cities", "城市名有错字")
    rows = of_task(tables["encoders"], column.task)
    share = float(rows["unseen_share"].max())
    if share > 0:
        return bilingual("test, {share} of the words never seen", "测试句，{share}的词没见过", share=percent(share))
    return bilingual("words seen", "见过的词")


def _groups(columns: list[Column]) -> list[Group]:
    groups: list[tuple[list[str], int]] = []
    for column in columns:
        if groups and groups[-1][0] == column.networks:
            groups[-1] = (column.networks, groups[-1][1] + 1)
        else:
            groups.append((column.networks, 1))
    return [Group(_networks(names), width) for names, width in groups]


def _networks(names: list[str]) -> Markup:
    """Return over which networks a column is a mean, in words."""
    if len(names) > MAX_NAMES:
        return bilingual("mean over {n} networks", "{n}种网络的平均", n=len(names))
    if len(names) == 1:
        return bilingual("{name} alone", "只有{name}", name=named(names[0]))
    return bilingual("mean over {names}", "{names}的平均", names=listed(list(map(named, names))))


def _cell(column: Column, encoder: str, domain: tuple[float, float]) -> Cell:
    value, low, high = column.scores[encoder]
    behind = column.others[encoder].behind if encoder in column.others else None
    distance = behind.value if behind else 0.0
    if behind is None:
        text = bilingual("the best mean of its column", "这一列平均最高")
    else:
        text = bilingual(
            "behind the best by {value}, {low} to {high}", "比最高的低{value}，{low}至{high}", **_numbers(behind)
        )
    return Cell(
        score=score(value),
        ends="" if low != low else f"{score(low)}{DASH}{score(high)}",
        behind=text,
        shade=9 - round(9 * min(1.0, distance / domain[1])),
        is_best=column.best == encoder and len(column.level) == 1,
        line=line(distance, (behind.low, behind.high) if behind else (0.0, 0.0), domain),
    )


def _numbers(interval: tuple[float, float, float]) -> dict[str, str]:
    return dict(zip(("value", "low", "high"), map(score, interval), strict=True))


def line(distance: float, ends: tuple[float, float], domain: tuple[float, float]) -> Markup:
    """Return a picture of a distance from the best: a mark for the best, a dot for the mean, a line for its interval.

    Farther left is farther behind. `ends` of NaN have no line.
    """
    above, behind = domain

    def place(value: float) -> float:
        return RIGHT - (RIGHT - LEFT) * (value - above) / (behind - above)

    parts = [element("path", d=f"M{place(0):.1f} 0V12", stroke="currentColor", stroke_opacity=0.5)]
    if ends[0] == ends[0]:
        whisker = f"M{place(ends[1]):.1f} {MIDDLE}H{place(ends[0]):.1f}"
        parts.append(element("path", d=whisker, stroke="currentColor", stroke_width=2))
    parts.append(element("circle", cx=place(distance), cy=MIDDLE, r=3, fill="currentColor"))
    return Markup(element("svg", "".join(parts), viewBox="0 0 100 12", aria_hidden="true"))


def verdict(column: Column, heading: Markup) -> Markup:
    """Return in a sentence which encoder is best in a column, or that no difference is shown."""
    level, lower = column.level, column.lower
    names = {"heading": heading, "best": named(column.best)}
    if len(level) == 1:
        second = min(column.others, key=lambda name: column.others[name].behind.value)
        behind = column.others[second].behind
        return bilingual(
            "<b>{heading}:</b> {best} is best, {value} ({low} to {high}) above the next, {second}.",
            "<b>{heading}：</b>{best}最好，比第二名{second}高{value}（{low}至{high}）。",
            **names,
            second=named(second),
            **_numbers(behind),
        )
    if lower:
        return bilingual(
            "<b>{heading}:</b> no difference shown between {level}; lower: {lower}.",
            "<b>{heading}：</b>{level}之间没有显示出差别；{lower}。",
            **names,
            level=listed(list(map(named, level))),
            lower=listed([_lower(column, name) for name in lower]),
        )
    value, low, high = map(signed_score, column.others[level[1]].behind)
    if len(level) == 2 and DASH not in (low, high):
        return bilingual(
            "<b>{heading}:</b> no difference shown: {best} minus {second} is {value} ({low} to {high}).",
            "<b>{heading}：</b>没有显示出差别：{best}减{second}是{value}（{low}至{high}）。",
            **names,
            second=named(level[1]),
            value=value,
            low=low,
            high=high,
        )
    return bilingual("<b>{heading}:</b> no difference shown.", "<b>{heading}：</b>没有显示出差别。", **names)


def _lower(column: Column, encoder: str) -> Markup:
    value = score(column.others[encoder].behind.value)
    return bilingual("{name} (by {value})", "{name}低{value}", name=named(encoder), value=value)


def listed(items: list[Markup]) -> Markup:
    """Return items side by side, the last of several behind "and"."""
    *first, last = items
    if not first:
        return last
    commas, marks = Markup(", ").join(first), Markup("、").join(first)
    return bilingual("{commas} and {last}", "{marks}和{last}", commas=commas, marks=marks, last=last)
