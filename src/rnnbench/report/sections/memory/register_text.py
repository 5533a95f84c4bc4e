"""What happens inside a memory, in words that follow from its numbers: at a step, and over the whole example."""

from collections.abc import Iterator

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.report.figures.style import printable
from rnnbench.report.page.table import several
from rnnbench.report.views.register_memory import ABLATED, Example, TracedNetwork, drift, mean_error

OPEN = {0.9: "open", 0.5: "mostly open", 0.1: "mostly shut"}
"""From which value on a gate is called so; below all of them it is shut."""
LOST = 0.5
"""Below this R^2 a number that a network does not answer with is called lost: it cannot even be read."""
LETTERS = 48
NONE = "\N{EN DASH}"


def number(value: float, digits: int = 2) -> str:
    """Return a number as short as it can be; a minus is a minus.

    >>> number(3.0000453), number(-0.254), number(-0.001), number(20, 0), number(float("nan"))
    ('3', '\N{MINUS SIGN}0.25', '0', '20', '\N{EN DASH}')
    """
    if np.isnan(value):
        return NONE
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return text.rstrip("0").rstrip(".") if digits else text


def opening(value: float) -> str:
    """Return how far a gate is open, in words and as a number.

    >>> opening(0.99995), opening(0.7), opening(0.33), opening(0.03)
    ('open (1.00)', 'mostly open (0.70)', 'mostly shut (0.33)', 'shut (0.03)')
    """
    return f"{next((word for least, word in OPEN.items() if value >= least), 'shut')} ({value:.2f})"


def title(network: TracedNetwork) -> str:
    """Return what stands above a network's picture."""
    name, units = printable(network.name, LETTERS), network.states.shape[1]
    if network.ablated:
        return f"{name}: the same cell without its gates"
    if network.hand_set:
        return f"{name}: weights set by hand, {several(units, 'unit')}"
    place = f", {network.place}" if network.place else ""
    return f"{name}: trained, unit {network.unit + 1} of {units}{place}"


def step_sentences(network: TracedNetwork, example: Example, step: int) -> list[str]:
    """Return what happens at a step (0, 1, ...), in sentences that follow from the numbers."""
    happens = _without_gates if network.kind == "elman" else _at_the_gates
    return [
        f"Step {step + 1}: {_asked(example, step)}.",
        *happens(network, example, step),
        _answer(network, example, step),
    ]


def _asked(example: Example, step: int) -> str:
    x1, x2, x3 = (number(value) for value in example.inputs[step])
    wishes = []
    if example.storing[step]:
        wishes.append(f"x2 = {x2} says store x1 = {x1}")
    if example.emptying[step]:
        wishes.append(f"x2 = {x2} says empty the memory")
    if example.reading[step]:
        wishes.append(f"x3 = {x3} asks for the memory")
    return ", and ".join(wishes) or f"x2 = {x2} and x3 = {x3}, so the memory should stay as it is"


def _at_the_gates(network: TracedNetwork, example: Example, step: int) -> Iterator[str]:
    before, kept, written = (number(values[step]) for values in (network.before, network.kept, network.written))
    yield f"The write gate is {_door(network, 'write', step)}: {_amount(written)} comes in."
    stays = f"{_amount(kept)} of the old {before} stays" if before != "0" else "there is nothing to keep"
    yield f"The keep gate is {_door(network, 'keep', step)}: {stays}."
    yield f"{_holder(network)} now holds {number(network.state[step])}{_stands_for(network, example, step)}."
    if "read" in network.gates:
        out = _amount(number(network.output[step]))
        yield f"The read gate is {_door(network, 'read', step)}: {out} goes out."
    if "look" in network.gates:
        yield f"The look gate is {_door(network, 'look', step)}: so much say the old memory has in what comes in."


def _without_gates(network: TracedNetwork, example: Example, step: int) -> Iterator[str]:
    goes = f"goes from {number(network.before[step])} to {number(network.state[step])}"
    yield f"There is no gate: all {several(network.states.shape[1], 'unit')} are made anew."
    yield f"{_holder(network)} {goes}{_stands_for(network, example, step)}."


def _door(network: TracedNetwork, gate: str, step: int) -> str:
    return f"{'stuck ' if gate in network.ablated else ''}{opening(network.gates[gate][step])}"


def _amount(text: str) -> str:
    return "nothing" if text == "0" else text


def _holder(network: TracedNetwork) -> str:
    return "The memory" if network.hand_set else f"Unit {network.unit + 1}"


def _stands_for(network: TracedNetwork, example: Example, step: int) -> str:
    """Return what a trained unit's state means, or what a memory should hold where it does not."""
    stored, held = number(example.stored[step]), number(network.as_number[step], 1)
    if not network.hand_set:
        return f", which stands for {held}; {stored} is stored"
    return "" if near(network.as_number, example.stored, example)[step] else f", but should hold {stored}"


