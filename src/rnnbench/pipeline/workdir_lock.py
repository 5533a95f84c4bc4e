"""One snakemake at a time works in a folder. What a killed one left there is cleared away by the next."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from rnnbench.common.errors import UserError
from rnnbench.common.files import sweep
from rnnbench.common.locks import TIMEOUT, try_lock

LOCK = Path("results/lock")
SNAKEMAKES_LOCKS = Path(".snakemake/locks")
LOOKS = {"-n", "--dry-run", "--dryrun", "--lint", "-l", "--list", "--summary", "--detailed-summary", "-S", "-D"}
LOOKS |= {"--dag", "--rulegraph", "--filegraph", "--report", "--unlock"}
"""Options with which snakemake makes nothing."""


def acquire_workdir(options: Sequence[str]) -> bool:
    """Make this process the one that works in this folder; return whether nobody else does.

    Snakemake's own locks have no owner, so those of one that was killed would have to be removed by hand. Here the lock
    goes with its process: who has it may clear away what is left. It is held until the process ends, by one that only
    looks for a moment. Raises UserError when another one works here and this one would, too.
    """
    looks = bool(LOOKS & set(options))
    try:
        handle = try_lock(LOCK, 0 if looks else TIMEOUT)
    except OSError:  # a file system without locks: Snakemake's own must do
        return True
    if handle is None and not looks:
        raise UserError(f"another snakemake works in this folder ({_holder()}); wait for it, or end it")
    if handle is None:
        return False
    _clear()
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    if looks:
        os.close(handle)
    return True


def _clear() -> None:
    for folder in (Path("results"), Path("reports")):
        sweep(folder)
    for file in SNAKEMAKES_LOCKS.glob("*.lock"):
        file.unlink(missing_ok=True)


def _holder() -> str:
    return LOCK.read_text(encoding="utf-8") or "it has just begun"
