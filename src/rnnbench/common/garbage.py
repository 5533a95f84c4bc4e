"""The search for reference cycles, which Python repeats as more and more objects are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Search for no cycles in the body; also a decorator of functions.

    Where hundreds of thousands of objects are made that all stay, the search takes two thirds of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