def _answer(network: TracedNetwork, example: Example, step: int) -> str:
    answer, wanted = number(network.answers[step]), number(example.targets[step])
    right = near(network.answers, example.targets, example)[step]
    units = network.states.shape[1]
    who = "The answer is" if units == 1 else f"All {units} units together answer"
    return f"{who} {answer}, {'and' if right else 'but'} {wanted} is wanted: {'right' if right else 'wrong'}."


def near(values: Array, wanted: Array, example: Example) -> Array:
    """Return which values are right."""
    return np.abs(values - wanted) < example.tolerance


def captions(network: TracedNetwork, example: Example) -> list[str]:
    """Return the sentences below a network's picture."""
    units = several(network.states.shape[1], "unit")
    if network.ablated:
        how = list(_ablated(network, example))
    elif network.kind == "elman":
        how = [f"No gates: every step makes all {units} anew, from the input and from what they were."]
    else:
        how = list(_patterns(network, example))
    return [*how, *_held(network, example), *_asked_for(network, example)]


def _ablated(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield how gates are ablated, and the first number that is lost by it."""
    stuck = [f"{gate} {'open' if ABLATED[gate] else 'shut'}" for gate in network.ablated]
    yield f"The gates are ablated: {', '.join(stuck)}. Every step overwrites the memory."
    lost = example.quiet & np.roll(example.storing, 1) & ~near(network.state, example.stored, example)
    if lost.any():
        step = int(np.argmax(lost))
        stored, held = number(example.stored[step]), number(network.state[step])
        yield f"The {stored} of step {step} is washed away at step {step + 1}, by the {held} that comes in there."


def _patterns(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield when the gates are open, and whether that is what the lecture sets by hand."""
    if "look" in network.gates:
        yield "Write and keep are one door: what is not kept is written. Look is the say of the old in what comes in."
    shown = {"write": (example.storing, "x2 = 1"), "keep": (example.emptying, "x2 = \N{MINUS SIGN}1")}
    shown |= {"read": (example.reading, "x3 = 1")}
    as_set = []
    for gate, (steps, when) in shown.items():
        values = network.gates.get(gate, np.empty(0))
        if len(values) and steps.any() and not steps.all():
            inner, outer = values[steps], values[~steps]
            as_set.append(inner.max() < outer.min() if gate == "keep" else inner.min() > outer.max())
            yield f"The {gate} gate is at {_range(inner)} where {when}, at {_range(outer)} elsewhere."
    if as_set and not network.hand_set:
        yield (
            "In this unit training found by itself what the lecture sets by hand: each gate moves at its own word."
            if all(as_set) and "read" in network.gates
            else "The gates of this unit do not move as the lecture's do."
        )


def _range(values: Array) -> str:
    ends = [f"{value:.2f}" for value in (values.min(), values.max())]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _held(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield how well a trained unit holds the number by itself, and how much of the memory stays."""
    if not network.hand_set:
        follows, off = network.follows[network.unit], mean_error(network, example)
        falls = ": it falls as the number rises" if follows < 0 else ""
        by_itself = "holds the number by itself" if off < example.tolerance else "does not hold the number by itself"
        yield (
            f"Of all units this one follows the stored number best (correlation {number(follows)}{falls}). "
            f"Put on the scale of the number it is off by {number(off)} on average: it {by_itself}."
        )
    if example.quiet.any():
        share = f"{100 * drift(network, example):.0f} %"
        moved = "the memory moves" if network.states.shape[1] == 1 else "a unit moves"
        yield f"Where nothing is to be stored, {moved} by {share} of its range on average."


def _asked_for(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield the answers where the memory is asked for, and what they say of it."""
    asking = example.reading
    if not asking.any():
        return
    answers, wanted = (listed(values[asking]) for values in (network.answers, example.targets))
    right = bool(near(network.answers, example.targets, example)[asking].all())
    yield f"Asked for the number, the network answers {answers}; {wanted} is wanted."
    if not network.hand_set:
        yield from _kept(network, example, right=right)


def _kept(network: TracedNetwork, example: Example, *, right: bool) -> Iterator[str]:
    """Yield whether the number is lost, where the chosen unit alone does not tell."""
    known = not np.isnan(network.probe_r2)
    read = f": a linear map reads it from all units with R² = {network.probe_r2:.3f} on test sequences" if known else ""
    if right and mean_error(network, example) >= example.tolerance:
        yield f"So the number is not lost, though no unit holds it by itself{read}."
    elif not right and known and network.probe_r2 < LOST:
        yield f"The number is washed away{read}."
    elif not right:
        yield f"The number does not come out as it went in{read}."


def listed(values: Array) -> str:
    """Return numbers as they are read out; there must be one."""
    *first, last = (number(value) for value in values)
    return f"{', '.join(first)} and {last}" if first else last
