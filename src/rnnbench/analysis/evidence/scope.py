"""For what a verdict holds: task, what both sides share, sizes, seeds, and how the networks were trained."""

import re
from dataclasses import dataclass

from rnnbench.analysis.claims import Side
from rnnbench.common.text import listed

MAX_NAMES = 3
"""Largest number of encoders or architectures that are named in a scope."""
_SHARED = {"architecture": "reading", "encoder": "with"}
"""What is compared -> the word before the names of what both sides share."""
_UNITS = {"architecture": "encoder", "encoder": "network"}
_PLATEAU, _UNFINISHED = "trained to a plateau", "not all trained to a plateau: "


@dataclass(frozen=True)
class Scope:
    """The scope of a verdict. `text` is how the table `claims` has it; `read_scope` reads it again."""

    task: str
    """A task, or a family of tasks."""
    n_tasks: int
    over: Side
    """What is compared; both sides share the other one."""
    shared: tuple[str, ...]
    """The encoders or architectures that both sides share; none where they are too many to be named."""
    n_shared: int
    matched_on: str
    """What the sizes of the networks are matched on; "" where this is not known."""
    seeds: int
    unfinished: tuple[str, ...] = ()
    """The sides that were not all trained to a plateau."""

    @property
    def text(self) -> str:
        """Return the scope in words."""
        family = "" if self.n_tasks == 1 else f" ({self.n_tasks} tasks)"
        names = listed(self.shared) if self.shared else number_of(self.n_shared, _UNITS[self.over])
        parts = [
            f"on {self.task}{family}",
            f"{_SHARED[self.over]} {names}",
            f"at {self.matched_on}" if self.matched_on else "",
            number_of(self.seeds, "seed"),
            f"{_UNFINISHED}{listed(self.unfinished)}" if self.unfinished else _PLATEAU,
        ]
        return ", ".join(filter(None, parts))


def read_scope(text: str, matched_on: str) -> Scope | None:
    """Return the scope that a table has in words; None for words that no scope has.

    `matched_on` is the table's column `fair`.
    """
    at = re.escape(f", at {matched_on}") if matched_on else ""
    match = re.fullmatch(
        r"on (?P<where>.+), (?P<word>reading|with) (?P<shared>.+?)"
        rf"{at}, (?P<seeds>\d+) seeds?, (?:{_PLATEAU}|{_UNFINISHED}(?P<unfinished>.+))",
        text,
    )
    if not match:
        return None
    over: Side = "encoder" if match["word"] == _SHARED["encoder"] else "architecture"
    count = re.fullmatch(rf"(\d+) {_UNITS[over]}s?", match["shared"])
    names = () if count else _names(match["shared"])
    family = re.fullmatch(r"(.+) \((\d+) tasks\)", match["where"])
    scope = Scope(
        family[1] if family else match["where"],
        int(family[2]) if family else 1,
        over,
        names,
        int(count[1]) if count else len(names),
        matched_on,
        int(match["seeds"]),
        _names(match["unfinished"] or ""),
    )
    return scope if scope.text == text else None


def _names(enumeration: str) -> tuple[str, ...]:
    """Return the names of an enumeration.

    >>> _names("elman, gru and lstm"), _names("")
    (('elman', 'gru', 'lstm'), ())
    """
    first, _, last = enumeration.rpartition(" and ")
    return tuple(filter(None, [*first.split(", "), last]))


def number_of(n: int, unit: str) -> str:
    """Return a number and its unit.

    >>> number_of(1, "seed"), number_of(20, "seed")
    ('1 seed', '20 seeds')
    """
    return f"1 {unit}" if n == 1 else f"{n} {unit}s"
