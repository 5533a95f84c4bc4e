"""Learning curves of train and validation, and the step at which the validation loss turns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from scipy.special import stdtrit

from rnnbench.report.chapters.small_multiples import ShownPanel, metric_name, network, shown_panel
from rnnbench.report.figures.axes import Axis, around
from rnnbench.report.figures.heatmap import count
from rnnbench.report.figures.panels import PANEL_HEIGHT, PANEL_WIDTH, Point, Ticks, band, panel
from rnnbench.report.figures.style import INK, Style, printable, styles
from rnnbench.report.figures.svg import element, path
from rnnbench.report.page.table import score, whole
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables, at, of_task
from rnnbench.report.wording.languages import bilingual

MAX_CURVES = 8
"""Largest number of networks with curves."""
MOSTLY = 0.5
"""The validation loss of a network turns when it does so in more than this share of its runs."""
Lines = dict[str, dict[str, list[Point]]]
"""Architecture -> split -> means over seeds with their intervals."""
Turn = Mapping[str, float]
"""A row of the table `turning`."""


@dataclass(frozen=True)
class CurvesPart:
    """The learning curves of one task with one encoder, those first of which the ends are furthest apart."""

    task: str
    reads: str
    metric: Markup
    panels: list[ShownPanel]
    left_out: int
    sentences: list[Markup]


def curves_part(tables: Tables, tasks: Sequence[str]) -> CurvesPart | None:
    """Return the learning curves of the first of the tasks that has any; None without any."""
    for task in tasks:
        metric = _curve_metric(tables, task)
        encoder = _main_encoder(tables, task)
        lines = _curves(tables, task, encoder, metric) if metric else {}
        if metric and lines:
            turns = {name: turn for name, turn in _turns(tables, task, encoder).items() if name in lines}
            names = sorted(lines, key=lambda name: -distance(lines[name]))
            panels = list(
                _curve_panels(tables, task, encoder, {name: lines[name] for name in names[:MAX_CURVES]}, turns)
            )
            sentences = [*_turning(turns), *_furthest_apart(names[0], lines[names[0]], turns, metric)]
            return CurvesPart(task, encoder, metric_name(metric), panels, max(len(names) - MAX_CURVES, 0), sentences)
    return None


def _curve_metric(tables: Tables, task: str) -> str | None:
    """Return the metric of the curves: the loss, which shows best where overfitting begins, or else a score."""
    metrics = set(of_task(tables["history"], task)["metric"])
    return next((metric for metric in ("loss", *queries.HEADLINES) if metric in metrics), None)


def _main_encoder(tables: Tables, task: str) -> str:
    """Return the encoder that most architectures read; the first of those that are equal."""
    pairs = of_task(tables["runs"], task)[["encoder", "architecture"]].drop_duplicates()
    counts = pairs["encoder"].value_counts()
    return max(queries.encoders(tables, task), key=lambda name: counts.get(name, 0), default="")


def _curves(tables: Tables, task: str, encoder: str, metric: str) -> Lines:
    """Return architecture -> split -> means over seeds with their intervals, after the start of training."""
    runs, history = (table[table["encoder"] == encoder] for table in (tables["runs"], tables["history"]))
    values = queries.curves({"runs": runs, "history": history}, task, metric)
    values = values[values.index.get_level_values("step") > 0]
    lines: Lines = {}
    for split in ("train", "validation"):
        seeds = values[split].dropna().groupby("architecture").apply(_count_seeds)
        table = queries.over_seeds(values[split]) if len(seeds) else values[split].iloc[:0]
        for name in seeds.index:
            line = at(table, encoder=encoder, architecture=name)
            lines.setdefault(str(name), {})[split] = list(_with_interval(line, int(seeds[name])))
    return lines


def _count_seeds(values: Frame) -> int:
    return values.index.get_level_values("seed").nunique()


def _with_interval(line: Frame, seeds: int) -> Iterator[Point]:
    """Yield means with Student's 95 % interval over seeds; of one seed the mean alone."""
    factor = float(stdtrit(seeds - 1, 0.975)) / seeds**0.5 if seeds > 1 else 0.0
    for row in line.itertuples():
        yield float(row.Index), row.mean, row.mean - factor * row.std, row.mean + factor * row.std


def distance(splits: dict[str, list[Point]]) -> float:
    """Return how far apart train and validation are after the last step; 0 where one of them is missing."""
    train, validation = (splits.get(split) for split in ("train", "validation"))
    return abs(train[-1][1] - validation[-1][1]) if train and validation else 0.0


