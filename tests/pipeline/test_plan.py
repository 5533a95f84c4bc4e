"""The plan: every combination once, each run under a digest of what it depends on, and of nothing else."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import rnnbench
from helpers.networks import needs_native
from helpers.project_copy import ROOT
from rnnbench.pipeline.config.load import load_settings, parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.plan.step import read_step
from rnnbench.results.runs import Runs
from rnnbench.training.engines.selection import EngineChoice

EMBEDDING = "learned_embedding"
SMALL = {
    "tasks": ["travel", {"task": "register", "length": 5}],
    "encoders": ["one_of_n", "one_of_n_other", "letter_trigram", EMBEDDING],
    "architectures": ["elman", "lstm", "gru"],
    "training": {"seeds": 2, "learning_rates": [0.01, 0.02]},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(**changes):
    return parse_settings(SMALL | changes)


def planned_runs(settings):
    """Return (task, encoder, architecture, seed, learning rate, digest) of every run of the plan."""
    return [
        (*Runs(step.job, combination).names.values(), run.seed, run.learning_rate, run.digest)
        for step in plan_of(settings).train
        for combination in step.job.combinations
        for run in combination.runs
    ]


def digests(**changes):
    """Return (task, encoder, architecture, seed, learning rate) -> digest."""
    return {run[:-1]: run[-1] for run in planned_runs(settings(**changes))}


def test_the_default_experiment_has_every_combination_once():
    runs = planned_runs(load_settings([ROOT / "config.yaml"]))
    counts = Counter((task, encoder) for task, encoder, *_ in runs)
    encoders = ("one_of_n", "one_of_n_other", "letter_trigram", "learned_embedding")
    memory = [("register", "raw"), ("adding", "raw"), ("associative_recall", "one_of_n")]
    memory += [(f"delayed_recall delay={delay}", "one_of_n") for delay in (5, 10, 20, 40)]
    networks, seeds, rates = 4, 10, 3
    expected = dict.fromkeys(memory, networks * seeds * rates)
    expected |= {(f"travel_small train={n}", "one_of_n"): 3 * 20 * 2 for n in (125, 250, 500, 1000, 2000)}
    assert counts == expected | {("travel", encoder): 16 * seeds * rates for encoder in encoders}
    assert len({run[:-1] for run in runs}) == len(runs)
    assert len({run[-1] for run in runs}) == len(runs)


def test_the_same_settings_give_the_same_plan():
    first, second = (plan_of(settings()) for _ in range(2))
    assert [step.digest for step in first] == [step.digest for step in second]


def test_a_steps_file_holds_its_specification():
    for step in plan_of(settings()):
        assert json.loads(Path(step.plan).read_text()).items() >= step.specification.written.items()
        assert step.digest in step.plan
        assert read_step(step.digest) == step
    assert read_step("0123456789abcdef") is None


def test_steps_need_what_other_steps_make():
    plan = plan_of(settings())
    outputs = {step.output for step in plan}
    assert len(outputs) == len(list(plan))
    assert all(set(step.needs) <= outputs for step in plan)
    assert set(plan.collect.needs) == {step.output for step in plan if step.kind != "collect"}


def test_baselines_and_audit_are_for_the_tasks_that_have_them():
    tasks = ["travel", "register", "delayed_recall"]
    plan = plan_of(settings(tasks=tasks))
    kinds = [(step.kind, step.specification.task["kind"]) for step in plan.preparation]
    of_all_tasks = [(kind, task) for task in tasks for kind in ("data", "describe")]
    assert Counter(kinds) == Counter([*of_all_tasks, ("audit", "travel"), ("rivals", "travel"), ("rivals", "register")])
    (recall,) = (step for step in plan.train if step.specification.task["kind"] == "delayed_recall")
    assert recall.needs == (recall.job.data,)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_how_work_is_cut_into_jobs_changes_no_run(size):
    assert digests(workflow={"combinations_per_job": size}) == digests()


def test_names_change_no_run():
    named = digests(
        tasks=[{"task": "travel", "name": "journey"}, {"task": "register", "length": 5, "name": "short"}],
        architectures=[{"name": name.upper(), "cell": name} for name in SMALL["architectures"]],
    )
    assert list(named.values()) == list(digests().values())
    assert {task for task, *_ in named} == {"journey", "short"}
    assert {architecture for _, _, architecture, *_ in named} == {"ELMAN", "LSTM", "GRU"}


def test_more_seeds_leave_full_stacks_as_they_are():
    full = EngineChoice("torch", "").seeds_at_once
    sizes = (full, full + 1)
    few, many = (digests(training=SMALL["training"] | {"seeds": n}, engine="torch") for n in sizes)
    assert len(many) == len(few) / full * (full + 1)
    assert few.items() <= many.items()


def test_a_run_in_another_stack_is_another_run():
    """Torch rounds sums differently there: the same digest must mean the same bytes."""
    before = digests(engine="torch")
    for changes in ({"seeds": 3}, {"learning_rates": [0.01, 0.02, 0.04]}):
        assert not set(before.values()) & set(digests(training=SMALL["training"] | changes, engine="torch").values())


@needs_native
def test_native_runs_do_not_depend_on_their_stack():
    before = digests()
    for changes in ({"seeds": 3}, {"learning_rates": [0.01, 0.02, 0.04]}):
        after = digests(training=SMALL["training"] | changes)
        assert before.items() < after.items()


@needs_native
def test_another_engine_is_another_run():
    assert not set(digests().values()) & set(digests(engine="torch").values())


def test_the_plan_has_the_engine_and_the_reason_for_it():
    steps = plan_of(settings(engine="torch")).train
    assert {c.engine for step in steps for c in step.job.combinations} == {EngineChoice("torch", "engine: torch")}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"training": SMALL["training"] | {"epochs": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"batch": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"clip": 7}}, lambda run: True),
        ({"size": {"hidden": 7}}, lambda run: True),
        ({"size": {"parameters": 7}}, lambda run: True),
        ({"tasks": ["travel", {"task": "register", "length": 5, "seed": 7}]}, lambda run: run[0] == "register"),
        ({"tasks": [{"task": "travel", "train": 7}, SMALL["tasks"][1]]}, lambda run: run[0] == "travel"),
        (
            {"tasks": ["travel", {"task": "register", "length": 5, "training": {"epochs": 7}}]},
            lambda run: run[0] == "register",
        ),
        (
            {"encoders": ["one_of_n", "one_of_n_other", {"encoder": "letter_trigram", "boundary": False}, EMBEDDING]},
            lambda run: run[1] == "letter_trigram",
        ),
        (
            {"architectures": [{"name": "elman", "cell": "elman", "activation": "relu"}, "lstm", "gru"]},
            lambda run: run[2] == "elman",
        ),
        (
            {"architectures": ["elman", {"name": "lstm", "cell": "lstm", "layers": 2}, "gru"]},
            lambda run: run[2] == "lstm",
        ),
        (
            {"architectures": ["elman", {"name": "lstm", "cell": "lstm", "hidden": 7}, "gru"]},
            lambda run: run[2] == "lstm",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_setting_changes_the_runs_that_depend_on_it_and_no_other(changes, changed):
    before, after = digests(), digests(**changes)
    assert before.keys() == after.keys()
    differ = {run for run in before if before[run] != after[run]}
    assert differ == set(filter(changed, before))
    assert differ


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("cells/gru.py", lambda run: run[2] == "gru"),
        ("cells/_memory_cell.py", lambda run: run[2] == "lstm"),
        ("encoders/one_of_n_other.py", lambda run: run[1] in ("one_of_n_other", "learned_embedding")),
        ("tasks/travel.txt", lambda run: run[0] == "travel"),
        ("training/loop.py", lambda run: True),
        ("analysis/collect.py", lambda run: False),
    ],
)
def test_editing_a_file_changes_the_runs_that_use_it_and_no_other(folder, file, changed):
    before, after = digests(), digests_with_edited(folder, file)
    assert {run for run in before if before[run] != after[run]} == set(filter(changed, before))


def digests_with_edited(folder, file):
    """Return the digests of a copy of the package in which a file has one more line."""
    copy = shutil.copytree(Path(rnnbench.__file__).parent, folder / "copy/rnnbench")
    with (copy / file).open("a") as opened:
        opened.write("\nEDITED = 1\n")
    program = "import json, test_plan; print(json.dumps([[*key, d] for key, d in test_plan.digests().items()]))"
    path = os.pathsep.join(map(str, (copy.parent, Path(__file__).parent, ROOT / "tests")))
    result = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, check=True
    )
    return {tuple(key): digest for *key, digest in json.loads(result.stdout)}
