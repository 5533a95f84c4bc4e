"""A training job: which runs it trains, in which order, and how every error becomes a failed run with a reason."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.networks import needs_native
from rnnbench.common.errors import WorkError
from rnnbench.pipeline import train_job as module
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.pipeline.train_job import WITHOUT_RATE, train_job
from rnnbench.pipeline.worker import train_in_worker
from rnnbench.results.runs import Runs
from rnnbench.results.store import path_of, read_tensors, stored_digests
from rnnbench.training.engines.native.engine import NativeEngine
from rnnbench.training.rate_search import BOUNDS, grid_rate

EXPERIMENT = {
    "tasks": [{"task": "register", "length": 4, "train": 24, "validation": 8, "test": 8}],
    "encoders": ["one_of_n"],
    "architectures": ["gru"],
    "size": {"hidden": 4},
    "training": {
        "seeds": 4,
        "search_seeds": 2,
        "learning_rates": [0.01, 0.02],
        "max_steps": 4,
        "patience": 2,
        "check": 2,
    },
    "device": "cpu",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(engine, **training):
    """Return the specification of the experiment's job, after its data was made."""
    changes = {"engine": engine, "training": EXPERIMENT["training"] | training}
    plan = plan_of(parse_settings(EXPERIMENT | changes))
    for step in plan.preparation:
        if step.kind == "data":
            make_step(step.kind, Path(step.plan), Path(step.output))
    return plan.train[0].job


def runs_of(job, number=0):
    """Return the runs of one of a job's combinations, as far as its search has gone."""
    return Runs(job, job.combinations[number]).runs


def digests_of(job, number=0):
    return {run.digest for run in runs_of(job, number)}


def pairs(runs):
    return {(run.learning_rate, run.seed) for run in runs}


def times(job):
    """Return when each result of a job in the store was written."""
    return {run: file.stat().st_mtime_ns for run in runs_of(job) if (file := path_of(run.digest)).exists()}


def trained_again(job, lost):
    """Delete the results of runs and train the job; return the runs that were trained."""
    before = times(job)
    for run in lost:
        path_of(run.digest).unlink()
    assert train_job(job) == {}
    after = times(job)
    assert after.keys() == before.keys()
    return {run for run in after if after[run] != before[run]}


@pytest.mark.parametrize("engine", ["torch", pytest.param("native", marks=needs_native)])
def test_the_search_is_trained_and_then_the_other_blocks_at_the_best_rate(engine):
    job = planned(engine)
    assert train_job(job) == {}
    runs = Runs(job, job.combinations[0])
    rate = runs.learning_rate
    assert rate in (0.01, 0.02)
    assert pairs(runs.runs) == {(0.01, 0), (0.01, 1), (0.02, 0), (0.02, 1), (rate, 2), (rate, 3)}
    assert stored_digests() == digests_of(job)
    assert runs.todo == []


@needs_native
def test_a_search_goes_on_beyond_the_first_rates_until_the_best_is_inside_or_at_the_end_of_the_grid():
    job = planned("native", learning_rates="auto")
    assert train_job(job) == {}
    runs = Runs(job, job.combinations[0])
    assert runs.choice.missing == ()
    assert not runs.choice.is_at_edge or runs.learning_rate in [*map(grid_rate, BOUNDS)]
    assert stored_digests() == digests_of(job)
    in_search = [run for run in runs.runs if run.seed < 2]
    assert len(in_search) == 2 * len(runs.choice.tried)
    assert trained_again(job, in_search[::3]) == set(in_search[::3])
    assert Runs(job, job.combinations[0]).choice == runs.choice


@needs_native
def test_native_code_trains_what_is_missing_and_nothing_else():
    job = planned("native")
    assert train_job(job) == {}
    for lost in runs_of(job):
        assert trained_again(job, [lost]) == {lost}


def test_torch_trains_a_stack_whole():
    job = planned("torch")
    assert train_job(job) == {}
    for stack in ([(0.01, 0), (0.01, 1)], [(0.02, 0), (0.02, 1)], [(None, 2), (None, 3)]):
        chosen = {run for run in runs_of(job) if (run.learning_rate if run.seed < 2 else None, run.seed) in stack}
        assert trained_again(job, [min(chosen, key=lambda run: run.seed)]) == chosen


@needs_native
def test_further_seeds_train_nothing_again():
    few = planned("native")
    assert train_job(few) == {}
    before = times(few)
    many = planned("native", seeds=6)
    assert train_job(many) == {}
    assert {run.seed for run in set(runs_of(many)) - set(runs_of(few))} == {4, 5}
    assert times(many).items() >= before.items()


@pytest.mark.parametrize("engine", ["torch", pytest.param("native", marks=needs_native)])
def test_when_a_run_of_the_search_fails_the_other_blocks_wait_for_it(engine, monkeypatch):
    train_combination = module.train_combination

    def fail(combination, corpora, runs, *arguments):
        if runs[0].learning_rate == 0.02:
            raise RuntimeError("no such rate")
        return train_combination(combination, corpora, runs, *arguments)

    monkeypatch.setattr(module, "train_combination", fail)
    job = planned(engine)
    failed = train_job(job)
    messages = {(run.learning_rate, run.seed): failed.get(run.digest) for run in runs_of(job)}
    error = "RuntimeError: no such rate"
    waiting = dict.fromkeys([(0.01, 2), (0.01, 3)], WITHOUT_RATE + error)
    assert messages == {(0.01, 0): None, (0.01, 1): None, (0.02, 0): error, (0.02, 1): error} | waiting
    assert failed.keys() < digests_of(job)

    monkeypatch.setattr(module, "train_combination", train_combination)
    before = times(job)
    assert train_job(job) == {}
    assert times(job).items() >= before.items()
    assert stored_digests() == digests_of(job)


@needs_native
def test_threads_change_nothing():
    job = planned("native")
    train_job(job, threads=1)
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
    assert set(failed.values()) == {expected, WITHOUT_RATE + expected}


@needs_native
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("native code does not compute it")])
def test_an_error_in_an_engine_is_a_failed_run(error, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(NativeEngine, "trainer", fail)
    job = planned("native")
    failed = train_job(job)
    assert set(failed) == {run.digest for run in runs_of(job)}
    begin = type(error).__name__
    for run in runs_of(job):
        assert failed[run.digest].startswith(begin if run.seed < 2 else WITHOUT_RATE + begin)


def planned_pair():
    """Return a job of two combinations, gru and elman; its data is made."""
    plan = plan_of(parse_settings(EXPERIMENT | {"engine": "native", "architectures": ["gru", "elman"]}))
    (data,) = (step for step in plan.preparation if step.kind == "data")
    make_step("data", Path(data.plan), Path(data.output))
    return plan.train[0].job


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
