"""Finished runs: whole or not there at all, each under its digest."""

import subprocess
import sys

import numpy as np
import pytest
from safetensors import SafetensorError

from rnnbench.common.errors import UserError
from rnnbench.common.files import replacing, sweep
from rnnbench.results.store import (
    FORMAT,
    check_format,
    corrupt,
    path_of,
    read_record,
    read_tensors,
    set_aside_old_store,
    write_run,
)

DIGEST = "00ff" * 4
RECORD = {"status": "done", "scores": [["test", "loss", 0.1], ["test", "slot_f1", None]], "device": "cpu (x86_64)"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def write_half(path):
    with replacing(path) as temporary:
        temporary.write_text("ne")
        raise KeyboardInterrupt


def test_a_run_comes_back_as_it_was_written():
    tensors = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "showcase": np.zeros((1, 2, 3))}
    write_run(DIGEST, RECORD, tensors)
    assert read_record(DIGEST) == RECORD
    stored = read_tensors(DIGEST)
    assert stored.keys() == tensors.keys()
    assert all(stored[name].dtype == tensors[name].dtype for name in tensors)
    assert all(np.array_equal(stored[name], tensors[name]) for name in tensors)


def test_tensors_that_are_not_contiguous_keep_their_order():
    matrix = np.arange(6.0).reshape(2, 3)
    write_run(DIGEST, {}, {"transposed": matrix.T})
    assert read_tensors(DIGEST)["transposed"].tolist() == matrix.T.tolist()


def test_only_the_named_tensors_are_read():
    write_run(DIGEST, {}, {"a": np.ones(1), "b": np.zeros(1)})
    assert list(read_tensors(DIGEST, "b")) == ["b"]


def test_a_run_lies_under_its_digest(folder):
    assert not path_of(DIGEST).exists()
    write_run(DIGEST, RECORD, {})
    run, note = folder / f"results/store/00/{DIGEST}.safetensors", folder / "results/store/format"
    assert set(files(folder)) == {run, note}
    assert run.samefile(path_of(DIGEST))


def test_a_failed_write_leaves_nothing(folder):
    with pytest.raises(SafetensorError):
        write_run(DIGEST, RECORD, {"weights": np.array(["not a number"], dtype=object)})
    assert files(folder) == []


def test_an_interrupted_write_leaves_what_was_there(folder):
    path = folder / "file"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_text() == "old"
    assert files(folder) == [path]


def test_a_killed_write_is_never_taken_for_a_run():
    program = f"""
import os, signal
from rnnbench.common.files import replacing
from rnnbench.results.store import path_of
with replacing(path_of("{DIGEST}")) as path:
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert path_of(DIGEST).parent.exists()
    assert not path_of(DIGEST).exists()
    write_run(DIGEST, RECORD, {})
    assert read_record(DIGEST) == RECORD


def test_what_a_killed_write_left_is_swept_away_and_what_others_write_is_not(folder):
    program = f"""
import os, signal
from pathlib import Path
from rnnbench.common.files import replacing
with replacing(Path({str(folder)!r}, "deep/file")) as path:
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    with replacing(folder / "deep/other") as path:
        assert len(files(folder)) == 2
        assert sweep(folder) == 1
        assert files(folder) == [path]


@pytest.mark.parametrize("position", [0, 20, 100, -1])
def test_any_bit_that_changed_is_noticed(position):
    tensors = {"weights": np.arange(6.0)}
    write_run(DIGEST, RECORD, tensors)
    assert corrupt([DIGEST, "11" * 8]) == []
    data = bytearray(path_of(DIGEST).read_bytes())
    data[position] ^= 1
    path_of(DIGEST).write_bytes(data)
    assert corrupt([DIGEST]) == [DIGEST]


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_file_that_was_cut_off_is_noticed(length):
    write_run(DIGEST, RECORD, {"weights": np.arange(6.0)})
    path_of(DIGEST).write_bytes(path_of(DIGEST).read_bytes()[:length])
    assert corrupt([DIGEST]) == [DIGEST]


def test_a_store_of_another_version_is_reported(folder):
    write_run(DIGEST, RECORD, {})
    check_format()
    note = folder / "results/store/format"
    assert note.read_text() == f"{FORMAT}\n"
    note.write_text("99\n")
    with pytest.raises(UserError, match=r"format 99, this one has 3.*mv results/store results/store-99"):
        check_format()
    note.unlink()
    assert str(set_aside_old_store()) == "results/store-1"
    assert set_aside_old_store() is None
