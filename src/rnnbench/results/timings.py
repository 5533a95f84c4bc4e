"""How long each step of the workflow took, and how much of that went by before it began to work."""

import importlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from rnnbench.common.files import write_text
from rnnbench.results import paths


@dataclass(frozen=True)
class Times:
    """The moments of a process, in seconds since 1970."""

    started: float
    """The process began."""
    loaded: float
    """What the step works with was imported."""
    ended: float


def timed(kind: str, name: str, needs: str, work: Callable[[], None]) -> None:
    """Import a step's module `needs`, do its work, and write down when; a name is a digest."""
    import psutil

    started = psutil.Process().create_time()
    importlib.import_module(needs)
    loaded = time.time()
    work()
    write_text(json.dumps(asdict(Times(started, loaded, time.time()))), paths.TIMINGS / kind / f"{name}.json")


def read_times(kind: str, name: str) -> Times | None:
    """Return the times of a step when it was last carried out, None when it never was."""
    path = paths.TIMINGS / kind / f"{name}.json"
    return Times(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def times_of_kind(kind: str) -> list[Times]:
    """Return the times of every step of that kind when it was last carried out."""
    steps = [read_times(kind, path.stem) for path in sorted((paths.TIMINGS / kind).glob("*.json"))]
    return [times for times in steps if times]
