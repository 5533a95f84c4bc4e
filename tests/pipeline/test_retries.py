"""What failed, was lost or is damaged is tried again, by one snakemake at a time."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnnbench.common.errors import UserError
from rnnbench.common.locks import is_held
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.plan.step import run_digests
from rnnbench.pipeline.retries import delete_incomplete_outputs, schedule_retries
from rnnbench.pipeline.steps import make_step
from rnnbench.pipeline.workdir_lock import acquire_workdir
from rnnbench.results import paths, store

EXPERIMENT = {
    "tasks": [{"task": "register", "length": 4, "train": 24, "validation": 8, "test": 8}],
    "encoders": ["one_of_n"],
    "architectures": ["gru", "elman"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01], "max_steps": 4, "patience": 2, "check": 2},
    "workflow": {"combinations_per_job": 1},
    "device": "cpu",
}
HOLD = """import sys
from rnnbench.pipeline.workdir_lock import acquire_workdir
acquire_workdir()
print("held", flush=True)
"""
"""A program that takes the lock of the folder."""


@pytest.fixture
def plan(tmp_path, monkeypatch) -> Plan:
    """The plan of an experiment, all of whose networks are trained."""
    monkeypatch.chdir(tmp_path)
    plan = plan_of(parse_settings(EXPERIMENT))
    for step in (*plan.preparation, *plan.train):
        if step.kind in ("data", "train"):
            make_step(step.kind, Path(step.plan), Path(step.output))
    return plan


@pytest.fixture
def other_snakemake(plan):
    command = [sys.executable, "-c", f"{HOLD}sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def snakemakes_lock() -> Path:
    lock = Path(".snakemake/locks/0.input.lock")
    lock.parent.mkdir(parents=True)
    lock.write_text("results/train/x.json")
    return lock


def test_what_a_killed_snakemake_left_is_cleared_away(plan):
    lock = snakemakes_lock()
    subprocess.run([sys.executable, "-c", HOLD], check=True)
    assert not lock.exists()
    assert not is_held(paths.LOCK)


def test_two_snakemakes_never_work_in_one_folder(other_snakemake, plan, monkeypatch):
    monkeypatch.setattr("rnnbench.pipeline.workdir_lock.TIMEOUT", 0.1)
    lock = snakemakes_lock()
    with pytest.raises(UserError, match="another snakemake works in this folder"):
        acquire_workdir()
    assert lock.exists()


def test_a_lost_run_is_trained_again_and_no_other(plan):
    gru, elman = plan.train
    store.path_of(run_digests(gru)[0]).unlink()
    delete_incomplete_outputs(plan)
    assert not Path(gru.output).exists()
    assert Path(elman.output).exists()


def test_a_corrupt_run_is_deleted_and_named(plan, capsys):
    digest = run_digests(plan.train[1])[1]
    path = store.path_of(digest)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    schedule_retries(plan)
    assert capsys.readouterr().err == f"1 damaged result in the store will be made again: {digest}\n"
    assert not path.exists()
    assert not Path(plan.train[1].output).exists()


def test_a_store_of_an_older_version_is_set_aside_in_one_line(plan, capsys):
    (store.FOLDER / store.FORMAT_FILE).write_text("2\n")
    shutil.copytree(store.FOLDER, "results/store-2")
    schedule_retries(plan)
    expected = "the store was written by an older version of rnnbench; it is set aside in results/store-2.2\n"
    assert capsys.readouterr().err == expected
    assert store.stored_digests() == set()
    assert len(list(Path("results/store-2.2").rglob("*.safetensors"))) == 4
    assert not any(Path(step.output).exists() for step in plan.train)


def test_a_store_that_others_share_is_left_to_them(plan, monkeypatch):
    (store.FOLDER / store.FORMAT_FILE).write_text("2\n")
    monkeypatch.setenv(store.SHARED, "results/store")
    with pytest.raises(UserError, match=r"format 2, this one has 3.*mv results/store results/store-2"):
        plan_of(parse_settings(EXPERIMENT))


def test_planning_changes_nothing_but_plan_files(plan):
    store.path_of(run_digests(plan.train[0])[0]).write_bytes(b"damaged")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    plan_of(parse_settings(EXPERIMENT))
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
