"""Locks on files and on the working directory: one holder at a time, and none is left over by a killed process."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnnbench.common.locks import exclusive, is_held, try_lock

HOLDER = """
import sys, time
from pathlib import Path
from rnnbench.common.locks import try_lock
assert try_lock(Path(sys.argv[1]), 0) is not None
print("held", flush=True)
time.sleep(100)
"""


LOCK = Path("lock")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def holder():
    """A process that holds the folder's lock."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, LOCK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lock_is_held_by_one_and_goes_with_its_process(holder):
    assert is_held(LOCK)
    assert try_lock(LOCK, 0.3) is None
    holder.kill()
    holder.wait()
    assert not is_held(LOCK)
    assert try_lock(LOCK, 0) is not None


def test_exclusive_releases_the_lock_at_the_end_of_its_block():
    file = Path("file")
    file.write_text("as it was")
    with exclusive(file):
        assert is_held(file)
    assert not is_held(file)
    assert file.read_text() == "as it was"
