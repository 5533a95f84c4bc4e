"""Trains a job in a child process, so that whatever kills it costs one combination, and the others go on."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from rnnbench.common.errors import UserError, WorkError, is_of_the_machine
from rnnbench.pipeline.train_job import train_each

ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals by which somebody ends the whole job."""
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux' prctl."""


def supervised(job: Mapping[str, Any]) -> dict[str, str]:
    """Train what is missing of a job's combinations; return digest -> message of the runs that failed.

    A combination fails when its process dies (as when memory runs out) or takes longer than the job allows; those
    after it are trained in another process. Raises WorkError when somebody ends the job, or the machine lets nothing
    be kept.
    """
    failed: dict[str, str] = {}
    left = list(job["combinations"])
    while left:
        child = _Child({**job, "combinations": left})
        told = child.run()
        failed |= {digest: message for found in told for digest, message in found.items()}
        left = left[len(told) :]
        if left:
            print(f"failed: {child.end}", file=sys.stderr, flush=True)
            failed |= {run["digest"]: child.end for run in left.pop(0)["runs"]}
    return failed


class _Child:
    """A process that trains a job, and what became of it."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        context = multiprocessing.get_context("fork")
        self.minutes = job.get("minutes")
        self.told, telling = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(job, telling, os.getpid()), daemon=True)
        self.process.start()
        telling.close()
        self.end = ""

    def run(self) -> list[dict[str, str]]:
        """Return what the child told of each combination before it ended; `end` says why, where it died."""
        found: list[dict[str, str]] = []
        try:
            while self.told.poll(self.minutes and self.minutes * 60):
                found.append(self.told.recv())
        except EOFError:
            self.process.join()
            self._judge()
        else:
            self.process.kill()
            self.process.join()
            self.end = f"took longer than {self.minutes:g} minutes (workflow: minutes_per_combination)"
        return found

    def _judge(self) -> None:
        code = self.process.exitcode or 0
        if code > 0:
            raise WorkError("the job did not end well; its message stands above")
        if -code in ASKED:
            raise WorkError(f"ended by {signal.Signals(-code).name}; what is finished is kept")
        if code:
            self.end = f"killed by {signal.Signals(-code).name}"
            self.end += ", as the system does when memory runs out" if -code == signal.SIGKILL else ""


def _work(job: Mapping[str, Any], telling: Connection, parent: int) -> None:
    """Train a job, and tell what failed after each combination."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    try:
        for failed in train_each(job):
            if os.getppid() != parent:
                os._exit(1)
            telling.send(failed)
    except (UserError, OSError) as error:
        if not isinstance(error, UserError) and not is_of_the_machine(error):
            raise
        sys.exit(str(error))
