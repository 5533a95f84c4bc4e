"""The native library: the fastest variant of it that this processor can run, loaded with ctypes.

What it does is told in ARCHITECTURE.md; its functions are in `library.h`.
"""

import ctypes
import functools
import sysconfig
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_void_p
from dataclasses import dataclass
from pathlib import Path

from rnnbench.training.engines.native.sources import FOLDER, INSTRUCTIONS, digest

ACTIVATIONS = ("tanh", "sigmoid", "relu", "identity")
"""In the order of `enum class Activation`."""


class NativePlan(ctypes.Structure):
    """A network, as `struct Plan` in layout.h."""

    _fields_ = [
        *(
            (name, c_int32)
            for name in ("cell", "first", "second", "layers", "directions", "hidden", "inputs", "outputs")
        ),
        *((name, c_int32) for name in ("embedding", "window", "words", "labels")),
        ("unit", c_float),
    ]


class NativeSplit(ctypes.Structure):
    """A split, as `struct Split` in rows.h."""

    _fields_ = [
        *((name, c_void_p) for name in ("starts", "lengths", "words", "numbers", "labels", "values")),
        ("code_starts", c_void_p),
        ("dimensions", c_void_p),
        ("vocabulary", c_int32),
    ]


@dataclass(frozen=True)
class Library:
    """A variant of the library."""

    functions: ctypes.CDLL
    instructions: str
    """avx512, avx2, neon or plain."""
    source: str
    """Digest of the source that it was compiled from."""
    compiler: str
    """What compiled it."""

    def cell(self, kind: str) -> int | None:
        """Return the number of a cell, None for one that has no native code."""
        number = self.functions.rnnbench_cell(kind.encode())
        return None if number < 0 else number


@functools.cache
def fastest_library(folder: Path = FOLDER) -> Library | None:
    """Return the fastest variant in a folder that runs here; None where nothing was compiled."""
    return next(iter(available_libraries(folder).values()), None)


def available_libraries(folder: Path = FOLDER) -> dict[str, Library]:
    """Return every variant in a folder that runs here, the fastest first."""
    ending = sysconfig.get_config_var("EXT_SUFFIX")  # there may be others beside them, of another Python's installation
    paths = {variant: folder / f"_{variant}{ending}" for variant in INSTRUCTIONS}
    if not paths["plain"].exists():
        return {}
    runs_here = open_library(paths["plain"]).functions.rnnbench_runs
    found = (name for name, path in paths.items() if path.exists())
    return {name: open_library(paths[name]) for name in found if name == "plain" or runs_here(name.encode())}


def open_library(path: Path) -> Library:
    """Return the library in a file."""
    functions = _declared(ctypes.CDLL(str(path)))
    told = (getattr(functions, f"rnnbench_{name}")().decode() for name in ("instructions", "source", "compiler"))
    return Library(functions, *told)


def unavailable_reason() -> str:
    """Return why native code cannot be used on this machine, empty where it can."""
    found = fastest_library()
    if found is None:
        return "native code is not built: no C++ compiler was found when rnnbench was installed"
    if digest() and found.source != digest():
        return "native code is older than its source: install rnnbench again"
    return ""


def _declared(functions: ctypes.CDLL) -> ctypes.CDLL:
    """Declare what the functions take and return."""
    network, split, numbers = c_void_p, POINTER(NativeSplit), c_void_p
    signatures = {
        "source": (c_char_p,),
        "compiler": (c_char_p,),
        "instructions": (c_char_p,),
        "runs": (c_int32, c_char_p),
        "cell": (c_int32, c_char_p),
        "new": (network, POINTER(NativePlan)),
        "free": (None, network),
        "load": (None, network, numbers),
        "save": (None, network, numbers),
        "learn": (c_int32, network, split, numbers, numbers, c_int32, numbers, c_float),
        "answer": (c_int32, network, split, numbers, c_int32, c_int32, numbers),
        "states": (c_int32, network, split, numbers, c_int32, numbers),
        "gradient": (c_int32, network, split, numbers, c_int32, numbers, POINTER(c_double)),
        "peak": (c_double, c_int32),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(functions, f"rnnbench_{name}")
        function.restype, function.argtypes = result, arguments
    return functions
