"""Finds the one public class in each file of a folder: file name = name in the configuration = value in tables."""

import functools
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import TypeVar

from rnnbench.errors import did_you_mean

Member = TypeVar("Member")


@functools.cache
def names(package: ModuleType) -> tuple[str, ...]:
    """Return the sorted names of the files in a package, without importing any of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__)))


def load(package: ModuleType, name: str, base: type[Member]) -> type[Member]:
    """Return the one public subclass of `base` in the file `name` of a package.

    Raises ValueError with the nearest valid name, or TypeError when the file does not hold exactly one.
    """
    if name not in names(package):
        kind = package.__name__.rpartition(".")[2].removesuffix("s")
        raise ValueError(f"unknown {kind} {name!r}{did_you_mean(name, names(package))}")
    module = importlib.import_module(f"{package.__name__}.{name}")
    found = [member for member in vars(module).values() if _is_member(member, module, base)]
    if len(found) != 1:
        raise TypeError(f"{module.__file__} must hold exactly one public {base.__name__}, not {len(found)}")
    return found[0]


def _is_member(member: object, module: ModuleType, base: type) -> bool:
    return (
        inspect.isclass(member)
        and issubclass(member, base)
        and member.__module__ == module.__name__
        and not member.__name__.startswith("_")
    )
