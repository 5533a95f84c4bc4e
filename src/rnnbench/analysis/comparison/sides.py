"""From the names of two sides to the pairs of combinations that differ in nothing else."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.results.runs import Runs

KINDS = ("task", "encoder", "architecture")
Side = dict[str, str]
"""Kind -> name."""


class Pair(NamedTuple):
    """Two combinations, and what they have in common."""

    name: str
    first: Runs
    second: Runs


def pairs_of(every: Sequence[Runs], chosen: Collection[Runs], *, first: str, second: str) -> list[Pair]:
    """Return the pairs of chosen combinations that two sides name, which are alike in all that neither side names.

    A side is one name or more of the plan's tasks, encoders and architectures, "/" between: "gru", "travel/gru".
    Raises UserError for names that `every` combination of the plan does not know, and where there is no pair.
    """
    one, other = side(first, every), side(second, every)
    if one.keys() != other.keys():
        raise UserError(f"{first} names {_kinds(one)}, {second} names {_kinds(other)}; both must name the same")
    if one == other:
        raise UserError(f"{first} and {second} are the same")
    partners = {_rest(runs, other): runs for runs in chosen if other.items() <= runs.names.items()}
    own = [(_rest(runs, one), runs) for runs in chosen if one.items() <= runs.names.items()]
    pairs = [Pair(", ".join(rest) or "the pair", runs, partners[rest]) for rest, runs in own if rest in partners]
    if not pairs:
        raise UserError(f"the configuration has no combinations with {first} and {second} that are alike in the rest")
    return pairs


def side(text: str, every: Sequence[Runs]) -> Side:
    """Return what a side names: kind -> name."""
    known = {kind: {runs.names[kind] for runs in every} for kind in KINDS}
    found: Side = {}
    for part in text.split("/"):
        kinds = [kind for kind in KINDS if part in known[kind]]
        if not kinds:
            near = did_you_mean(part, set().union(*known.values()))
            raise UserError(f"the configuration has no task, encoder or architecture {part!r}{near}")
        if len(kinds) > 1:
            raise UserError(f"{part!r} is the name of {' and of '.join(_one(kind) for kind in kinds)}")
        if kinds[0] in found:
            raise UserError(f"{text} names two {kinds[0]}s; a side names one, and the other side the other")
        found[kinds[0]] = part
    return found


def _rest(runs: Runs, named: Side) -> tuple[str, ...]:
    """Return the names of a combination of which a side says nothing."""
    return tuple(name for kind, name in runs.names.items() if kind not in named)


def _kinds(named: Side) -> str:
    return " and ".join(_one(kind) for kind in KINDS if kind in named)


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ae" else f"a {kind}"
