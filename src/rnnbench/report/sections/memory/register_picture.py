"""The picture of a memory over all steps of the example, as SVG: inputs, gates as doors, memory, answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rnnbench.common.typing import Array
from rnnbench.report.sections.memory.register_text import near, number, title
from rnnbench.report.views.register_memory import Example, TracedNetwork

LEFT, COLUMN, RIGHT = 92, 50, 4
"""Widths of the column of names, of a step, and of the margin on the right."""
GATE_COLOURS = {"input": "#0072b2", "forget": "#d55e00", "output": "#009e73", "reset": "#c0609a"}
HELD = "#8a5fc4"
POSITIVE, NEGATIVE = "#0072b2", "#d55e00"
SHADES = 12
"""Number of shades of each colour."""
CHART, DOOR, UNIT = 104, 24, 3.5
"""Heights of the chart of the memory, of a door, and of a unit in the strip of all units."""


def mark(tag: str, *children: str, **attributes: object) -> Markup:
    """Return an SVG element; text and attributes are escaped.

    >>> mark("text", "<", x=1.50001, text_anchor="end")
    Markup('<text x="1.5" text-anchor="end">&lt;</text>')
    """
    values = ((name.rstrip("_").replace("_", "-"), _short(value)) for name, value in attributes.items())
    pairs = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values)
    inner = Markup("").join(children)
    return Markup("<{}{}>{}</{}>").format(Markup(tag), pairs, inner, Markup(tag))


def _short(value: object) -> str:
    return f"{round(value, 2) + 0.0:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Rows:
    """Rows of a picture, and their total height."""

    marks: list[Markup]
    height: float


def picture(network: TracedNetwork, example: Example) -> Markup:
    """Return the picture of a network's memory on the example."""
    parts = [_inputs(example), _doors(network), _memory(network, example), _answers(network, example), _units(network)]
    height, placed = 0.0, []
    for part in parts:
        placed.append(mark("g", *part.marks, transform=f"translate(0 {height:g})"))
        height += part.height
    width = LEFT + COLUMN * len(example.stored) + RIGHT
    now = mark(
        "rect", class_="now", x=LEFT, y=0, width=COLUMN, height=height, rx=4, fill="currentColor", fill_opacity=0
    )
    size = {"viewBox": f"0 0 {width} {height:g}", "width": width, "height": height, "data_left": LEFT}
    style = {"fill": "currentColor", "font_size": 12, "text_anchor": "middle", "data_column": COLUMN}
    return mark("svg", now, *placed, role="img", aria_label=_description(network, example), **size, **style)


def _description(network: TracedNetwork, example: Example) -> str:
    """Return the description of the picture for screen readers."""
    gates = "".join(f" {gate} gate: {_numbers(values)}." for gate, values in network.gates.items())
    stored, held, answers = (_numbers(values) for values in (example.stored, network.as_number, network.answers))
    return f"{title(network)}, step by step.{gates} Stored: {stored}. Held: {held}. Answers: {answers}."


def _numbers(values: Array) -> str:
    return ", ".join(number(value, 1) for value in values)


def _middle(step: int) -> float:
    return LEFT + COLUMN * (step + 0.5)


def _name(text: str, y: float, note: str = "") -> list[Markup]:
    """Return the name of a row at its left end, and a note below it."""
    marks = [mark("text", text, x=0, y=y, text_anchor="start", font_weight=600)]
    return [*marks, mark("text", note, x=0, y=y + 14, **_faint(11), text_anchor="start")] if note else marks


def _faint(size: int = 12) -> dict[str, object]:
    return {"fill_opacity": 0.72, "font_size": size}


def _line(y: float, width: int) -> Markup:
    end = LEFT + COLUMN * width
    return mark("line", x1=0, x2=end, y1=y, y2=y, stroke="currentColor", stroke_opacity=0.18)


def _inputs(example: Example) -> Rows:
    """Return the numbers of the steps, and the inputs as numbers or commands."""
    marks = [mark("text", "step", x=0, y=14, **_faint(11), text_anchor="start")]
    marks += [mark("text", str(step + 1), x=_middle(step), y=14, **_faint(11)) for step in range(len(example.stored))]
    commands = (example.storing, example.storing | example.emptying, example.reading)
    for place, has_command in enumerate(commands):
        y = 36 + 18 * place
        marks += _name(f"x{place + 1}", y)
        for step, value in enumerate(example.inputs[:, place]):
            weight: dict[str, object] = {"font_weight": 700} if has_command[step] else _faint()
            marks.append(mark("text", _input(example, place, step, value), x=_middle(step), y=y, **weight))
    return Rows([*marks, _line(84, len(example.stored))], 92)


def _input(example: Example, place: int, step: int, value: float) -> str:
    """Return an input as its command, or as a number where it has none."""
    if place == 1 and example.storing[step]:
        return "store"
    if place == 1 and example.emptying[step]:
        return "reset"
    return "output" if place == 2 and example.reading[step] else number(value)


def _doors(network: TracedNetwork) -> Rows:
    """Return a row of doors for each gate, each filled as far as the gate is open."""
    if not network.gates:
        note = "no gates: every step replaces all units"
        line = mark("text", note, x=LEFT + 2, y=18, **_faint(), text_anchor="start", font_style="italic")
        return Rows([*_name("gates", 18), line, _line(30, len(network.states))], 36)
    marks = []
    for row, (gate, values) in enumerate(network.gates.items()):
        top = 4 + (DOOR + 8) * row
        marks += _name(f"{gate} gate", top + 16)
        marks += [_door(step, top, value, GATE_COLOURS[gate]) for step, value in enumerate(values)]
    height = 4 + (DOOR + 8) * len(network.gates)
    return Rows([*marks, _line(height + 2, len(network.states))], height + 8)


