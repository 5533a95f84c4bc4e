"""The status of an experiment: what is done, running and skipped, and the time left."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnnbench.__main__ import main
from rnnbench.common.locks import exclusive
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.plan.step import combinations_of, run_digests
from rnnbench.pipeline.status.progress import progress_by_task, todo_of
from rnnbench.pipeline.status.skipped import skipped
from rnnbench.pipeline.status.status import plan_text, status_text
from rnnbench.pipeline.status.time_left import Earlier, minutes, seconds_per_run
from rnnbench.pipeline.steps import make_step
from rnnbench.results import paths

EXPERIMENT = {
    "tasks": [
        {"task": "register", "length": [4, 6], "train": 40, "validation": 10, "test": 10},
        {"task": "travel", "train": 60, "validation": 10, "test": 20, "architectures": ["gru"]},
    ],
    "encoders": ["one_of_n"],
    "architectures": ["elman", "gru"],
    "size": {"hidden": 3},
    "training": {"seeds": 2, "learning_rates": [0.01], "max_steps": 4, "patience": 2, "check": 2},
    "workflow": {"combinations_per_job": 2},
    "device": "cpu",
}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(json.dumps(EXPERIMENT))
    return parse_settings(EXPERIMENT)


@pytest.fixture
def plan(settings):
    return plan_of(settings)


def make(*steps):
    for step in steps:
        make_step(step.kind, Path(step.plan), Path(step.output))


def test_times_are_estimated_by_task_encoder_and_architecture():
    rng = np.random.default_rng(0)
    tasks, encoders, networks = ({f"{kind}{i}": rng.uniform(1, 20) for i in range(4)} for kind in "ten")
    combinations = [(t, e, n) for t in tasks for e in encoders for n in networks]
    truth = np.array([tasks[t] * encoders[e] * networks[n] for t, e, n in combinations])
    sample = rng.choice(len(combinations), size=40, replace=False)
    predicted = np.array(seconds_per_run(combinations, [Earlier(combinations[i], truth[i]) for i in sample]))
    assert np.abs(np.log(predicted / truth)).max() < 0.1


def test_an_unknown_architecture_takes_an_average_time():
    earlier = [Earlier(("t", "e", "fast"), 1.0), Earlier(("t", "e", "slow"), 100.0)]
    assert seconds_per_run([("t", "e", "new")], earlier) == pytest.approx([10.0])


def test_without_an_earlier_run_there_is_no_estimate(plan):
    assert minutes(todo_of(plan), [], cores=1) is None


def test_every_run_takes_its_time_those_of_the_search_too(plan):
    make(*plan.preparation, *plan.train)
    done = [runs for step in plan.train for runs in combinations_of(step)]

    def time(**training):
        planned = plan_of(parse_settings(EXPERIMENT | {"training": EXPERIMENT["training"] | training}))
        result = minutes(todo_of(planned), done, cores=2)
        assert result is not None
        return result

    few, more, most = (time(learning_rates=[0.02], seeds=seeds) for seeds in (1, 101, 201))
    assert 0 < few < more
    assert most - more == pytest.approx(more - few)
    search = {"seeds": 5, "search_seeds": 2, "learning_rates": [0.02, 0.04, 0.08]}
    assert time(**search) == pytest.approx(time(learning_rates=[0.02], seeds=5 + 2 * 2))


def test_the_time_left_is_estimated_from_finished_jobs(plan, settings):
    make(*plan.preparation, plan.train[0])
    assert "as earlier runs took" in plan_text(settings, plan)
    assert "make report goes on, for about" in status_text(plan)


def test_the_time_left_is_estimated_without_corpora(plan, settings):
    make(*plan.preparation, *plan.train)
    for step in plan.preparation:
        Path(step.output).unlink()
    assert "as earlier runs took" in plan_text(settings, plan)


def test_every_run_is_done_failed_or_to_do(plan):
    make(*plan.preparation, plan.train[0])
    progress = {part.name: part for part in progress_by_task(plan)}
    assert (progress["register"].combinations, progress["register"].runs, progress["register"].done) == (4, 8, 4)
    assert (progress["all"].done, progress["all"].failed, progress["all"].todo) == (4, 0, 6)
    last = plan.train[-1]
    digest = run_digests(last)[0]
    Path(last.output).parent.mkdir(parents=True, exist_ok=True)
    Path(last.output).write_text(json.dumps({"failed": {digest: "no memory"}}))
    failed = progress_by_task(plan)[-1]
    assert (failed.done, failed.failed, failed.todo) == (4, 1, 5)
    assert "failed" in status_text(plan)
    assert {step.digest for step in todo_of(plan)} == {step.digest for step in plan.train[1:]}


def test_further_rates_of_a_search_are_to_do_when_it_asks_for_them(settings):
    """At first the search asks for three rates on two blocks, and the third block waits for the best of them."""
    training = {"seeds": 3, "search_seeds": 2, "learning_rates": "auto", "max_steps": 4, "patience": 2, "check": 2}
    plan = plan_of(parse_settings(EXPERIMENT | {"training": training, "tasks": EXPERIMENT["tasks"][1:]}))
    whole = progress_by_task(plan)[-1]
    assert (whole.runs, whole.done, whole.todo) == (3 * 2 + 1, 0, 7)
    make(*plan.preparation, *plan.train)
    whole = progress_by_task(plan)[-1]
    (runs,) = combinations_of(plan.train[0])
    assert (whole.runs, whole.done, whole.todo) == (2 * len(runs.choice.tried) + 1, whole.runs, 0)
    assert todo_of(plan) == []


def test_what_is_skipped_has_a_reason(settings):
    assert skipped(settings) == [
        "register: no one_of_n; the task's input is numbers",
        "travel: no elman; the task names its architectures",
    ]


def test_encoders_that_a_task_is_not_run_with_are_skipped_with_those_it_is_run_with():
    changes = {"tasks": [{"task": "parity"}], "encoders": ["one_of_n", "letter_trigram"]}
    assert skipped(parse_settings(EXPERIMENT | changes)) == [
        "parity: no letter_trigram; the task is run with one_of_n",
    ]


def test_what_is_skipped_behind_one_encoder_has_a_reason():
    task = {"task": "travel", "architectures_behind": {"letter_trigram": ["gru"]}}
    changes = {"tasks": [task], "encoders": ["one_of_n", "letter_trigram"]}
    assert skipped(parse_settings(EXPERIMENT | changes)) == [
        "travel: no elman behind letter_trigram; the task names those behind it"
    ]


def test_the_status_has_the_running_jobs(plan):
    assert "0 of 10 runs done (0%); nothing is running" in status_text(plan)
    job = plan.train[0]
    job.log.parent.mkdir(parents=True)
    job.log.write_text("a warning\n1/2 register, raw, elman: 0.2 s\n")
    with exclusive(Path(job.plan)):
        assert "Running:\n  train register length=4: gru (2 of 2)\n" in status_text(plan)
        assert status_text(plan).endswith("0 of 10 runs done (0%)")
    assert "Running" not in status_text(plan)


def test_watching_ends_when_nothing_is_running(plan, capsys):
    paths.LOCK.parent.mkdir(exist_ok=True)
    paths.LOCK.touch()
    assert main(["status", "--watch"]) == 0
    assert capsys.readouterr().out.count("0 of 10 runs done") == 1
