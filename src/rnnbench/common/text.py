"""Enumerations in sentences, and the characters that may not stand in names and files: terminals obey them, or files
cannot hold them."""

import re
from collections.abc import Sequence

LAYOUT = "\t\n\u2028\u2029"
"""Tab and line separators: files may hold them, names may not."""
C1_CONTROLS = "".join(map(chr, range(0x80, 0xA0)))
"""The control characters above ASCII; texts in a wrongly declared encoding have some."""

_FORBIDDEN = "[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
"""Control characters, line separators, surrogates, and the two noncharacters that no XML file may hold."""


def forbidden(*, allowed: str = "") -> re.Pattern[str]:
    """Return a pattern of one forbidden character, except those in `allowed`.

    >>> forbidden().search("one line\\n") is None, forbidden(allowed=LAYOUT).search("one line\\n") is None
    (False, True)
    """
    return re.compile(_FORBIDDEN + (f"(?<![{re.escape(allowed)}])" if allowed else ""))


def code_point(character: str) -> str:
    """Return how Unicode names a character.

    >>> code_point("\\n")
    'U+000A'
    """
    return f"U+{ord(character):04X}"


def listed(names: Sequence[str]) -> str:
    """Return names as an enumeration in a sentence: the empty text for no name.

    >>> listed([]), listed(["elman"]), listed(["elman", "gru", "lstm"])
    ('', 'elman', 'elman, gru and lstm')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
