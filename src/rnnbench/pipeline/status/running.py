"""What is running at this moment, seen from outside: jobs hold the locks of their plans, and write logs."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rnnbench.common.locks import is_held
from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import Step
from rnnbench.results import paths

SECONDS = 2.0
"""The time between two looks."""


def is_at_work() -> bool:
    """Return whether a snakemake works in this folder."""
    return is_held(paths.LOCK)


def running(plan: Plan) -> list[Step]:
    """Return the steps that some process is carrying out."""
    return [step for step in plan if is_held(Path(step.plan))]


def running_text(steps: Sequence[Step], most: int = 16) -> Iterator[str]:
    """Yield a line for each running step: what it makes, and of what; for training, how far it is."""
    for step in steps[:most]:
        yield f"{step.kind} {step.task_label}{_training_progress(step) if step.kind == 'train' else ''}".rstrip()
    if len(steps) > most:
        yield f"and {len(steps) - most} others"


def _training_progress(step: Step) -> str:
    """Return which combination a job is at: every line of its log that begins with a number is of a finished one."""
    names = [combination.name for combination in step.job.combinations]
    lines = step.log.read_text(encoding="utf-8", errors="replace").splitlines() if step.log.exists() else []
    done = sum(line.partition("/")[0].isdigit() for line in lines)
    return f": {names[done]} ({done + 1} of {len(names)})" if done < len(names) else ": writing"


def print_while(text: Callable[[], str], condition: Callable[[], bool]) -> None:
    """Print a text, and again while a condition holds: in its place on a terminal; elsewhere its last line, if new."""
    printed = text()
    if not sys.stdout.isatty():
        print(printed, flush=True)
        while condition():
            time.sleep(SECONDS)
            last, printed = printed, text()
            if printed.splitlines()[-1] != last.splitlines()[-1]:
                print(printed.splitlines()[-1], flush=True)
        return
    from rich.live import Live
    from rich.text import Text

    with Live(Text(printed), auto_refresh=False) as live:
        while condition():
            time.sleep(SECONDS)
            live.update(Text(text()), refresh=True)
