"""The tables that are derived from others: overfitting, turning, rankings."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnnbench.analysis.derived_tables import analysed
from rnnbench.analysis.overfitting import overfitting_rows, turning_rows
from rnnbench.analysis.rankings import ranking_rows
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

NETWORK = {"task": "travel", "encoder": "one_of_n", "architecture": "gru"}
ZEROS = {"str": "", "int64": 0, "Int64": None, "float64": 0.0, "bool": False}


def row(name, **values):
    return {column: ZEROS[kind] for column, kind in SCHEMAS[name].items()} | NETWORK | {"selected": True} | values


def score_rows(values, **about):
    return [row("scores", seed=seed, learning_rate=0.01, value=value, **about) for seed, value in enumerate(values)]


def scores(*rows):
    return frame("scores", list(itertools.chain(*rows)))


def test_the_gap_has_the_interval_of_a_mean_over_blocks():
    """Of three blocks it is their range."""
    gaps, late = [0.1, 0.2, 0.4], [0.5, 0.5, 0.8]
    table = scores(
        score_rows(gaps, split="gap", metric="slot_f1"), score_rows(late, split="gap_at_end", metric="slot_f1")
    )
    (result,) = overfitting_rows(table)
    assert (result["gap"], result["low"], result["high"]) == pytest.approx((np.mean(gaps), 0.1, 0.4))
    assert (result["gap_at_end"], result["low_at_end"]) == pytest.approx((0.6, 0.5))
    assert result["runs"] == 3
    frame("overfitting", [result])


def test_other_runs_than_the_selected_ones_do_not_count():
    table = scores(score_rows([0.1, 0.1], split="gap", metric="loss"), score_rows([9.0], split="gap", metric="loss"))
    table.loc[2, "selected"] = False
    (result,) = overfitting_rows(table)
    assert (result["gap"], result["runs"]) == (pytest.approx(0.1), 2)


def test_when_the_loss_on_validation_is_lowest_and_how_far_it_rises_after():
    """One network turns at its second point, the other never does; before training nothing counts."""
    losses = {0: [0.1, 0.9, 0.5, 0.6, 0.8], 1: [0.2, 0.9, 0.8, 0.7, 0.6]}
    history = [
        row("history", seed=seed, learning_rate=0.01, step=step, split="validation", metric="loss", value=loss)
        for seed, values in losses.items()
        for step, loss in enumerate(values)
    ]
    history = [{key: entry[key] for key in SCHEMAS["history"]} for entry in history]
    runs = frame("runs", [row("runs", seed=seed, learning_rate=0.01, status="done") for seed in losses])
    (result,) = turning_rows(frame("history", history), runs)
    assert (result["step"], result["steps"], result["runs"]) == (3.0, 4, 2)
    assert (result["turned"], result["rise"]) == (0.5, pytest.approx(0.15))
    frame("turning", [result])


def test_without_history_nothing_turns():
    assert list(turning_rows(frame("history", []), frame("runs", []))) == []


def ranked(rng, means, *, seeds=10, encoders=("a", "b"), spreads=None):
    rows = [
        row("scores", architecture=name, encoder=encoder, seed=seed, split="test", metric="slot_f1", value=value)
        for name, mean in means.items()
        for encoder in encoders
        for seed in range(seeds)
        for value in (rng.normal(mean, (spreads or {}).get(name, 0.01)),)
    ]
    networks = [{"architecture": name, "base": name, "fair": "equal width"} for name in means]
    whole = {column: ZEROS[kind] for column, kind in SCHEMAS["architectures"].items()}
    return frame("scores", rows), frame("architectures", [whole | network for network in networks])


def test_networks_are_compared_with_the_best_block_by_block():
    rankings = list(ranking_rows(*ranked(np.random.default_rng(0), {"bad": 0.5, "good": 0.9, "as_good": 0.9})))
    assert [entry["encoder"] for entry in rankings] == ["a"] * 3 + ["b"] * 3
    best, second, bad = rankings[:3]
    assert bad["architecture"] == "bad"
    assert (best["behind"], best["behind_low"], best["behind_high"], best["best_above"]) == (0, 0, 0, 0.5)
    assert second["behind_low"] < 0.02 < 0.38 < bad["behind_low"] < bad["behind"] < bad["behind_high"]
    assert bad["low"] < bad["mean"] < bad["high"]
    assert (bad["best_above"], bad["blocks"]) == (1.0, 10)
    frame("rankings", rankings)


def test_a_difference_that_is_the_same_in_every_block_is_certain_however_much_blocks_differ():
    """Unpaired, the best would be above in 55 of 100 pairs of runs."""
    rng = np.random.default_rng(0)
    table, networks = ranked(rng, {"x": 0.5, "y": 0.5}, encoders=("a",))
    blocks = rng.normal(0.5, 0.1, size=10)
    table["value"] = [*blocks, *(blocks + 0.02)]
    best, other = ranking_rows(table, networks)
    assert (best["architecture"], other["best_above"]) == ("y", 1.0)
    assert other["behind"] == pytest.approx(other["behind_low"]) == pytest.approx(0.02)
    assert other["high"] - other["low"] > 0.05


@pytest.mark.parametrize(("spread", "differs"), [(0.01, False), (0.1, True)])
def test_spreads_are_tested_by_brown_and_forsythe(spread, differs):
    """By their own recipe: an analysis of variance of the distances from each network's median."""
    table, networks = ranked(
        np.random.default_rng(0), {"x": 0.5, "y": 0.6, "z": 0.7}, encoders=("a",), seeds=20, spreads={"x": spread}
    )
    first, *_ = ranking_rows(table, networks)
    samples = [group.to_numpy() for _, group in table.groupby("architecture")["value"]]
    expected = stats.f_oneway(*(abs(sample - np.median(sample)) for sample in samples)).pvalue
    assert first["spread_p"] == pytest.approx(expected)
    assert (first["spread_p"] < 0.05) == differs


