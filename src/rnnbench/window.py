"""The words on either side: a position of a sequence and its neighbours, side by side."""

import numpy as np

from rnnbench.corpus import Array


def neighbours(lengths: Array, width: int) -> tuple[Array, Array]:
    """Return for S positions of N sequences laid end to end the 2 width + 1 around each, first to last.

    Positions (S, 2 width + 1), and where they lie in the same sequence; the others' positions are their own.

    >>> positions, inside = neighbours(np.array([2, 1]), 1)
    >>> positions.tolist(), inside.tolist()
    ([[0, 0, 1], [0, 1, 1], [2, 2, 2]], [[False, True, True], [True, True, False], [False, True, False]])
    """
    own = np.arange(lengths.sum())[:, None]
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)[:, None]
    around = own + np.arange(-width, width + 1)
    inside = (around >= first) & (around < first + np.repeat(lengths, lengths)[:, None])
    return np.where(inside, around, own), inside


def around(values: Array, lengths: Array, width: int, *, beyond: object) -> Array:
    """Return values (S, ...) with those of their neighbours, (S, 2 width + 1, ...), and `beyond` behind the ends."""
    positions, inside = neighbours(lengths, width)
    found = values[positions]
    found[~inside] = beyond
    return found
