"""What the native library is compiled from, and how. Read by setup.py too, so it imports nothing of this package."""

import functools
import hashlib
import platform
from pathlib import Path

FOLDER = Path(__file__).parent
HEADERS = sorted((FOLDER / "cpp").glob("*.h"))
FLAGS = (
    "-std=c++17",
    "-O3",
    "-g0",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fvisibility=hidden",
    "-Wno-maybe-uninitialized",
    "-Wno-psabi",
)
"""No -ffast-math: it would switch off small numbers for the whole process that loads the library."""
INSTRUCTIONS = {
    "avx512": ("-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mavx2", "-mfma"),
    "avx2": ("-mavx2", "-mfma"),
    "plain": (),
}
"""Variant -> flags, the fastest first; each has a file of its name. Where there is no x86-64, the last is all."""


def variants() -> dict[str, tuple[str, ...]]:
    """Return the variants to compile on this machine, with their flags."""
    if platform.machine().lower() in ("x86_64", "amd64"):
        return INSTRUCTIONS
    return {"plain": INSTRUCTIONS["plain"]}


@functools.cache
def digest() -> str:
    """Return 16 hexadecimal digits that stand for the source and the flags; empty where the source is not there."""
    if not HEADERS:
        return ""
    texts = [path.name + path.read_text(encoding="utf-8") for path in HEADERS]
    return hashlib.sha256("\0".join([*texts, *FLAGS, str(INSTRUCTIONS)]).encode()).hexdigest()[:16]
