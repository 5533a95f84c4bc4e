"""Windows: the values around each position of sequences that are laid end to end."""

from collections.abc import Sequence

import numpy as np

from rnnbench.common.typing import Array


def neighbours(lengths: Array, offsets: Sequence[int]) -> tuple[Array, Array]:
    """Return the positions at W offsets from each of the S positions of N sequences laid end to end.

    The first array (S, W) holds positions, the second one (S, W) is true where a position lies in the same sequence.
    Where it does not, the first array holds the position itself.

    >>> positions, inside = neighbours(np.array([2, 1]), (-1, 0, 1))
    >>> positions.tolist(), inside.tolist()
    ([[0, 0, 1], [0, 1, 1], [2, 2, 2]], [[False, True, True], [True, True, False], [False, True, False]])
    """
    position = np.arange(lengths.sum())[:, None]
    start = np.repeat(np.cumsum(lengths) - lengths, lengths)[:, None]
    shifted = position + np.asarray(offsets, dtype=np.int64)
    inside = (shifted >= start) & (shifted < start + np.repeat(lengths, lengths)[:, None])
    return np.where(inside, shifted, position), inside


def values_around(values: Array, lengths: Array, offsets: Sequence[int], *, beyond: object) -> Array:
    """Return the values (S, ...) at W offsets from each position, (S, W, ...), and `beyond` outside the sequence.

    >>> values_around(np.array([5, 6, 7]), np.array([2, 1]), (-1, 1), beyond=0).tolist()
    [[0, 6], [5, 0], [0, 0]]
    """
    positions, inside = neighbours(lengths, offsets)
    windows = values[positions]
    windows[~inside] = beyond
    return windows
