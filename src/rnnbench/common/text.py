"""Words in sentences."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Return names as an enumeration in a sentence: the empty text for no name.

    >>> listed([]), listed(["elman"]), listed(["elman", "gru", "lstm"])
    ('', 'elman', 'elman, gru and lstm')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
