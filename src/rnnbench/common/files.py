"""Files are written whole or not at all."""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PART = re.compile(r"\..+\.(?P<host>[^.]+)\.(?P<process>[0-9]+)\.[^.]+\.part")
"""The name of a file that is being written: it says which process does so."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` and move it there at the end: readers never see half a file."""
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
    """Delete what processes of this machine that are no more left half written below a folder; return how many."""
    left = [path for path in folder.rglob(".*.part") if _is_left(path.name)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file of bytes."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_parquet(table: Any, path: Path) -> None:
    """Write a pyarrow table to a file."""
    import pyarrow.parquet as pq

    with replacing(path) as temporary:
        pq.write_table(table, temporary)


def _host() -> str:
    return re.sub(r"[^\w-]", "-", socket.gethostname()) or "localhost"


def _is_left(name: str) -> bool:
    """Return whether the process that wrote a file of this name is no more; of another machine's nothing is known."""
    found = PART.fullmatch(name)
    return bool(found) and found["host"] == _host() and not _is_alive(int(found["process"]))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