def _curve_panels(
    tables: Tables, task: str, encoder: str, lines: Lines, turns: Mapping[str, Turn]
) -> Iterator[ShownPanel]:
    """Yield a panel for each network: train and validation, and where the validation loss turns."""
    last = max(point[0] for splits in lines.values() for line in splits.values() for point in line)
    x = Axis(0.0, 1.03 * last, PANEL_WIDTH)
    ticks = [(value, count(value)) for value, _ in x.ticks]
    style_of = styles(tables)
    unfinal = convergence.architectures(tables, task, encoder)
    for number, (name, splits) in enumerate(lines.items()):
        y = _heights(splits)
        drawn = panel(
            x,
            y,
            _curve_lines(splits, style_of[name], x, y, turns.get(name)),
            along="training steps",
            ticks=ticks,
            levels=_levels(y) if y.logarithmic else None,
        )
        title = Markup("{}{}").format(network(name, converged=name not in unfinal), _turn_text(turns.get(name)))
        label = f"Learning curves of {printable(name)} on {printable(task)}"
        yield shown_panel(title, drawn, prefix=f"curve-{number}-", label=label)


def _heights(splits: dict[str, list[Point]]) -> Axis:
    """Return the vertical axis of one panel: logarithmic where all values are above 0 and far apart."""
    values = [point[1] for line in splits.values() for point in line]
    logarithmic = min(values) > 0 and max(values) > 3 * min(values)
    return around(values, PANEL_HEIGHT, logarithmic=logarithmic)


def _levels(y: Axis) -> Ticks:
    """Return the ticks of a logarithmic axis of losses: 1, 2 and 5 times powers of ten."""
    decades = range(int(np.floor(np.log10(y.low))), int(np.ceil(np.log10(y.high))) + 1)
    several = y.high / y.low > 200
    values = [step * 10.0**decade for decade in decades for step in ((1,) if several else (1, 2, 5))]
    return [(value, f"{value:g}") for value in values if y.low <= value <= y.high]


def _curve_lines(splits: dict[str, list[Point]], style: Style, x: Axis, y: Axis, turn: Turn | None) -> Iterator[str]:
    """Yield the mark of the turn and its interval, train as a dashed line, validation as a solid one."""
    if turn is not None:
        left, right = (x.place(turn["step"] if np.isnan(turn[end]) else turn[end]) for end in ("low", "high"))
        yield element("rect", x=left, y=0.0, width=right - left, height=y.length, fill=INK, fill_opacity=0.12)
        middle = x.place(turn["step"])
        yield path([(middle, 0), (middle, y.length)], stroke=INK, stroke_width=0.8, stroke_dasharray="1.5 1.5")
    for split, line in (("train", "--"), ("validation", "-")):
        yield from band(x, y, splits.get(split, []), Style(style.colour, line, style.marker))


def _turn_text(turn: Turn | None) -> Markup:
    """Return the second line of a panel's title: at which step the validation loss is lowest."""
    if turn is None:
        return Markup("")
    text = bilingual("turns at step {step}", "在第{step}步转折", step=_step(turn))
    return Markup("<small>{}</small>").format(text)


def _step(turn: Turn) -> str:
    """Return the mean step of the lowest validation loss, with its 95 % interval in brackets."""
    mean, low, high = (whole(turn[name]) if not np.isnan(turn[name]) else "" for name in ("step", "low", "high"))
    return f"{mean} [{low}, {high}]" if turn["high"] > turn["low"] else mean


def _turns(tables: Tables, task: str, encoder: str) -> dict[str, Turn]:
    """Return the rows of `turning` of a task's networks with one encoder, by architecture."""
    rows = of_task(tables["turning"], task)
    return {str(row["architecture"]): row for row in rows[rows["encoder"] == encoder].to_dict("records")}


def _turning(turns: Mapping[str, Turn]) -> Iterator[Markup]:
    """Yield in how many networks the validation loss mostly turns."""
    if turns:
        yield bilingual(
            "In {count} of {all} networks the validation loss is lowest before the last step, and rises, in more than "
            "half of the runs.",
            "{all}个网络中有{count}个，一半以上的运行里验证损失在最后一步之前就到了最低点，然后回升。",
            count=sum(turn["turned"] > MOSTLY for turn in turns.values()),
            all=len(turns),
        )


def _furthest_apart(
    name: str, splits: dict[str, list[Point]], turns: Mapping[str, Turn], metric: str
) -> Iterator[Markup]:
    """Yield the network of which train and validation are furthest apart after the last step."""
    if distance(splits) == 0:
        return
    values = {
        "name": network(name),
        "metric": metric_name(metric),
        "train": score(splits["train"][-1][1]),
        "validation": score(splits["validation"][-1][1]),
    }
    yield bilingual(
        "Train and validation end furthest apart in {name}: {metric} {train} and {validation}.",
        "训练集和验证集最后相差最远的是{name}：{metric}分别是{train}和{validation}。",
        **values,
    )
    if name in turns:
        yield bilingual(
            "Its validation loss is lowest at step {step}.", "它的验证损失在第{step}步最低。", step=_step(turns[name])
        )
