"""Values and numbers as short texts inside a page: deflated, in base64; page.js reads them."""

import json
import zlib
from base64 import b64encode
from typing import Any

import numpy as np

from rnnbench.common.typing import Array


def packed(value: Any) -> str:
    """Return plain values as text that holds no mark of HTML: JSON, deflated, in base64; `unpack` reads it.

    >>> packed([])
    'eNqLjgUAARUAuQ=='
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return _deflated(text.encode("utf-8", "replace"))


def packed_numbers(numbers: Array) -> dict[str, str]:
    """Return numbers as their kind (uint8, uint16, uint32, float16 or float64) and text; `numbersOf` reads them.

    Byte planes, the lowest of all numbers first, compress better than numbers side by side.

    >>> packed_numbers(np.array([1, 2, 3], dtype=np.uint8))
    {'kind': 'uint8', 'text': 'eNpjZGIGAAANAAc='}
    """
    flat = np.ascontiguousarray(numbers).reshape(-1)
    little = flat.astype(flat.dtype.newbyteorder("<"), copy=False)
    planes = little.view(np.uint8).reshape(len(flat), flat.itemsize).T
    return {"kind": flat.dtype.name, "text": _deflated(planes.tobytes())}


def smallest(numbers: Array) -> Array:
    """Return whole numbers, none below 0, in the smallest kind that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _deflated(data: bytes) -> str:
    return b64encode(zlib.compress(data, 9)).decode()
