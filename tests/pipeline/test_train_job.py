"""A training job: which runs it trains, and how every error becomes a failed run with a reason."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.networks import needs_native
from rnnbench.common.errors import WorkError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.pipeline.train_job import missing, train_job
from rnnbench.pipeline.worker import train_in_worker
from rnnbench.results.store import path_of, read_tensors
from rnnbench.training.engines.native.engine import NativeEngine

EXPERIMENT = {
    "tasks": [{"task": "register", "length": 4, "train": 24, "validation": 8, "test": 8}],
    "encoders": ["one_of_n"],
    "architectures": ["gru"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01, 0.02], "epochs": 1},
    "device": "cpu",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(engine):
    """Return the specification of the experiment's job, after its data was made."""
    plan = plan_of(parse_settings(EXPERIMENT | {"engine": engine}))
    for step in plan.preparation:
        if step.kind == "data":
            make_step(step.kind, Path(step.plan), Path(step.output))
    return plan.train[0].job


def runs_of(job):
    return job.combinations[0].runs


@needs_native
def test_native_code_trains_what_is_missing_and_nothing_else():
    job = planned("native")
    assert train_job(job) == {}
    lost = runs_of(job)[1]
    times = {run.digest: path_of(run.digest).stat().st_mtime_ns for run in runs_of(job)}
    path_of(lost.digest).unlink()
    assert missing(job.combinations[0], runs_of(job)) == [lost]
    assert train_job(job) == {}
    changed = {digest for digest, time in times.items() if path_of(digest).stat().st_mtime_ns != time}
    assert changed == {lost.digest}


def test_torch_trains_a_stack_whole():
    job = planned("torch")
    assert train_job(job) == {}
    assert missing(job.combinations[0], runs_of(job)) == []
    path_of(runs_of(job)[1].digest).unlink()
    assert missing(job.combinations[0], runs_of(job)) == runs_of(job)


@needs_native
def test_threads_change_nothing():
    job = planned("native")
    train_job(job)
    on_one_thread = {run.digest: read_tensors(run.digest) for run in runs_of(job)}
    for digest in on_one_thread:
        path_of(digest).unlink()
    train_job(job, threads=3)
    for digest, tensors in on_one_thread.items():
        on_three_threads = read_tensors(digest)
        assert on_three_threads.keys() == tensors.keys()
        assert all((on_three_threads[name] == tensors[name]).all() for name in tensors)


@needs_native
def test_a_library_other_than_the_planned_one_trains_nothing():
    """As on another processor: results would be kept under a digest that is not theirs."""
    job = planned("native")
    combination = job.combinations[0]
    name, _, *rest = combination.engine_version
    job = job.only(replace(combination, engine_version=(name, "another", *rest)))
    failed = train_job(job)
    assert set(failed) == {run.digest for run in runs_of(job)}
    expected = "the code was changed after this was planned, or the machine; run snakemake again"
    assert set(failed.values()) == {expected}


@needs_native
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("native code does not compute it")])
def test_an_error_in_an_engine_is_a_failed_run(error, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(NativeEngine, "trainer", fail)
    job = planned("native")
    failed = train_job(job)
    assert set(failed) == {run.digest for run in runs_of(job)}
    assert all(message.startswith(type(error).__name__) for message in failed.values())


def planned_pair():
    """Return a job of two combinations, gru and elman; its data is made."""
    plan = plan_of(parse_settings(EXPERIMENT | {"engine": "native", "architectures": ["gru", "elman"]}))
    (data,) = (step for step in plan.preparation if step.kind == "data")
    make_step("data", Path(data.plan), Path(data.output))
    return plan.train[0].job


def digests_of(job, number):
    return {run.digest for run in job.combinations[number].runs}


@needs_native
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_combination_that_kills_its_process_has_failed_and_the_others_go_on(name, monkeypatch):
    trainer = NativeEngine.trainer

    def deadly(engine, network, *arguments):
        if network.cell.kind == "gru":
            os.kill(os.getpid(), getattr(signal, name))
        return trainer(engine, network, *arguments)

    monkeypatch.setattr(NativeEngine, "trainer", deadly)
    job = planned_pair()
    failed = train_in_worker(job)
    assert failed.keys() == digests_of(job, 0)
    assert all(f"killed by {name}" in message for message in failed.values())
    assert all(path_of(digest).exists() for digest in digests_of(job, 1))


@needs_native
def test_a_combination_that_takes_too_long_has_failed(monkeypatch):
    monkeypatch.setattr(NativeEngine, "trainer", lambda *_: time.sleep(100))
    job = replace(planned_pair(), minutes=0.005)
    failed = train_in_worker(job)
    assert failed.keys() == digests_of(job, 0) | digests_of(job, 1)
    expected = "took longer than 0.005 minutes (workflow: minutes_per_combination)"
    assert set(failed.values()) == {expected}


@needs_native
def test_ending_the_job_ends_all_of_it(monkeypatch):
    monkeypatch.setattr(NativeEngine, "trainer", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(WorkError, match="ended by SIGTERM"):
        train_in_worker(planned_pair())


@needs_native
def test_a_disk_that_is_full_fails_the_job_and_no_run(monkeypatch, capfd):
    def full(*_):
        raise OSError(28, "No space left on device", "results/store")

    monkeypatch.setattr("rnnbench.pipeline.train_job.write_run", full)
    with pytest.raises(WorkError):
        train_in_worker(planned_pair())
    assert "No space left on device" in capfd.readouterr().err
