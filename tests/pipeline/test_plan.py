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
from rnnbench.pipeline.plan.step import combinations_of, read_step
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
        (*runs.names.values(), run.seed, run.learning_rate, run.digest)
        for step in plan_of(settings).train
        for runs in combinations_of(step)
        for run in runs.runs
    ]


def digests(**changes):
    """Return (task, encoder, architecture, seed, learning rate) -> digest."""
    return {run[:-1]: run[-1] for run in planned_runs(settings(**changes))}


def test_the_default_experiment_has_every_combination_once():
    runs = planned_runs(load_settings([ROOT / "config.yaml"]))
    counts = Counter((task, encoder) for task, encoder, *_ in runs)
    encoders = ("one_of_n", "one_of_n_other", "letter_trigram", "learned_embedding")
    memory = [("register", "raw"), ("adding", "raw")]
    memory += [(f"delayed_recall delay={delay}", "one_of_n") for delay in (10, 20, 40, 80)]
    small = {(f"travel_small train={n}", encoders[0]): 3 for n in (125, 500, 2000)}
    small |= {(f"travel_small train={n}", encoders[2]): 1 for n in (125, 500, 2000)}
    networks = dict.fromkeys(memory, 5) | small | {("order", "one_of_n"): 2}
    networks |= {("travel", encoder): 19 if encoder == "one_of_n" else 3 for encoder in encoders}
    search, others = 3 * 3, 17
    assert counts == {pair: number * (search + others) for pair, number in networks.items()}
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
    training = {"learning_rates": [0.01], "search_seeds": 1}
    few, many = (digests(training=training | {"seeds": 1 + n}, engine="torch") for n in (full, full + 1))
    assert len(many) == len(few) / (1 + full) * (2 + full)
    assert few.items() <= many.items()


def test_a_run_in_another_stack_is_another_run():
    """Torch rounds sums differently there: the same digest must mean the same bytes."""
    before = digests(engine="torch")
    assert not set(before.values()) & set(digests(training=SMALL["training"] | {"seeds": 3}, engine="torch").values())
    # Each learning rate is a stack by itself.
    more_rates = SMALL["training"] | {"learning_rates": [0.01, 0.02, 0.04]}
    assert before.items() < digests(training=more_rates, engine="torch").items()


@needs_native
def test_native_runs_do_not_depend_on_their_stack():
    before = digests()
    for changes in ({"seeds": 3}, {"learning_rates": [0.01, 0.02, 0.04]}):
        after = digests(training=SMALL["training"] | changes)
        assert before.items() < after.items()


@needs_native
def test_how_learning_rates_are_searched_for_changes_no_run():
    training = {"seeds": 4, "search_seeds": 1, "learning_rates": [0.01, 0.02]}
    runs = digests(training=training)
    for changes in ({"search_seeds": 3}, {"learning_rates": "auto"}, {"learning_rates": [0.01], "seeds": 40}):
        others = digests(training=training | changes)
        assert runs.keys() & others.keys()
        assert all(others[run] == runs[run] for run in runs.keys() & others.keys())


def test_every_seed_has_a_world_and_what_only_names_it_changes_none():
    def worlds(task):
        plan = plan_of(settings(tasks=[task], training={"seeds": 3, "first_seed": 5, "learning_rates": [0.01]}))
        return plan.train[0].job.worlds

    register = worlds({"task": "register", "length": 5})
    assert list(register) == [5, 6, 7]
    assert len(set(register.values())) == 3
    same = {"task": "register", "length": 5, "name": "other", "training": {"batch": 8}, "architectures": ["gru"]}
    assert worlds(same) == register
    assert set(worlds({"task": "register", "length": 6}).values()).isdisjoint(register.values())
    # The corpus of seed 6 is that of seed 5 where the task's own seed is one more.
    shifted = worlds({"task": "register", "length": 5, "seed": 1})
    assert (shifted[5], shifted[6]) == (register[6], register[7])


def test_a_corpus_of_ones_own_is_the_world_of_every_seed(folder):
    (folder / "mine.bio").write_text("to\tO\nrome\tB-city\n\n" * 3)
    task = {"task": "columns", "train": "mine.bio", "validation": "mine.bio", "test": "mine.bio"}

    def worlds(**changes):
        return plan_of(settings(tasks=[task | changes])).train[0].job.worlds

    fixed, resampled = worlds(), worlds(resample=True)
    assert len(set(fixed.values())) == 1
    assert len(set(resampled.values())) == 2
    (folder / "mine.bio").write_text("to\tO\nbonn\tB-city\n\n" * 3)
    assert set(worlds().values()).isdisjoint(fixed.values())


def test_a_task_is_run_with_the_architectures_that_it_names_behind_an_encoder():
    task = {"task": "travel", "architectures_behind": {"letter_trigram": ["gru", "jordan"], EMBEDDING: ["elman"]}}
    runs = planned_runs(settings(tasks=[task]))
    pairs = {(encoder, architecture) for _, encoder, architecture, *_ in runs}
    everywhere = {(encoder, name) for encoder in ("one_of_n", "one_of_n_other") for name in ("elman", "lstm", "gru")}
    assert pairs == everywhere | {("letter_trigram", "gru"), ("letter_trigram", "jordan"), (EMBEDDING, "elman")}
    whole = digests(tasks=["travel"])
    assert all(whole.get(run[:-1], run[-1]) == run[-1] for run in runs)


@needs_native
def test_another_engine_is_another_run():
    assert not set(digests().values()) & set(digests(engine="torch").values())


def test_the_plan_has_the_engine_and_the_reason_for_it():
    steps = plan_of(settings(engine="torch")).train
    assert {c.engine for step in steps for c in step.job.combinations} == {EngineChoice("torch", "engine: torch")}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"training": SMALL["training"] | {"max_steps": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"patience": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"check": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"batch": 7}}, lambda run: True),
        ({"training": SMALL["training"] | {"clip": 7}}, lambda run: True),
        ({"size": {"hidden": 7}}, lambda run: True),
        ({"size": {"parameters": 7}}, lambda run: True),
        ({"tasks": ["travel", {"task": "register", "length": 5, "seed": 7}]}, lambda run: run[0] == "register"),
        ({"tasks": [{"task": "travel", "train": 7}, SMALL["tasks"][1]]}, lambda run: run[0] == "travel"),
        (
            {"tasks": ["travel", {"task": "register", "length": 5, "training": {"max_steps": 7}}]},
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
