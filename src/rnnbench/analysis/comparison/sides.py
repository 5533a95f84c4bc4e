"""From the names of two sides to the pairs of combinations that differ in nothing else."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rnnbench.common.errors import UserError, did_you_mean

KINDS = ("task", "encoder", "architecture")
Names = Mapping[str, str]
"""Kind -> name: a combination has all three kinds, a side some of them."""


class CombinationPair(NamedTuple):
    """Two combinations, and the names of what they have in common."""

    name: str
    first: Names
    second: Names


def pairs_of(
    combinations: Sequence[Names], chosen: Collection[Names], *, first: str, second: str
) -> list[CombinationPair]:
    """Return the pairs of chosen combinations that differ in what two sides name, and in nothing else.

    A side is one or more names of the tasks, encoders and architectures of all combinations, joined by "/": "gru",
    "travel/gru". Raises UserError for names that no combination has, and where there is no pair.
    """
    first_side, second_side = parse_side(first, combinations), parse_side(second, combinations)
    if first_side.keys() != second_side.keys():
        names = f"{first} names {_kinds(first_side)}, {second} names {_kinds(second_side)}"
        raise UserError(f"{names}; both must name the same")
    if first_side == second_side:
        raise UserError(f"{first} and {second} are the same")
    partners = {_rest(names, second_side): names for names in chosen if second_side.items() <= names.items()}
    candidates = [(_rest(names, first_side), names) for names in chosen if first_side.items() <= names.items()]
    pairs = [
        CombinationPair(", ".join(rest) or "the pair", names, partners[rest])
        for rest, names in candidates
        if rest in partners
    ]
    if not pairs:
        raise UserError(f"there are no combinations with {first} and {second} that are alike in the rest")
    return pairs


def parse_side(text: str, combinations: Sequence[Names]) -> dict[str, str]:
    """Return the names in the text of a side: kind -> name."""
    known = {kind: {names[kind] for names in combinations} for kind in KINDS}
    side: dict[str, str] = {}
    for part in text.split("/"):
        kinds = [kind for kind in KINDS if part in known[kind]]
        if not kinds:
            hint = did_you_mean(part, set().union(*known.values()))
            raise UserError(f"there is no task, encoder or architecture {part!r}{hint}")
        if len(kinds) > 1:
            raise UserError(f"{part!r} is the name of {' and of '.join(_with_article(kind) for kind in kinds)}")
        if kinds[0] in side:
            raise UserError(f"{text} names two {kinds[0]}s; a side names one, and the other side the other")
        side[kinds[0]] = part
    return side


def chosen_of(combinations: Sequence[Names], wanted: Mapping[str, str | None]) -> list[Names]:
    """Return the combinations with the wanted names, kind -> name or None; raises UserError where there are none."""
    named = {kind: name for kind, name in wanted.items() if name}
    for kind, name in named.items():
        names = {combination[kind] for combination in combinations}
        if name not in names:
            raise UserError(f"--{kind}: there is no {kind} {name!r}{did_you_mean(name, names)}")
    chosen = [combination for combination in combinations if named.items() <= combination.items()]
    if not chosen:
        raise UserError(f"there is no combination of {' and '.join(named.values())}")
    return chosen


def _rest(names: Names, side: Names) -> tuple[str, ...]:
    """Return the names of a combination whose kinds a side does not name."""
    return tuple(name for kind, name in names.items() if kind not in side)


def _kinds(side: Names) -> str:
    return " and ".join(_with_article(kind) for kind in KINDS if kind in side)


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ae" else f"a {kind}"
