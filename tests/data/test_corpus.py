"""A corpus survives being written and read; padding and labels are as worked out by hand."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnbench.data.corpus import Corpus, Split, read_corpus, split_of_numbers, split_of_words, write_corpora

NAMES = ("train", "validation", "test", "showcase")
FIELDS = ("lengths", "inputs", "targets", "score_mask")

pairs = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), min_size=1, max_size=5)
sentences = st.lists(pairs.map(lambda pair: tuple(zip(*pair, strict=True))), min_size=1, max_size=4)


@st.composite
def corpora_of_words(draw):
    phenomena = draw(st.frozensets(st.sampled_from(["far", "homograph", "x1"])))
    return Corpus({name: draw(splits_of_words(phenomena)) for name in NAMES})


@st.composite
def splits_of_words(draw, phenomena):
    """Draw splits whose words each show some of the phenomena."""
    tags = st.lists(st.sampled_from(sorted(phenomena)), unique=True) if phenomena else st.just([])
    return split_of_words((words, labels, [draw(tags) for _ in words]) for words, labels in draw(sentences))


@st.composite
def corpora_of_numbers(draw):
    """Draw corpora with up to twelve columns, so that their order is tested: x10 comes after x9."""
    widths = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    return Corpus({name: draw(splits_of_numbers(widths)) for name in NAMES})


@st.composite
def splits_of_numbers(draw, widths):
    lengths = np.array(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    rows = int(lengths.sum())
    inputs, targets = (draw(arrays(np.float32, (rows, width))) for width in widths)
    return Split(lengths, inputs, targets, draw(arrays(bool, rows)))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "corpus.parquet"


def assert_same(again, corpus):
    assert list(again.splits) == list(corpus.splits)
    for name, split in corpus.splits.items():
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(again.splits[name], field), getattr(split, field))
            assert getattr(again.splits[name], field).dtype == getattr(split, field).dtype
        assert again.splits[name].phenomena.keys() == split.phenomena.keys()
        for phenomenon, where in split.phenomena.items():
            np.testing.assert_array_equal(again.splits[name].phenomena[phenomenon], where)
    assert again.labels == corpus.labels


def assert_round_trip(corpora, path):
    write_corpora(corpora, path)
    for seed, corpus in corpora.items():
        assert_same(read_corpus(path, seed), corpus)


@settings(max_examples=50, deadline=None)  # every example is a file, and disks are sometimes slow
@given(st.lists(corpora_of_words(), min_size=1, max_size=3))
def test_words_come_back_as_they_were_written(path, corpora):
    assert_round_trip(dict(enumerate(corpora, start=5)), path)


@settings(max_examples=50, deadline=None)
@given(corpora_of_numbers())
def test_numbers_come_back_as_they_were_written(path, corpus):
    assert_round_trip({0: corpus}, path)


def test_padded_is_as_long_as_the_longest():
    split = split_of_words([(["a", "b"], ["O", "X"]), (["c"], ["O"]), (["d", "e", "f"], ["O", "O", "X"])])
    assert split.starts.tolist() == [0, 2, 3]
    assert split.with_padding(split.inputs, "-").tolist() == [["a", "b", "-"], ["c", "-", "-"], ["d", "e", "f"]]
    assert split.with_padding(split.score_mask, False).tolist() == [
        [True, True, False],
        [True, False, False],
        [True] * 3,
    ]


def test_padded_keeps_further_axes():
    split = Split(np.array([1, 2]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.zeros((3, 1)), np.ones(3, bool))
    assert split.with_padding(split.inputs, 0).tolist() == [[[1, 2], [0, 0]], [[3, 4], [5, 6]]]


def test_sequences_of_numbers_are_laid_end_to_end():
    inputs, score_mask = np.arange(12).reshape(2, 3, 2), np.array([[0, 1, 1], [1, 0, 0]])
    split = split_of_numbers(inputs, inputs.sum(-1), score_mask)
    assert split.lengths.tolist() == [3, 3]
    assert split.inputs[3].tolist() == [6, 7]
    assert split.targets[:, 0].tolist() == [1, 5, 9, 13, 17, 21]
    assert split.score_mask.tolist() == [False, True, True, True, False, False]


def test_labels_are_those_of_training_then_the_others():
    splits = {"train": [(["a", "b"], ["I-x", "O"])], "test": [(["a", "b", "c"], ["B-x", "A", "O"])]}
    corpus = Corpus({name: split_of_words(pairs) for name, pairs in splits.items()})
    assert corpus.labels == ("O", "I-x")
    assert corpus.all_labels == ("O", "I-x", "A", "B-x")


def test_phenomena_come_back_from_disk(tmp_path):
    sentences = [
        (("nice", "to", "nice"), ("O", "O", "B-x"), (("homograph",), (), ("far", "homograph"))),
        (("to",), ("O",)),
    ]
    corpus = Corpus({"train": split_of_words([(*sentence, [()])[:3] for sentence in sentences])})
    write_corpora({0: corpus}, tmp_path / "corpus.parquet")
    for split in (corpus.splits["train"], read_corpus(tmp_path / "corpus.parquet", 0).splits["train"]):
        assert {name: where.tolist() for name, where in split.phenomena.items()} == {
            "far": [False, False, True, False],
            "homograph": [True, False, True, False],
        }


def corpus_of(*words):
    return Corpus({name: split_of_words([(words, ["O"] * len(words))]) for name in NAMES})


def test_seeds_with_one_corpus_share_its_rows(tmp_path):
    first, second = corpus_of("to", "taipei"), corpus_of("from", "taipei", "now")
    write_corpora({3: first, 4: second, 7: first}, tmp_path / "corpus.parquet")
    file = pq.ParquetFile(tmp_path / "corpus.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2 * 4, 3 * 4]
    for seed, corpus in {3: first, 4: second, 7: first}.items():
        assert_same(read_corpus(tmp_path / "corpus.parquet", seed), corpus)
    with pytest.raises(KeyError):
        read_corpus(tmp_path / "corpus.parquet", 0)


def test_a_reader_of_one_seed_needs_no_other_rows(tmp_path):
    """The rows of the other corpus are overwritten with nonsense, and nothing changes."""
    path = tmp_path / "corpus.parquet"
    write_corpora({0: corpus_of("to", "taipei"), 1: corpus_of("from", "taipei", "now")}, path)
    data, group = bytearray(path.read_bytes()), pq.ParquetFile(path).metadata.row_group(1)
    columns = [group.column(i) for i in range(group.num_columns)]
    start = min(column.dictionary_page_offset or column.data_page_offset for column in columns)
    end = start + sum(column.total_compressed_size for column in columns)
    data[start:end] = b"\xff" * (end - start)
    path.write_bytes(data)
    assert_same(read_corpus(path, 0), corpus_of("to", "taipei"))
    with pytest.raises((OSError, ValueError)):
        read_corpus(path, 1)


def test_equal_words_are_one_object(tmp_path):
    write_corpora({seed: corpus_of("to", "taipei", "to") for seed in (0, 1)}, tmp_path / "corpus.parquet")
    first, second = (read_corpus(tmp_path / "corpus.parquet", seed).splits["train"].inputs for seed in (0, 1))
    assert first[0] is first[2] is second[0]
    assert first[1] is second[1]


def test_numbers_have_no_labels():
    assert Corpus({"train": split_of_numbers(np.zeros((1, 2, 3)), np.zeros((1, 2)), np.ones((1, 2)))}).labels == ()
