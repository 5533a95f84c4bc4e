"""From the names of two sides to the pairs of combinations that differ in nothing else."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.results.runs import Runs

KINDS = ("task", "encoder", "architecture")
Side = dict[str, str]
"""Kind -> name."""


class CombinationPair(NamedTuple):
    """Two combinations, and the names of what they have in common."""

    name: str
    first: Runs
    second: Runs


def pairs_of(all_runs: Sequence[Runs], selected: Collection[Runs], *, first: str, second: str) -> list[CombinationPair]:
    """Return the pairs of selected combinations that differ in what two sides name, and in nothing else.

    A side is one or more names of the plan's tasks, encoders and architectures, joined by "/": "gru", "travel/gru".
    Raises UserError for names that no combination of the plan has, and where there is no pair.
    """
    first_side, second_side = parse_side(first, all_runs), parse_side(second, all_runs)
    if first_side.keys() != second_side.keys():
        names = f"{first} names {_kinds(first_side)}, {second} names {_kinds(second_side)}"
        raise UserError(f"{names}; both must name the same")
    if first_side == second_side:
        raise UserError(f"{first} and {second} are the same")
    partners = {_rest(runs, second_side): runs for runs in selected if second_side.items() <= runs.names.items()}
    candidates = [(_rest(runs, first_side), runs) for runs in selected if first_side.items() <= runs.names.items()]
    pairs = [
        CombinationPair(", ".join(rest) or "the pair", runs, partners[rest])
        for rest, runs in candidates
        if rest in partners
    ]
    if not pairs:
        raise UserError(f"the configuration has no combinations with {first} and {second} that are alike in the rest")
    return pairs


def parse_side(text: str, all_runs: Sequence[Runs]) -> Side:
    """Return the names in the text of a side: kind -> name."""
    names = {kind: {runs.names[kind] for runs in all_runs} for kind in KINDS}
    side: Side = {}
    for part in text.split("/"):
        kinds = [kind for kind in KINDS if part in names[kind]]
        if not kinds:
            hint = did_you_mean(part, set().union(*names.values()))
            raise UserError(f"the configuration has no task, encoder or architecture {part!r}{hint}")
        if len(kinds) > 1:
            raise UserError(f"{part!r} is the name of {' and of '.join(_with_article(kind) for kind in kinds)}")
        if kinds[0] in side:
            raise UserError(f"{text} names two {kinds[0]}s; a side names one, and the other side the other")
        side[kinds[0]] = part
    return side


def _rest(runs: Runs, side: Side) -> tuple[str, ...]:
    """Return the names of a combination whose kinds a side does not name."""
    return tuple(name for kind, name in runs.names.items() if kind not in side)


def _kinds(side: Side) -> str:
    return " and ".join(_with_article(kind) for kind in KINDS if kind in side)


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ae" else f"a {kind}"
