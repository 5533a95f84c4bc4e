"""Values and arrays as short texts inside a page: compressed with zlib, in base64. page.js reads them."""

import json
import zlib
from base64 import b64encode
from typing import Any

import numpy as np

from rnnbench.common.typing import Array

Demo = list[dict[str, Any]]
"""What readers can try, from `rnnbench.report.demo.pack`: a part for each task."""


def packed(value: Any) -> str:
    """Return plain values as JSON, compressed, in base64: a text without any HTML. `unpack` in page.js reads it.

    >>> packed([])
    'eNqLjgUAARUAuQ=='
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return _compressed(text.encode("utf-8", "replace"))


def packed_numbers(numbers: Array, *, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> dict[str, str]:
    """Return an array as its dtype (uint8, uint16, uint32, float16 or float64) and a text; `numbersOf` reads them.

    The text has the lowest bytes of all numbers first, then the next bytes: this order compresses better.
    `strategy`: zlib's; for numbers that look random Z_HUFFMAN_ONLY is much faster and its text is shorter.

    >>> packed_numbers(np.array([1, 2, 3], dtype=np.uint8))
    {'kind': 'uint8', 'text': 'eNpjZGIGAAANAAc='}
    """
    flat = np.ascontiguousarray(numbers).reshape(-1)
    little = flat.astype(flat.dtype.newbyteorder("<"), copy=False)
    planes = little.view(np.uint8).reshape(len(flat), flat.itemsize).T
    return {"kind": flat.dtype.name, "text": _compressed(planes.tobytes(), strategy)}


def smallest(numbers: Array) -> Array:
    """Return integers that are not negative in the smallest unsigned dtype that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _compressed(data: bytes, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> str:
    compressor = zlib.compressobj(9, strategy=strategy)
    return b64encode(compressor.compress(data) + compressor.flush()).decode()
