"""Locks on files. The system releases them when their process ends, however it ends, so that none is ever left over."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

TIMEOUT = 15.0
"""Seconds to wait for a lock that is held for a moment only, as by `rnnbench status` that looks whether it is free."""


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a file's lock for the block; wait while another process holds it.

    On a file system without locks nothing is locked: the same work may then be done twice, with the same result.
    """
    handle = os.open(path, os.O_RDWR)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Return whether some process holds a file's lock."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def try_lock(path: Path, timeout: float = TIMEOUT) -> int | None:
    """Return a handle that holds a file's lock while it is open, None when another process keeps it.

    Tries for `timeout` seconds. The file is created where it is missing. Raises OSError on a file system without locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, end = os.open(path, os.O_RDWR | os.O_CREAT, 0o644), time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() >= end:
                os.close(handle)
                return None
            time.sleep(0.2)
        except OSError:
            os.close(handle)
            raise
