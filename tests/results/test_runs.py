"""The choice of a learning rate and of a run, worked out by hand on runs that lie in the store."""

import pytest

from helpers.specifications import combination_spec, job_spec, run_spec
from rnnbench.results.runs import Runs
from rnnbench.results.store import write_run

TRAVEL, REGISTER = {"kind": "travel", "name": "journey"}, {"kind": "register", "name": ""}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def done(loss, **scores):
    """Return a record with these scores on validation and their negatives on the test split, which choose nothing.

    It is chosen by the first of the scores, or by the loss where there is no other.
    """
    on_validation = [["validation", name, value] for name, value in {"loss": loss, **scores}.items()]
    metric = next(iter(scores), "loss")
    return {
        "status": "done",
        "chosen_by": metric,
        "scores": [*on_validation, *(["test", name, -value] for _, name, value in on_validation)],
    }


def diverged(loss, **scores):
    return done(loss, **scores) | {"status": "diverged"}


def runs_with(rates, task=TRAVEL):
    """Return a combination whose runs are in the store: learning rate -> a record for each seed, None for none."""
    runs = []
    for rate, records in rates.items():
        for seed, record in enumerate(records):
            runs.append(run_spec(seed, rate, f"{seed}-{rate}"))
            if record:
                write_run(f"{seed}-{rate}", record, {})
    combination = combination_spec(*runs, name="mine")
    return Runs(job_spec(combination, task=task), combination)


def test_names_are_those_of_the_tables():
    assert runs_with({}).names == {"task": "journey", "encoder": "one_of_n", "architecture": "mine"}


def test_the_best_mean_over_seeds_decides():
    runs = runs_with(
        {
            0.1: [done(0.1, slot_f1=0.9), done(0.1, slot_f1=0.1)],
            0.2: [done(0.9, slot_f1=0.6), done(0.9, slot_f1=0.5)],
        }
    )
    assert runs.learning_rate == 0.2


def test_a_tie_goes_to_the_lower_loss():
    assert runs_with({0.1: [done(0.5, slot_f1=0.7)], 0.2: [done(0.4, slot_f1=0.7)]}).learning_rate == 0.2


def test_a_tie_in_everything_goes_to_the_first():
    assert runs_with({0.2: [done(0.5, slot_f1=0.7)], 0.1: [done(0.5, slot_f1=0.7)]}).learning_rate == 0.2


def test_a_missing_run_does_not_count_for_its_learning_rate():
    runs = runs_with({0.1: [done(0.1, slot_f1=0.9), None], 0.2: [done(0.9, slot_f1=0.2), done(0.9, slot_f1=0.1)]})
    assert runs.learning_rate == 0.1


def test_fewer_runs_that_diverged_go_before_everything():
    failed = diverged(0.1, slot_f1=1.0)
    runs = runs_with(
        {
            0.1: [done(0.1, slot_f1=0.9), failed],
            0.2: [done(0.9, slot_f1=0.2), done(0.9, slot_f1=0.1)],
            0.3: [failed, failed],
        }
    )
    assert runs.learning_rate == 0.2


def test_a_loss_is_better_when_it_is_lower():
    assert runs_with({0.1: [done(0.5)], 0.2: [done(0.4)], 0.3: [done(0.6)]}, REGISTER).learning_rate == 0.2


def test_a_rate_is_chosen_when_all_runs_diverged():
    assert runs_with({0.1: [None, None], 0.2: [diverged(0.5, slot_f1=0.1), None]}).learning_rate in (0.1, 0.2)


def test_without_any_run_nothing_is_chosen():
    runs = runs_with({0.1: [None], 0.2: [None]})
    assert runs.learning_rate is None
    assert runs.best() is None
    assert [record for _, record in runs.records] == [None, None]


def test_the_best_run_is_the_best_on_validation_of_those_that_are_done():
    runs = runs_with(
        {
            0.1: [done(0.3, slot_f1=0.8), done(0.2, slot_f1=0.8)],
            0.2: [diverged(0.1, slot_f1=1.0), done(0.1, slot_f1=0.7), None],
        }
    )
    best = runs.best()
    assert best is not None
    assert best[0] == (0.8, -0.2)
    assert best[1].digest == "1-0.1"


def test_no_run_is_the_best_when_none_is_done():
    assert runs_with({0.1: [diverged(0.1, slot_f1=1.0), None]}).best() is None
