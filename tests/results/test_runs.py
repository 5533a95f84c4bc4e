"""Which runs there are, which of them are to be trained, and which rate and run are chosen: worked out by hand."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.specifications import runs_of
from rnnbench.results.runs import Runs
from rnnbench.results.store import path_of, write_run
from rnnbench.training.engines.selection import EngineChoice

TRAVEL, REGISTER = {"kind": "travel", "name": "journey"}, {"kind": "register", "name": ""}
TORCH = EngineChoice("torch", "a test")
AUTO = {"seeds": 7, "search_seeds": 2, "learning_rates": "auto"}
"""A search on blocks 0 and 1; torch trains the others, 2 to 6, in one stack of five."""


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
        "least_gain": 0.001,
        "scores": [*on_validation, *(["test", name, -value] for _, name, value in on_validation)],
    }


def diverged(loss, **scores):
    return done(loss, **scores) | {"status": "diverged"}


def runs_with(rates, task=TRAVEL):
    """Return a combination whose runs are in the store: learning rate -> a record for each seed, None for none."""
    seeds = max((len(records) for records in rates.values()), default=1)
    training = {"seeds": seeds, "search_seeds": seeds, "learning_rates": list(rates) or [0.1]}
    runs = runs_of(task=task, training=training, name="mine")
    for rate, records in rates.items():
        for seed, record in enumerate(records):
            if record:
                write_run(digest_of(runs, rate, seed), record, {})
    return runs


def digest_of(runs, rate, seed):
    return runs.job.run(runs.combination, seed, rate).digest


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


def test_a_tie_goes_to_the_rate_in_the_middle_whatever_the_loss():
    runs = runs_with({rate: [done(rate, slot_f1=0.7)] for rate in (0.1, 0.2, 0.4)})
    assert runs.learning_rate == 0.2


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
    assert runs.missing == 2


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
    assert (best[1].seed, best[1].learning_rate) == (1, 0.1)


def test_no_run_is_the_best_when_none_is_done():
    assert runs_with({0.1: [diverged(0.1, slot_f1=1.0), None]}).best() is None


def train(runs, peak, *, only=lambda rate, seed: True):
    """Write what the next round trains, as if the rate `peak` were the best; return a set of pairs for each stack."""
    stacks = [{(run.learning_rate, run.seed): run for run in stack} for stack in runs.todo]
    for pair, run in ((pair, run) for stack in stacks for pair, run in stack.items() if only(*pair)):
        write_run(run.digest, done(0.1, slot_f1=0.9 - 0.1 * abs(pair[0] - peak) / peak), {})
    return [set(stack) for stack in stacks]


def again(runs):
    """Return the same runs as another process sees them."""
    return Runs(runs.job, runs.combination)


def rounds(runs, peak):
    """Train until nothing is to do; return the stacks of each round."""
    result = []
    while stacks := train(again(runs), peak):
        result.append(stacks)
    return result


def pairs(rates, seeds):
    return {(rate, seed) for rate in rates for seed in seeds}


def test_the_search_is_trained_first_then_further_rates_then_the_other_blocks():
    runs = runs_of(training=AUTO)
    first, further, others = rounds(runs, peak=0.02)
    assert first == [pairs([rate], [0, 1]) for rate in (0.005, 0.01, 0.02)]
    assert further == [pairs([0.04], [0, 1])]
    assert others == [pairs([0.02], range(2, 7))]
    runs = again(runs)
    assert (runs.learning_rate, runs.choice.is_at_edge, runs.missing) == (0.02, False, 0)
    assert len(runs.runs) == 4 * 2 + 5
    assert {run.seed for run, _ in runs.selected} == set(range(7))


def test_a_single_rate_is_no_search_and_all_blocks_are_trained_at_once():
    (only,) = rounds(runs_of(training={"seeds": 4, "search_seeds": 3, "learning_rates": [0.3]}), peak=0.3)
    assert only == [pairs([0.3], [0, 1, 2]), pairs([0.3], [3])]


def test_while_the_search_goes_on_the_other_blocks_stand_at_the_best_rate_so_far():
    runs = runs_of(training=AUTO)
    assert {run.learning_rate for run in runs.runs if run.seed >= 2} == {0.01}
    train(again(runs), peak=0.005, only=lambda rate, _: rate == 0.005)
    assert {run.learning_rate for run in again(runs).runs if run.seed >= 2} == {0.005}


@pytest.mark.parametrize("lost", [(0.005, 1), (0.02, 0), (0.04, 1)])
def test_a_run_of_the_search_that_is_lost_is_trained_again_and_the_choice_is_the_same(lost):
    runs = runs_of(training=AUTO)
    rounds(runs, peak=0.02)
    before = [run for run, _ in again(runs).records]
    path_of(digest_of(runs, *lost)).unlink()
    assert rounds(runs, peak=0.02) == [[{lost}]]
    assert [run for run, _ in again(runs).records] == before
    assert again(runs).learning_rate == 0.02


def test_a_run_of_another_block_that_is_lost_is_trained_again_alone_by_native_code():
    runs = runs_of(training=AUTO)
    rounds(runs, peak=0.01)
    path_of(digest_of(runs, 0.01, 4)).unlink()
    assert rounds(runs, peak=0.01) == [[{(0.01, 4)}]]


def test_torch_trains_a_stack_whole():
    runs = runs_of(training=AUTO, engine=TORCH)
    rounds(runs, peak=0.01)
    path_of(digest_of(runs, 0.01, 4)).unlink()
    assert rounds(runs, peak=0.01) == [[pairs([0.01], range(2, 7))]]
    path_of(digest_of(runs, 0.02, 1)).unlink()
    assert rounds(runs, peak=0.01) == [[pairs([0.02], [0, 1])]]


def test_a_file_that_cannot_be_read_is_a_run_that_the_store_lacks():
    runs = runs_of(training=AUTO)
    rounds(runs, peak=0.02)
    for text in (b"", b"damaged", path_of(digest_of(runs, 0.02, 1)).read_bytes()[:50]):
        path_of(digest_of(runs, 0.02, 1)).write_bytes(text)
        assert again(runs).missing == 1
        assert rounds(runs, peak=0.02) == [[{(0.02, 1)}]]


@settings(max_examples=15)
@given(st.sampled_from([0.0003, 0.002, 0.007, 0.01, 0.02, 0.05, 0.4, 9.0]), st.randoms())
def test_the_choice_is_the_same_in_whatever_order_runs_were_trained(tmp_path_factory, peak, chance):
    """Each round trains a random part of what is to do, as a process that is killed does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("search"))
        runs = runs_of(training=AUTO)
        rounds(runs, peak)
        undisturbed = again(runs)
        patch.chdir(tmp_path_factory.mktemp("disturbed"))
        while again(runs).todo:
            train(again(runs), peak, only=lambda *_: chance.random() < 0.5)
        assert again(runs).choice == undisturbed.choice
        assert again(runs).runs == undisturbed.runs
        assert all(higher / lower == pytest.approx(2) for lower, higher in pairwise(undisturbed.choice.tried))