def _door(step: int, top: float, value: float, colour: str) -> Markup:
    left = LEFT + COLUMN * step + 4
    open_ = DOOR * min(max(value, 0.0), 1.0)
    frame = {"x": left, "y": top, "width": 15, "height": DOOR, "fill": "none", "stroke": colour, "stroke_width": 1.2}
    filled = mark("rect", x=left, y=top + DOOR - open_, width=15, height=open_, fill=colour)
    return mark("g", filled, mark("rect", **frame), _beside(f"{value:.2f}", left + 18, top + 16))


def _beside(text: str, x: float, y: float) -> Markup:
    return mark("text", text, x=x, y=y, font_size=11, text_anchor="start")


def _memory(network: TracedNetwork, example: Example) -> Rows:
    """Return the stored number as a broad line, the state of the unit as a narrow one, and both as numbers."""
    low = min(0.0, float(network.as_number.min()))
    high = max(1.0, float(example.stored.max()), float(network.as_number.max()))

    def height(value: float) -> float:
        return 10 + CHART * (high - value) / (high - low)

    broad = mark("path", d=_stairs(example.stored, height), stroke="currentColor", stroke_opacity=0.2, stroke_width=9)
    narrow = mark("path", d=_stairs(network.as_number, height), stroke=HELD, stroke_width=2.5, stroke_linejoin="round")
    lines = mark("g", broad, narrow, fill="none")
    steps = [mark("circle", cx=_middle(t), cy=height(v), r=3.5, fill=HELD) for t, v in enumerate(network.as_number)]
    zero = mark("line", x1=LEFT, x2=LEFT + COLUMN * len(steps), y1=height(0), y2=height(0), **_dashed())
    ticks = [
        mark("text", text, x=LEFT - 6, y=height(value) + 4, **_faint(11), text_anchor="end")
        for text, value in (("0", 0.0), (number(high, 0), high))
    ]
    bottom = CHART + 34
    rows = [*_name("stored", bottom), *_texts(example.stored, bottom)]
    rows += [*_swatched("held", bottom + 18), *_texts(network.as_number, bottom + 18, digits=1, weight=700)]
    name = _name("memory", 20)
    return Rows([zero, lines, *steps, *ticks, *name, *rows, _line(bottom + 26, len(steps))], bottom + 32)


def _dashed() -> dict[str, object]:
    return {"stroke": "currentColor", "stroke_opacity": 0.25, "stroke_dasharray": "2 3"}


def _swatched(text: str, y: float) -> list[Markup]:
    swatch = mark("line", x1=32, x2=50, y1=y - 4, y2=y - 4, stroke=HELD, stroke_width=2.5)
    return [*_name(text, y), swatch, mark("circle", cx=41, cy=y - 4, r=3.5, fill=HELD)]


def _stairs(values: Array, height: Callable[[float], float]) -> str:
    """Return a path with a horizontal line at each value, as wide as its step."""
    parts = [f"H{LEFT + COLUMN * (t + 1):g}V{height(after):.1f}" for t, after in enumerate(values[1:])]
    return f"M{LEFT} {height(values[0]):.1f}{''.join(parts)}H{LEFT + COLUMN * len(values)}"


def _texts(values: Array, y: float, *, digits: int = 2, weight: int = 400) -> Iterator[Markup]:
    for step, value in enumerate(values):
        yield mark("text", number(value, digits), x=_middle(step), y=y, font_weight=weight)


def _answers(network: TracedNetwork, example: Example) -> Rows:
    """Return the targets and the answers, with marks at the wrong answers and at those that are read."""
    right = near(network.answers, example.targets, example)
    marks = [*_name("target", 14), *_name("answer", 32)]
    for step, (target, answer) in enumerate(zip(example.targets, network.answers, strict=True)):
        weight: dict[str, object] = {"font_weight": 700} if example.reading[step] else _faint()
        sign = "" if not example.reading[step] and right[step] else " ✓" if right[step] else " ✗"
        marks.append(mark("text", number(target), x=_middle(step), y=14, **weight))
        marks.append(mark("text", f"{number(answer, 1)}{sign}", x=_middle(step), y=32, **weight))
    return Rows(marks, 40)


def _units(network: TracedNetwork) -> Rows:
    """Return a strip of all units, the best on top, each on its own scale; nothing for a single unit."""
    count = network.states.shape[1]
    if count == 1:
        return Rows([], 0)
    ordered = network.states[:, network.order]
    scaled = ordered / np.maximum(np.abs(ordered).max(axis=0), np.finfo(float).tiny)
    note = [
        mark("text", text, x=0, y=y, **_faint(11), text_anchor="start")
        for text, y in (("blue above 0,", 36), ("orange below", 50))
    ]
    strip = mark("g", *_strip(np.round(SHADES * scaled).astype(int)))
    return Rows([_line(2, len(scaled)), *_name(f"all {count} units", 22), *note, strip], 12 + UNIT * count)


def _strip(shades: Array) -> Iterator[Markup]:
    """Yield a path for each shade, over all steps and units that have it; `shades` is (T, H)."""
    for shade in sorted(set(shades.flat) - {0}):
        places = (f"M{LEFT + COLUMN * step} {10 + UNIT * row:g}" for step, row in np.argwhere(shades == shade))
        shape = f"h{COLUMN - 1}v{UNIT:g}h{1 - COLUMN}z"
        fill = POSITIVE if shade > 0 else NEGATIVE
        yield mark("path", d="".join(place + shape for place in places), fill=fill, fill_opacity=abs(shade) / SHADES)
