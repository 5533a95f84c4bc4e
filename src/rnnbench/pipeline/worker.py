"""Trains a job in a child process, so that whatever kills it costs one combination, and the others go on."""

import ctypes
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection

from rnnbench.common.errors import UserError, WorkError, is_of_the_machine
from rnnbench.pipeline.train_job import train_each
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import JobSpec

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals by which somebody ends the whole job."""
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux' prctl."""


def train_in_worker(job: JobSpec) -> dict[str, str]:
    """Train what is missing of a job's combinations; return digest -> message of the runs that failed.

    A combination fails when its process dies (as when memory runs out) or takes longer than the job allows; those
    after it are trained in another process. Raises WorkError when somebody ends the job, or the machine lets nothing
    be kept.
    """
    failed: dict[str, str] = {}
    left = list(job.combinations)
    while left:
        worker = _Worker(job.only(*left))
        finished = worker.run()
        failed |= {digest: message for messages in finished for digest, message in messages.items()}
        left = left[len(finished) :]
        if left:
            print(f"failed: {worker.end}", file=sys.stderr, flush=True)
            runs = Runs(job, left.pop(0))
            failed |= {run.digest: worker.end for run, record in runs.records if record is None}
    return failed


class _Worker:
    """A process that trains a job, and what became of it."""

    def __init__(self, job: JobSpec) -> None:
        context = multiprocessing.get_context("fork")
        self.minutes = job.minutes
        self.receiver, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(job, sender, os.getpid()), daemon=True)
        self.process.start()
        sender.close()
        self.end = ""

    def run(self) -> list[dict[str, str]]:
        """Return what the worker reported of each combination before it ended; `end` says why, where it died."""
        reports: list[dict[str, str]] = []
        try:
            while self.receiver.poll(self.minutes and self.minutes * 60):
                reports.append(self.receiver.recv())
        except EOFError:
            self.process.join()
            self._explain()
        else:
            self.process.kill()
            self.process.join()
            self.end = f"took longer than {self.minutes:g} minutes (workflow: minutes_per_combination)"
        return reports

    def _explain(self) -> None:
        code = self.process.exitcode or 0
        if code > 0:
            raise WorkError("the job did not end well; its message stands above")
        if -code in END_SIGNALS:
            raise WorkError(f"ended by {signal.Signals(-code).name}; what is finished is kept")
        if code:
            self.end = f"killed by {signal.Signals(-code).name}"
            self.end += ", as the system does when memory runs out" if -code == signal.SIGKILL else ""


def _work(job: JobSpec, sender: Connection, parent: int) -> None:
    """Train a job, and send what failed after each combination."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    try:
        for failed in train_each(job):
            if os.getppid() != parent:
                os._exit(1)
            sender.send(failed)
    except (UserError, OSError) as error:
        if not isinstance(error, UserError) and not is_of_the_machine(error):
            raise
        sys.exit(str(error))
