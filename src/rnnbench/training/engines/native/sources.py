"""Sources and compiler flags of the native library. setup.py reads this file, too, so it imports no other package."""

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
"""Compiler flags. -ffast-math is not among them: it would flush denormal numbers to 0 in the whole process."""
INSTRUCTIONS = {
    "avx512": ("-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mavx2", "-mfma"),
    "avx2": ("-mavx2", "-mfma"),
    "plain": (),
}
"""Variant of the library -> its flags, the fastest first. Each variant has a source file of its name. Processors other
than x86-64 have `plain` only."""


def variants() -> dict[str, tuple[str, ...]]:
    """Return the variants that can be compiled for this machine, with their flags."""
    if platform.machine().lower() in ("x86_64", "amd64"):
        return INSTRUCTIONS
    return {"plain": INSTRUCTIONS["plain"]}


@functools.cache
def digest() -> str:
    """Return a digest of the sources and the flags, 16 hexadecimal digits; empty where there are no sources."""
    if not HEADERS:
        return ""
    texts = [path.name + path.read_text(encoding="utf-8") for path in HEADERS]
    return hashlib.sha256("\0".join([*texts, *FLAGS, str(INSTRUCTIONS)]).encode()).hexdigest()[:16]
