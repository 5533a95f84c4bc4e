"""How input is made that is wrong or hostile, and what must not come of it.

In the usual test run the examples are the same every time. For a longer hunt with new ones, say how many times as many:

    RNNBENCH_FUZZ=50 python -m pytest tests/fuzz

It prints the example that fails; mend the code, and write that example down in the tests of the module.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[2]
BUNDLED = [ROOT / "config.yaml", *sorted((ROOT / "workflow/experiments").glob("*.yaml"))]
TIMES = int(os.environ.get("RNNBENCH_FUZZ", "0"))
SECONDS = 30
"""No single example takes a second; on a machine with other work it may take some."""


def examples(n: int) -> settings:
    """Return the settings of a test that tries n examples, or many times as many new ones."""
    return settings(
        max_examples=n * max(TIMES, 1),
        derandomize=not TIMES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


@contextlib.contextmanager
def without_hanging() -> Iterator[None]:
    """Raise TimeoutError in what takes longer than SECONDS."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"longer than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def files_below(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def check_message(text: str) -> None:
    """Check that a message is a few lines of reasonable length, and no traceback."""
    lines = text.splitlines()
    assert 0 < len(lines) <= 51
    assert max(map(len, lines)) < 2000
    assert "Traceback" not in text
    assert not any(ord(character) < 32 for line in lines for character in line)
