"""Which encoder and network for which need: the rule on tables whose answers are known."""

from math import inf

import numpy as np
import pandas as pd
import pytest

from helpers.memory_tables import memory_tables
from helpers.report_rows import row
from helpers.word_tables import word_tables
from rnnbench.report.views.blocks import against_best, scores_by_block
from rnnbench.report.views.decisions import (
    MARGIN,
    Decision,
    Need,
    Network,
    decide,
    decisions,
    mean_scores,
    reaches,
)
from rnnbench.report.views.queries import Frame
from rnnbench.results.tables import frame

NEED = Need("default", "travel", ("test",), "slot_f1")
A, B, C = Network("one_of_n", "big"), Network("one_of_n", "small"), Network("letter_trigram", "big")
SIZES: dict[tuple, float] = {A: 1000.0, B: 100.0, C: 500.0}
BLOCKS = 0.9 + 0.01 * np.arange(8)
"""The scores of the best network in 8 blocks."""
ALTERNATING = 0.02 * np.array([1, -1] * 4)


def scores(**behind: float | np.ndarray) -> Frame:
    """Return scores of the networks: how far each is behind BLOCKS."""
    names = {"a": A, "b": B, "c": C}
    columns = pd.MultiIndex.from_tuples([names[name] for name in behind], names=["encoder", "architecture"])
    return pd.DataFrame(np.stack([BLOCKS - value for value in behind.values()], axis=1), columns=columns)


def chosen(table: Frame, sizes: dict[tuple, float] = SIZES) -> Decision:
    decision = decide(NEED, table, sizes)
    assert decision is not None
    return decision


def test_a_smaller_network_that_is_as_good_is_chosen() -> None:
    decision = chosen(scores(a=0.0, b=MARGIN - 0.001, c=0.1))
    assert (decision.chosen, decision.best, decision.is_best) == (B, A, False)
    assert decision.behind == pytest.approx((MARGIN - 0.001,) * 3)
    assert (decision.parameters, decision.best_parameters, decision.as_good) == (100, 1000, 1)
    assert decision.score.value == pytest.approx(BLOCKS.mean() - MARGIN + 0.001)


def test_a_smaller_network_that_is_behind_by_more_is_not_chosen() -> None:
    decision = chosen(scores(a=0.0, b=MARGIN + 0.001, c=0.1))
    assert (decision.chosen, decision.level, decision.next) == (A, [], B)
    assert decision.next_behind == pytest.approx((MARGIN + 0.001,) * 3)


def test_a_network_that_is_level_but_not_shown_to_be_as_good_is_a_tie_and_not_chosen() -> None:
    decision = chosen(scores(a=0.0, b=0.001 + ALTERNATING, c=0.1))
    assert (decision.chosen, decision.level) == (A, [B])
    assert decision.next_behind.low < 0 < MARGIN < decision.next_behind.high


def test_of_equal_sizes_the_better_one_is_chosen() -> None:
    assert chosen(scores(a=0.0, b=0.001), {A: 100.0, B: 100.0}).chosen == A


def test_four_seeds_show_no_difference_whatever_their_interval() -> None:
    """With 4 blocks p is never below 2 / 2^4, so that no other is lower, and none is as good."""
    decision = chosen(scores(a=0.0, b=0.001, c=0.1).iloc[:4])
    assert (decision.chosen, decision.level, decision.as_good) == (A, [B, C], 0)


@pytest.mark.parametrize(
    ("table", "sizes"),
    [(scores(a=0.0, b=0.1).iloc[:1], SIZES), (scores(a=0.0), SIZES), (scores(a=0.0, b=0.1), {A: 1.0})],
)
def test_nothing_is_decided_by_one_seed_or_about_one_network(table: Frame, sizes: dict[tuple, float]) -> None:
    assert decide(NEED, table, sizes) is None


@pytest.mark.parametrize(("blocks", "is_lower"), [(5, False), (6, True)])
def test_a_difference_needs_the_test_as_well_as_the_interval(blocks: int, is_lower: bool) -> None:
    """Blocks of one sign: p = 2 / 2^5 = 0.0625, 2 / 2^6 = 0.031."""
    (shown,) = against_best(scores(a=0.0, b=0.1).iloc[:blocks], MARGIN).values()
    assert shown.behind.low > 0
    assert shown.is_lower == is_lower


