"""The names of contrasts in tables: what they are made of, and how they are read again."""

import re
from typing import NamedTuple

from rnnbench.data.corpus import ALL

NOTHING = "nothing"
"""Stands for the second side where the score of the first itself is tested."""
_RATHER = " rather than "
_NAME = re.compile(r"(?P<first>.+?) against (?P<second>.+?) on (?P<task>.+) \((?P<split>[^,]+?)(?:, (?P<part>.+))?\)")


class ContrastName(NamedTuple):
    """What the name of a contrast says."""

    first: str
    second: str
    """"" for none."""
    task: str
    split: str
    phenomenon: str = ALL
    minus_phenomenon: str = ""
    """"" for none."""

    @property
    def text(self) -> str:
        """Return the name as it stands in tables.

        >>> ContrastName("gru", "lstm", "travel", "test").text
        'gru against lstm on travel (test)'
        """
        minus = f"{_RATHER}{self.minus_phenomenon}" if self.minus_phenomenon else ""
        where = self.split if self.phenomenon == ALL else f"{self.split}, {self.phenomenon}{minus}"
        return f"{self.first} against {self.second or NOTHING} on {self.task} ({where})"


def read_contrast_name(text: str) -> ContrastName | None:
    """Return what a name from a table says; None for a name that `ContrastName` does not write.

    >>> read_contrast_name("gru against nothing on travel (test, order)")
    ContrastName(first='gru', second='', task='travel', split='test', phenomenon='order', minus_phenomenon='')
    """
    if not (match := _NAME.fullmatch(text)):
        return None
    phenomenon, _, minus = (match["part"] or ALL).partition(_RATHER)
    second = "" if match["second"] == NOTHING else match["second"]
    name = ContrastName(match["first"], second, match["task"], match["split"], phenomenon, minus)
    return name if name.text == text else None
