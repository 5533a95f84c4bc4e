"""Sentences about a memory that follow from its numbers over the whole example. `step_text` has those of each step."""

from collections.abc import Iterator

import numpy as np

from rnnbench.common.text import listed
from rnnbench.common.typing import Array
from rnnbench.report.figures.style import printable
from rnnbench.report.page.table import several
from rnnbench.report.views.register_memory import ABLATED, Example, TracedNetwork, drift, mean_error

MIN_PROBE_R2 = 0.5
"""Smallest R² of a linear probe at which the stored number is still in the states of a network with wrong answers."""
MAX_NAME_LENGTH = 48
"""Largest number of characters of a network's name."""
NONE = "\N{EN DASH}"


def number(value: float, digits: int = 2) -> str:
    """Return a number without trailing zeros and with a true minus sign; a dash for NaN.

    >>> number(3.0000453), number(-0.254), number(-0.001), number(20, 0), number(float("nan"))
    ('3', '\N{MINUS SIGN}0.25', '0', '20', '\N{EN DASH}')
    """
    if np.isnan(value):
        return NONE
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return text.rstrip("0").rstrip(".") if digits else text


def title(network: TracedNetwork) -> str:
    """Return the title of a network's picture."""
    name, units = printable(network.name, MAX_NAME_LENGTH), network.states.shape[1]
    if network.ablated:
        return f"{name}: the same cell without its gates"
    if network.hand_set:
        return f"{name}: hand-set weights, {several(units, 'unit')}"
    place = f", {network.place}" if network.place else ""
    return f"{name}: trained, unit {network.unit + 1} of {units}{place}"


def near(values: Array, targets: Array, example: Example) -> Array:
    """Return which values are within the tolerance of their targets."""
    return np.abs(values - targets) < example.tolerance


def captions(network: TracedNetwork, example: Example) -> list[str]:
    """Return the sentences below a network's picture."""
    units = several(network.states.shape[1], "unit")
    if network.ablated:
        gates = list(_ablated(network, example))
    elif network.kind == "elman":
        gates = [f"No gates: every step computes all {units} anew, from the input and their previous states."]
    else:
        gates = list(_gate_patterns(network, example))
    return [*gates, *_held_number(network, example), *_answers_when_read(network, example)]


def _ablated(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield the state of each ablated gate, and the first number that is lost."""
    stuck = [f"{gate} {'open' if ABLATED[gate] else 'shut'}" for gate in network.ablated]
    yield f"The gates are ablated: {', '.join(stuck)}. Every step overwrites the memory."
    lost = example.quiet & np.roll(example.storing, 1) & ~near(network.state, example.stored, example)
    if lost.any():
        step = int(np.argmax(lost))
        stored, held = number(example.stored[step]), number(network.state[step])
        yield f"The {stored} of step {step} is washed away at step {step + 1}, by the {held} that comes in there."


def _gate_patterns(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield when each gate is open, and whether the gates of a trained network follow the hand-set rule."""
    if "reset" in network.gates:
        yield (
            "A GRU has one update gate in place of the input and the forget gate: what is not kept is let in. "
            "The reset gate says how much of the old state enters the new value."
        )
    rules = {
        "input": (example.storing, "x2 = 1"),
        "forget": (example.emptying, "x2 = \N{MINUS SIGN}1"),
        "output": (example.reading, "x3 = 1"),
    }
    follows_rule = []
    for gate, (steps, condition) in rules.items():
        values = network.gates.get(gate, np.empty(0))
        if len(values) and steps.any() and not steps.all():
            at_command, elsewhere = values[steps], values[~steps]
            closes = gate == "forget"
            follows_rule.append(at_command.max() < elsewhere.min() if closes else at_command.min() > elsewhere.max())
            yield f"The {gate} gate is at {_range(at_command)} where {condition}, at {_range(elsewhere)} elsewhere."
    if follows_rule and not network.hand_set:
        yield (
            "In this unit training found by itself what the lecture sets by hand: each gate follows its own command."
            if all(follows_rule) and "output" in network.gates
            else "The gates of this unit do not move as the lecture's do."
        )


def _range(values: Array) -> str:
    ends = [f"{value:.2f}" for value in (values.min(), values.max())]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _held_number(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield how well the best trained unit holds the number by itself, and by how much the memory moves."""
    if not network.hand_set:
        correlation, error = network.follows[network.unit], mean_error(network, example)
        sign = ": it falls as the number rises" if correlation < 0 else ""
        by_itself = "holds the number by itself" if error < example.tolerance else "does not hold the number by itself"
        yield (
            f"Of all units this one follows the stored number best (correlation {number(correlation)}{sign}). "
            f"On the scale of the number its mean error is {number(error)}: it {by_itself}."
        )
    if example.quiet.any():
        share = f"{100 * drift(network, example):.0f} %"
        subject = "the memory moves" if network.states.shape[1] == 1 else "a unit moves"
        yield f"Where nothing is to be stored, {subject} by {share} of its range on average."


def _answers_when_read(network: TracedNetwork, example: Example) -> Iterator[str]:
    """Yield the answers where the memory is read, and whether the number is lost."""
    asking = example.reading
    if not asking.any():
        return
    answers, targets = (
        listed([number(value) for value in values[asking]]) for values in (network.answers, example.targets)
    )
    right = bool(near(network.answers, example.targets, example)[asking].all())
    plural = "s are" if asking.sum() > 1 else " is"
    yield f"Where the number is read, the network answers {answers}; the target{plural} {targets}."
    if not network.hand_set:
        yield from _loss_of_number(network, example, right=right)


def _loss_of_number(network: TracedNetwork, example: Example, *, right: bool) -> Iterator[str]:
    """Yield whether the number is lost, where the best unit alone does not show it."""
    has_probe = not np.isnan(network.probe_r2)
    probe = f": a linear probe reads it from all units with R² = {network.probe_r2:.3f} on test sequences"
    note = probe if has_probe else ""
    if right and mean_error(network, example) >= example.tolerance:
        yield f"So the number is not lost, though no unit holds it by itself{note}."
    elif not right and has_probe and network.probe_r2 < MIN_PROBE_R2:
        yield f"The number is washed away{note}."
    elif not right:
        yield f"The number does not come out as it went in{note}."
