"""Initializers of the recurrent matrix, with which a layer reads its own memory."""

from typing import Literal

import numpy as np

from rnnbench.common.typing import Array

Initializer = Literal["uniform", "orthogonal", "identity"]


def recurrent_weights(initializer: Initializer, rng: np.random.Generator, shape: tuple[int, ...], hidden: int) -> Array:
    """Return the initial recurrent matrix in single precision, `shape` (M, G H): from M states to G gates of H units.

    uniform: even in ±1/sqrt(H), as in torch.nn.
    orthogonal: each gate's (M, H) has orthonormal columns (rows, where M < H), drawn evenly among such matrices (Saxe
    et al. 2014; Mezzadri 2007 for the signs).
    identity: each gate's (M, H) is the identity, so that it reads the memory as it is (Le, Jaitly & Hinton 2015).
    """
    if initializer == "uniform":
        return rng.uniform(-1, 1, shape).astype(np.float32) / np.float32(hidden**0.5)
    rows, columns = shape
    gates = [_gate_matrix(initializer, rng, rows, hidden) for _ in range(columns // hidden)]
    return np.concatenate(gates, axis=1).astype(np.float32)


def _gate_matrix(initializer: Initializer, rng: np.random.Generator, rows: int, hidden: int) -> Array:
    if initializer == "identity":
        return np.eye(rows, hidden)
    tall = rng.standard_normal((max(rows, hidden), min(rows, hidden)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q if rows >= hidden else q.T