def test_networks_that_never_vary_have_the_same_spread():
    table, networks = ranked(np.random.default_rng(0), {"x": 0.5, "y": 0.6}, encoders=("a",))
    table["value"] = [0.5] * 10 + [0.75] * 10
    first, _ = ranking_rows(table, networks)
    assert (first["spread"], first["spread_p"]) == (0, 1)


def test_of_two_blocks_no_spread_can_be_told_from_another():
    """Both distances from a median are the same, so that the test divides by 0 and would be sure of anything."""
    table, networks = ranked(np.random.default_rng(0), {"x": 0.5, "y": 0.6}, encoders=("a",), seeds=2)
    first, _ = ranking_rows(table, networks)
    assert first["spread_p"] == 1


def test_blocks_that_a_network_lacks_do_not_count():
    table, networks = ranked(np.random.default_rng(0), {"x": 0.5, "y": 0.6})
    missing = table[(table["architecture"] == "x") & (table["encoder"] == "a") & (table["seed"] == 3)].index
    first, _, third, _ = ranking_rows(table.drop(missing), networks)
    assert (first["blocks"], first["architecture"], third["blocks"]) == (9, "y", 10)


def test_a_single_network_is_not_ranked():
    assert list(ranking_rows(*ranked(np.random.default_rng(0), {"x": 0.5}))) == []


def grid(tasks, encoders, architectures, seeds, rates):
    """Return a large table of random scores, and the tables beside it."""
    names = {
        "task": tasks,
        "encoder": encoders,
        "architecture": architectures,
        "seed": range(seeds),
        "learning_rate": [0.01 * (i + 1) for i in range(rates)],
    }
    runs = pd.MultiIndex.from_product(names.values(), names=names.keys()).to_frame(index=False)
    runs["selected"] = runs["learning_rate"] == 0.01
    parts = pd.MultiIndex.from_product(
        [("train", "validation", "test", "gap", "gap_at_end"), ("slot_f1", "token_accuracy", "slot_accuracy", "loss")],
        names=["split", "metric"],
    ).to_frame(index=False)
    whole = runs.merge(parts, how="cross")
    whole["value"] = np.random.default_rng(0).normal(0.8, 0.05, len(whole))
    done = runs.assign(status="done", chosen_by="slot_f1", hidden=8, parameters_recurrent=64)
    for column, kind in SCHEMAS["runs"].items():
        if column not in done:
            done[column] = ZEROS[kind]
    history = runs.loc[runs["selected"]].merge(pd.DataFrame({"step": range(1, 11)}), how="cross")
    history = history.assign(split="validation", metric="loss", value=whole["value"].to_numpy()[: len(history)])
    empty = {name: frame(name, []) for name in SCHEMAS}
    return empty | {
        "scores": whole[list(SCHEMAS["scores"])].astype(SCHEMAS["scores"]),
        "runs": done[list(SCHEMAS["runs"])].astype(SCHEMAS["runs"]),
        "history": history[list(SCHEMAS["history"])],
    }


def test_a_grid_is_analysed_in_every_way():
    tables = grid(["travel"], ["a", "b"], ["gru", "lstm", "elman"], seeds=6, rates=2)
    derived = {name: frame(name, list(rows)) for name, rows in analysed(tables).items()}
    assert len(derived["overfitting"]) == 2 * 3 * 4
    assert len(derived["turning"]) == 2 * 3
    assert len(derived["rankings"]) == 0
    assert set(derived["metrics"]["direction"]) == {"higher", "lower"}
    assert set(derived["claims"]["verdict"]) <= {"supported", "contradicted", "equivalent", "undecided"}