def test_networks_with_half_of_the_seeds_missing_are_not_compared() -> None:
    tables = word_tables()
    failed = (tables["scores"]["architecture"] == "lstm") & (tables["scores"]["seed"] > 2)
    some = tables | {"scores": tables["scores"][~failed]}
    assert "lstm" not in scores_by_block(some, "travel", "test", "slot_f1").columns.get_level_values("architecture")


def test_needs_of_the_tables() -> None:
    found = {decision.need.name: decision for decision in decisions(word_tables())}
    assert list(found) == ["few_words", "typos", "few_sentences", "small", "default", "right_context"]
    assert found["few_words"].chosen == ("one_of_n_other", "bidirectional_lstm")
    assert found["typos"].chosen == ("letter_trigram", "bidirectional_lstm")
    assert found["few_sentences"].need.task == "small train=100"
    assert found["small"].chosen == ("one_of_n", "bidirectional_lstm")
    assert found["default"].need.splits == ("test", "test_unseen", "test_typos")


def test_the_default_is_the_mean_of_all_tests() -> None:
    tables = word_tables()
    need = Need("default", "travel", ("test", "test_typos"), "slot_f1")
    rows = tables["scores"][(tables["scores"]["task"] == "travel") & (tables["scores"]["split"] != "test_unseen")]
    means = rows.groupby(["seed", "encoder", "architecture"])["value"].mean()
    for (encoder, network), column in mean_scores(tables, need).items():
        for seed, value in column.items():
            assert value == pytest.approx(means[seed, encoder, network])


def test_right_context_is_compared_with_the_best_that_reads_forward() -> None:
    found = {decision.need.name: decision for decision in decisions(word_tables())}["right_context"]
    assert found.chosen.architecture == "bidirectional_lstm"
    assert found.without is not None
    assert found.without_behind is not None
    assert found.without.architecture in ("elman", "lstm")
    assert found.without_behind.value == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("networks", [("elman", "lstm"), ("bidirectional_lstm",)])
def test_right_context_needs_networks_with_and_without_it(networks: tuple[str, ...]) -> None:
    names = [decision.need.name for decision in decisions(word_tables(networks=networks))]
    assert "default" in names
    assert "right_context" not in names


def test_with_one_test_split_small_is_the_default() -> None:
    names = [decision.need.name for decision in decisions(word_tables(splits=("test",), family=False))]
    assert names == ["default", "right_context"]


def horizons(*rows: tuple[str, int, int, int]) -> Frame:
    key = {"task": "delayed_recall", "setting": "delay", "encoder": "one_of_n"}
    return frame(
        "horizons",
        [
            row("horizons", key, architecture=name, horizon=lag, low=low, high=high, shortest=5, longest=80)
            for name, lag, low, high in rows
        ],
    )


def test_the_longest_horizon_is_chosen_and_the_smallest_of_equal_ones() -> None:
    tables = memory_tables()
    runs = tables["runs"].assign(
        parameters=[{"lstm": 40, "gru": 30}.get(n, 10) for n in tables["runs"]["architecture"]]
    )
    rows = (("lstm", 80, 80, 80), ("gru", 80, 40, 80), ("elman", 10, 10, 20), ("jordan", 20, 10, 80))
    (reach,) = reaches(tables | {"runs": runs, "horizons": horizons(*rows)})
    assert (reach.chosen.network, reach.parameters) == (("one_of_n", "gru"), 30)
    assert [other.network.architecture for other in reach.others] == ["lstm", "jordan", "elman"]
    assert [other.network.architecture for other in reach.equal] == ["lstm"]
    assert [other.network.architecture for other in reach.level] == ["jordan"]
    assert reach.chosen.is_beyond
    assert reach.chosen.lag < inf


@pytest.mark.parametrize("rows", [(), (("lstm", 80, 80, 80),), (("lstm", 0, 0, 0), ("gru", 0, 0, 5))])
def test_a_family_with_fewer_than_two_horizons_or_none_solved_says_nothing(rows: tuple) -> None:
    assert reaches(memory_tables() | {"horizons": horizons(*rows)}) == []
