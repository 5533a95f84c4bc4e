"""Loads the native library with ctypes, in the fastest variant that this processor can run.

ARCHITECTURE.md describes the library; `library.h` declares its functions.
"""

import ctypes
import functools
import sysconfig
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_void_p
from dataclasses import dataclass
from pathlib import Path

from rnnbench.training.engines.native.sources import FOLDER, INSTRUCTIONS, digest

ACTIVATIONS = ("tanh", "sigmoid", "relu", "identity")
"""Names of the activations, in the order of `enum class Activation` in activation.h."""


class NativePlan(ctypes.Structure):
    """The shape of a network, `struct Plan` in layout.h."""

    _fields_ = [
        *(
            (name, c_int32)
            for name in ("cell", "first", "second", "layers", "directions", "hidden", "inputs", "outputs")
        ),
        *((name, c_int32) for name in ("embedding", "window", "words", "labels", "feeds")),
        ("unit", c_float),
    ]


class NativeSplit(ctypes.Structure):
    """A split, `struct Split` in rows.h; pointers are null where it has no such array."""

    _fields_ = [
        *((name, c_void_p) for name in ("starts", "lengths", "words", "numbers", "labels", "values")),
        ("code_starts", c_void_p),
        ("dimensions", c_void_p),
        ("vocabulary", c_int32),
    ]


@dataclass(frozen=True)
class Library:
    """A loaded variant of the library."""

    functions: ctypes.CDLL
    instructions: str
    """avx512, avx2, neon or plain."""
    source: str
    """Digest of the sources and flags that it was compiled from."""
    compiler: str
    """Name and version of the compiler."""

    def cell(self, kind: str) -> int | None:
        """Return the number of a cell in the library; None for a cell without native code."""
        number = self.functions.rnnbench_cell(kind.encode())
        return None if number < 0 else number


@functools.cache
def fastest_library(folder: Path = FOLDER) -> Library | None:
    """Return the fastest variant in a folder that this processor can run; None where nothing was compiled."""
    return next(iter(available_libraries(folder).values()), None)


def available_libraries(folder: Path = FOLDER) -> dict[str, Library]:
    """Return the variants in a folder that this processor can run, the fastest first."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")  # the folder can also hold files of another Python installation
    paths = {variant: folder / f"_{variant}{suffix}" for variant in INSTRUCTIONS}
    if not paths["plain"].exists():
        return {}
    can_run = open_library(paths["plain"]).functions.rnnbench_runs
    compiled = (name for name, path in paths.items() if path.exists())
    return {name: open_library(paths[name]) for name in compiled if name == "plain" or can_run(name.encode())}


def open_library(path: Path) -> Library:
    """Load the library from a file."""
    functions = _declare_types(ctypes.CDLL(str(path)))
    details = (getattr(functions, f"rnnbench_{name}")().decode() for name in ("instructions", "source", "compiler"))
    return Library(functions, *details)


def unavailable_reason() -> str:
    """Return why native code cannot be used on this machine; empty where it can."""
    library = fastest_library()
    if library is None:
        return "native code is not built: no C++ compiler was found when rnnbench was installed"
    if digest() and library.source != digest():
        return "native code is older than its source: install rnnbench again"
    return ""


def _declare_types(functions: ctypes.CDLL) -> ctypes.CDLL:
    """Declare the types of the functions' arguments and results."""
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
        "learn": (c_int32, network, split, numbers, numbers, c_int32, c_double, c_float),
        "answer": (c_int32, network, split, numbers, c_int32, c_int32, numbers),
        "states": (c_int32, network, split, numbers, c_int32, numbers),
        "gradient": (c_int32, network, split, numbers, c_int32, numbers, POINTER(c_double)),
        "peak": (c_double, c_int32),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(functions, f"rnnbench_{name}")
        function.restype, function.argtypes = result, arguments
    return functions
