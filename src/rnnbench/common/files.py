"""Atomic writes: a file is written completely or not at all."""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = re.compile(r"\..+\.(?P<host>[^.]+)\.(?P<process>[0-9]+)\.[^.]+\.part")
"""Name of a file that is being written, with the machine and the number of the process that writes it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` and move it there at the end, so that no one ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.{_host()}.{os.getpid()}."
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> int:
    """Delete the partial files below a folder whose writing processes, on this machine, have ended; return how many."""
    abandoned = [path for path in folder.rglob(".*.part") if _is_abandoned(path.name)]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)


def write_text(text: str, path: Path) -> None:
    """Write a text file in UTF-8."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file of bytes."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def _host() -> str:
    return re.sub(r"[^\w-]", "-", socket.gethostname()) or "localhost"


def _is_abandoned(name: str) -> bool:
    """Return whether the process that wrote the partial file has ended; False where it ran on another machine."""
    match = PART.fullmatch(name)
    return bool(match) and match["host"] == _host() and not _is_alive(int(match["process"]))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
