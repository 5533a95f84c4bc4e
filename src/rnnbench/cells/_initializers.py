"""Start weights of what a layer reads of its own memory."""

from typing import Literal

import numpy as np

from rnnbench.common.typing import Array

Initializer = Literal["uniform", "orthogonal", "identity"]


def recurrent(start: Initializer, rng: np.random.Generator, shape: tuple[int, ...], hidden: int) -> Array:
    """Return a matrix (M, G H) in single precision, from M numbers of memory to G gates of H units.

    uniform: in ±1/sqrt(H), as in torch.nn. orthogonal: each gate's (M, H) has orthonormal columns (rows, where M is
    smaller), drawn evenly among such (Saxe et al. 2014; Mezzadri 2007 for the signs). identity: each gate reads the
    memory as it is (Le, Jaitly & Hinton 2015).
    """
    if start == "uniform":
        return rng.uniform(-1, 1, shape).astype(np.float32) / np.float32(hidden**0.5)
    rows, columns = shape
    blocks = [_block(start, rng, rows, hidden) for _ in range(columns // hidden)]
    return np.concatenate(blocks, axis=1).astype(np.float32)


def _block(start: Initializer, rng: np.random.Generator, rows: int, hidden: int) -> Array:
    if start == "identity":
        return np.eye(rows, hidden)
    tall = rng.standard_normal((max(rows, hidden), min(rows, hidden)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q if rows >= hidden else q.T
