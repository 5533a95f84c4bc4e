"""One snakemake at a time works in a folder. What a killed one left there is cleared away by the next."""

import os
import socket
from pathlib import Path

from rnnbench.common.errors import UserError
from rnnbench.common.files import sweep
from rnnbench.common.locks import TIMEOUT, try_lock
from rnnbench.results import paths

SNAKEMAKES_LOCKS = Path(".snakemake/locks")


def acquire_workdir() -> None:
    """Make this process the one that works in this folder until it ends, and clear away what a killed one left.

    Snakemake's own locks have no owner, so those of one that was killed would have to be removed by hand. This lock
    goes with its process: the process that has it may clear away what is left. Raises UserError when another snakemake
    works here.
    """
    try:
        handle = try_lock(paths.LOCK, TIMEOUT)
    except OSError:  # a file system without locks: Snakemake's own must do
        return
    if handle is None:
        holder = paths.LOCK.read_text(encoding="utf-8") or "it has just begun"
        raise UserError(f"another snakemake works in this folder ({holder}); wait for it, or end it")
    for folder in (paths.RESULTS, paths.REPORTS):
        sweep(folder)
    for file in SNAKEMAKES_LOCKS.glob("*.lock"):
        file.unlink(missing_ok=True)
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
