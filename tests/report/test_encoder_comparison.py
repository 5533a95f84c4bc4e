"""Encoders compared: over the networks that all have, block by block, on tables whose answers are known."""

import pandas as pd
import pytest

from helpers.memory_tables import memory_tables
from helpers.word_tables import ENCODERS, NETWORKS, word_tables
from rnnbench.report.views.encoder_comparison import columns, few_sentences, mean_over, shared_networks, subject
from rnnbench.report.views.queries import Frame


def grid(**values: list[float]) -> Frame:
    """Return scores of combinations: a name is encoder and network."""
    names = [tuple(name.split("_")) for name in values]
    return pd.DataFrame(
        list(zip(*values.values(), strict=True)),
        columns=pd.MultiIndex.from_tuples(names, names=["encoder", "architecture"]),
    )


def test_networks_that_an_encoder_lacks_do_not_count() -> None:
    scores = grid(a_elman=[0.5, 0.6], a_lstm=[0.7, 0.8], a_gru=[1.0, 1.0], b_lstm=[0.1, 0.3], b_elman=[0.3, 0.5])
    assert shared_networks(scores) == ["elman", "lstm"]
    means = mean_over(scores, ["elman", "lstm"])
    assert means["a"].tolist() == pytest.approx([0.6, 0.7])
    assert means["b"].tolist() == pytest.approx([0.2, 0.4])


def test_blocks_that_lack_a_score_do_not_count() -> None:
    scores = grid(a_lstm=[0.5, 0.6, 0.9], b_lstm=[0.1, float("nan"), 0.3])
    assert mean_over(scores, ["lstm"])["a"].tolist() == [0.5, 0.9]


def test_columns_and_who_is_best() -> None:
    found = {(column.split, column.sentences): column for column in columns(word_tables(), "travel")}
    assert list(found) == [("test", None), ("test_unseen", None), ("test_typos", None), ("test", 100), ("test", 400)]
    seen, unseen, typos, *few = found.values()
    assert sorted(seen.level) == ["one_of_n", "one_of_n_other"]
    assert seen.lower == ["letter_trigram", "learned_embedding"]
    assert (unseen.level, typos.level) == (["one_of_n_other"], ["letter_trigram"])
    assert unseen.others["learned_embedding"].behind.value == pytest.approx(0.05, abs=0.001)
    assert [list(column.scores) for column in few] == [["one_of_n", "letter_trigram"]] * 2
    assert {tuple(column.networks) for column in found.values()} == {NETWORKS}


def test_few_sentences_are_the_smallest_and_the_middle_of_a_family_of_the_same_kind() -> None:
    tables = word_tables()
    assert few_sentences(tables, "travel") == {"small train=100": 100, "small train=400": 400}
    other = tables["corpora"].assign(
        kind=["travel" if task == "travel" else "mine" for task in tables["corpora"]["task"]]
    )
    assert few_sentences(tables | {"corpora": other}, "travel") == {}


def test_the_subject_has_the_most_encoders_and_is_no_memory_task() -> None:
    assert subject(word_tables()) == "travel"
    assert subject(memory_tables()) is None


@pytest.mark.parametrize("encoders", [ENCODERS[:2], ENCODERS[1:]])
def test_one_seed_shows_no_difference(encoders: tuple[str, ...]) -> None:
    for column in columns(word_tables(seeds=(0,), encoders=encoders), "travel"):
        assert sorted(column.level) == sorted(column.scores)
