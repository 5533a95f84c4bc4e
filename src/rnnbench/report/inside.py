"""Inside the memory: a picture of each network over the steps of the register, and every step in words."""

import math
from typing import Any

from markupsafe import Markup

from rnnbench.figures.drawing import element, group, path, words
from rnnbench.packing import packed
from rnnbench.report.table import Cell, Group, Row, Table, percent, score
from rnnbench.summaries.inside import Inside, Seen, Step
from rnnbench.traces import BY_HAND

LEFT, STEP, ROW, BAR = 150.0, 64.0, 58.0, 34.0
"""Room for the names of rows, the width of a step, the height of a row, that of its bars."""
STRIP = 5.0
"""The height of a unit in the strip of all units."""
POSITIVE, NEGATIVE = "#2a86c7", "#d2691e"
"""Blue and orange: told apart by all eyes, on white and on black."""
OPEN, SHUT = 2 / 3, 1 / 3
"""A gate is open from the one on, and shut below the other."""
GATES = {
    "write": "write gate",
    "keep": "keep (forget) gate",
    "read": "read (output) gate",
    "u": "keep (update) gate u",
    "r": "reset gate r",
}
TITLES = {"lstm": "An LSTM that was trained", "gru": "A GRU that was trained", "elman": "A plain recurrent network"}


def title(seen: Seen) -> str:
    """Return what a network is called in a heading."""
    if seen.name == BY_HAND:
        return "The LSTM that the lecture sets by hand"
    return f"{TITLES.get(seen.cell, 'A network that was trained')}: {seen.name}"


def picture(found: Inside, seen: Seen) -> Markup:
    """Return the picture of a network: inputs, gates, memory, all units and the answer, a column for each step."""
    rows = [_inputs(found.steps), *(_gate(GATES.get(name, name), gate) for name, gate in seen.gates.items())]
    rows += [_memory(seen, found.steps)]
    parts, y = [], 0.0
    for height, part in [*rows, *_units(seen), _answers(found.steps, seen)]:
        parts.append(group([part], transform=f"translate(0 {y:g})"))
        y += height
    width = LEFT + STEP * len(found.steps)
    cursor = element(
        "rect", x=LEFT, y=0, width=STEP, height=y, fill="currentColor", fill_opacity=0.08, visibility="hidden"
    )
    label = f"{title(seen)}, step by step. {evidence(found, seen)} The table below has the numbers."
    body = group([cursor.replace("<rect", '<rect class="cursor"'), *parts], font_size=12, fill="currentColor")
    return Markup(
        element(
            "svg",
            body,
            viewBox=f"0 0 {width:g} {y:g}",
            width=f"{width:g}",
            height=f"{y:g}",
            role="img",
            aria_label=label,
        )
    )


def _place(step: int) -> float:
    return LEFT + STEP * (step + 0.5)


def _inputs(steps: list[Step]) -> tuple[float, str]:
    """Return a row's height and its drawing: the number that is read, and what is to be done."""
    drawn = [words("x₁ reads", LEFT - 10, 18, text_anchor="end"), words("it should", LEFT - 10, 36, text_anchor="end")]
    for number, step in enumerate(steps):
        quiet: dict[str, Any] = {} if step.told != "nothing" else {"fill_opacity": 0.55}
        drawn.append(
            words(f"{step.x[0]:g}", _place(number), 18, text_anchor="middle", font_weight="bold", font_size=15)
        )
        drawn.append(words(step.told, _place(number), 36, text_anchor="middle", **quiet))
    return 46.0, "".join(drawn)


def _gate(name: str, gate: Any) -> tuple[float, str]:
    """Return a gate as boxes that are filled as far as it is open."""
    drawn = [_row_name(name)]
    for number, value in enumerate(gate):
        x = _place(number) - 20
        drawn.append(
            element("rect", x=x, y=2, width=40, height=BAR, fill="none", stroke="currentColor", stroke_opacity=0.4)
        )
        drawn.append(
            element(
                "rect",
                x=x,
                y=2 + BAR * (1 - value),
                width=40,
                height=BAR * value,
                fill="currentColor",
                fill_opacity=0.75,
            )
        )
        drawn.append(words(f"{value:.2f}", _place(number), BAR + 15, text_anchor="middle", font_size=11))
    return ROW, "".join(drawn)


def _row_name(*lines: str) -> str:
    first = 2 + BAR / 2 + 4 - 7 * (len(lines) - 1)
    return "".join(words(line, LEFT - 10, first + 14 * i, text_anchor="end") for i, line in enumerate(lines))


def _memory(seen: Seen, steps: list[Step]) -> tuple[float, str]:
    """Return the state of the unit as bars above and below 0, with its number."""
    largest = max(abs(float(value)) for value in seen.memory) or 1.0
    both = min(float(value) for value in seen.memory) < -0.02 * largest < 0 < max(map(float, seen.memory))
    zero = 4 + BAR * (0.5 if both else 1.0 if seen.memory.sum() >= 0 else 0.0)
    height = BAR * (0.5 if both else 1.0) / largest
    name = ["memory"] if seen.units.shape[1] == 1 else ["memory of", f"unit {seen.unit + 1}"]
    drawn = [
        _row_name(*name),
        path([(LEFT, zero), (LEFT + STEP * len(steps), zero)], stroke="currentColor", stroke_opacity=0.4),
    ]
    for number, value in enumerate(map(float, seen.memory)):
        top = zero - max(value, 0.0) * height
        drawn.append(
            element("rect", x=_place(number) - 20, y=top, width=40, height=abs(value) * height, fill=_colour(value))
        )
        drawn.append(words(_number(value), _place(number), BAR + 19, text_anchor="middle", font_size=11))
    return ROW + 6, "".join(drawn)