def digests(engine, changes=None):
    """Return seed -> digest of its run at a rate, for the settings of AUTO with changes."""
    runs = runs_of(training=AUTO | (changes or {}), engine=engine)
    return {seed: digest_of(runs, 0.01, seed) for seed in runs.job.worlds}


def test_how_many_seeds_there_are_changes_no_native_run():
    few = digests(EngineChoice("native", ""))
    assert len(set(few.values())) == 7
    for changes in ({"seeds": 30}, {"seeds": 7, "search_seeds": 5}, {"learning_rates": [0.01, 0.3]}):
        assert few.items() <= digests(EngineChoice("native", ""), changes).items()


def test_further_seeds_leave_full_stacks_of_torch_as_they_are():
    few = digests(TORCH)
    assert few.items() <= digests(TORCH, {"seeds": 9}).items()
    full, longer = digests(TORCH, {"seeds": 9}), digests(TORCH, {"seeds": 10})
    assert {seed for seed in full if full[seed] != longer[seed]} == {7, 8}, "their stack gets another run"


def test_a_run_depends_on_its_world_alone_and_in_a_stack_on_those_of_the_others():
    worlds = {seed: f"world {seed}" for seed in range(7)} | {4: "another"}
    for engine, changed in ((EngineChoice("native", ""), {4}), (TORCH, {2, 3, 4, 5, 6})):
        before = digests(engine)
        runs = runs_of(training=AUTO, engine=engine)
        job = type(runs.job).read(runs.job.written | {"worlds": list(worlds.items())})
        after = {seed: job.run(runs.combination, seed, 0.01).digest for seed in worlds}
        assert {seed for seed in worlds if before[seed] != after[seed]} == changed


def test_a_job_is_read_as_it_was_written():
    job = runs_of(training=AUTO).job
    assert type(job).read(job.written) == job
    assert list(job.worlds) == list(range(7))