def _units(seen: Seen) -> list[tuple[float, str]]:
    """Return all units as a strip, a line for each, those first that follow the stored number; none for one unit."""
    count = seen.units.shape[1]
    if count == 1:
        return []
    largest = float(abs(seen.units).max()) or 1.0
    drawn = [_row_name("all units,", "best first")]
    for step, unit in ((step, unit) for step in range(len(seen.units)) for unit in range(count)):
        value = float(seen.units[step, unit])
        shade = {"fill": _colour(value), "fill_opacity": round(0.08 + 0.92 * abs(value) / largest, 2)}
        place = {"x": LEFT + STEP * step + 3, "y": 4 + STRIP * unit, "width": STEP - 6, "height": STRIP}
        drawn.append(_shaded(place, shade))
    return [(STRIP * count + 16, "".join(drawn))]


def _shaded(place: dict[str, float], shade: dict[str, Any]) -> str:
    opacity = f"{shade['fill_opacity']:g}"
    return element("rect", **place, fill=shade["fill"], fill_opacity=opacity)


def _answers(steps: list[Step], seen: Seen) -> tuple[float, str]:
    drawn = [words("answer", LEFT - 10, 18, text_anchor="end"), words("wanted", LEFT - 10, 36, text_anchor="end")]
    for number, (step, answer) in enumerate(zip(steps, map(float, seen.answers), strict=True)):
        asked: dict[str, Any] = {"font_weight": "bold"} if step.x[2] == 1 else {"fill_opacity": 0.75}
        drawn.append(words(_number(answer), _place(number), 18, text_anchor="middle", **asked))
        drawn.append(words(f"{step.target:g}", _place(number), 36, text_anchor="middle", **asked))
    return 48.0, "".join(drawn)


def _colour(value: float) -> str:
    return POSITIVE if value >= 0 else NEGATIVE


def _number(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def evidence(found: Inside, seen: Seen) -> str:
    """Return in sentences what the numbers say of a network."""
    asked = [
        (step.target, float(answer)) for step, answer in zip(found.steps, seen.answers, strict=True) if step.x[2] == 1
    ]
    answers = " and ".join(f"{_number(answer)} where {target:g} is wanted" for target, answer in asked)
    told = [f"It answers {answers}."] if asked else []
    if seen.units.shape[1] > 1:
        followed = f"Of {seen.units.shape[1]} units, unit {seen.unit + 1} follows the stored number best"
        told.append(f"{followed} (correlation {score(seen.correlation, signed=True)}).")
    if math.isfinite(seen.change):
        told.append(
            f"In a step that stores nothing its memory moves by {percent(seen.change)} of its length on average."
        )
    return " ".join(told)


def step_words(found: Inside, seen: Seen, number: int) -> str:
    """Return what happens at a step, from the numbers."""
    step, before = found.steps[number], float(seen.memory[number - 1]) if number else 0.0
    now, wanted = float(seen.memory[number]), f"{step.target:g}"
    gates = [_gate_words(name, float(gate[number])) for name, gate in seen.gates.items()]
    moves = "stays at" if abs(now - before) < 0.005 else f"goes from {_number(before)} to"
    told = [
        f"Step {number + 1}: x = ({', '.join(f'{value:g}' for value in step.x)}); it should do: {step.told}.",
        f"{', '.join(gates).capitalize()}." if gates else "No gate: the whole memory is written anew.",
        f"The memory {moves} {_number(now)}.",
        f"The answer is {_number(float(seen.answers[number]))}, {wanted} is wanted.",
    ]
    return " ".join(told)


def _gate_words(name: str, value: float) -> str:
    how = "open" if value >= OPEN else "shut" if value <= SHUT else "half open"
    return f"{GATES.get(name, name)} {how} ({value:.2f})"


def steps_table(found: Inside, seen: Seen) -> Table:
    """Return what happens at every step, in words."""
    rows = [Row(str(number + 1), [Cell(step_words(found, seen, number))]) for number in range(len(found.steps))]
    return Table(f"{title(seen)}, step by step.", "step", [Cell("what happens")], [Group("", rows)], numbers=False)


def data(found: Inside) -> Markup:
    """Return what inside.js reads, packed."""
    networks = [
        {
            "name": seen.name,
            "title": title(seen),
            "doors": _doors(seen),
            "memory": [round(float(value), 4) for value in seen.memory],
            "answers": [round(float(value), 4) for value in seen.answers],
            "words": [step_words(found, seen, number) for number in range(len(found.steps))],
        }
        for seen in found.networks
    ]
    steps = [
        {"x": list(step.x), "told": step.told, "stored": step.stored, "target": step.target} for step in found.steps
    ]
    return Markup(packed({"steps": steps, "networks": networks}))


def _doors(seen: Seen) -> dict[str, dict[str, Any]]:
    """Return the gates by where they stand: before the memory, on the way that keeps it, and behind it."""
    gates = {name: [round(float(value), 4) for value in gate] for name, gate in seen.gates.items()}
    if seen.cell == "gru":
        written = [round(1 - value, 4) for value in gates["u"]]
        return {
            "write": {"name": "write: 1 \N{MINUS SIGN} u", "open": written},
            "keep": {"name": "keep: u", "open": gates["u"]},
        }
    return {name: {"name": f"{name} gate", "open": gates[name]} for name in ("write", "keep", "read") if name in gates}
