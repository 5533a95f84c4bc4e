"""Corpora in columns: what is read from files, and mistakes in them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from helpers.column_files import journeys, write_columns
from rnnbench.common.errors import UserError
from rnnbench.data.corpus import read_corpus, write_corpora
from rnnbench.pipeline.config.load import load_settings, parse_settings
from rnnbench.pipeline.config.settings import as_configuration
from rnnbench.tasks.columns import MAX_EXAMPLE_LENGTH, Columns, examples, read_sentences

WANTED = [(["play", "Abbey", "Road"], ["O", "B-album", "I-album"]), (["stop"], ["O"])]


PLAIN = "play\tO\nAbbey\tB-album\nRoad\tI-album\n\nstop\tO\n"


def read(folder, data):
    file = folder / "words.bio"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_sentences(file)


def splits_of(folder, train, test, **settings):
    sentences = {"train": train, "test": test}
    paths = {name: write_columns(folder / f"{name}.bio", rows) for name, rows in sentences.items()}
    return Columns(**paths, **settings).generate().splits


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.rstrip("\n"),
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        "\n \n\t\n" + PLAIN.replace("\n\n", "\n\n\n  \n") + "\n\n",
        PLAIN.replace("\n", "  \n"),
        PLAIN.replace("\t", " "),
        PLAIN.replace("\t", "   "),
        PLAIN.replace("\t", "\tNN\t_\t"),
        PLAIN.replace("\t", " NN _ "),
        "-DOCSTART- -X- O\n\n" + PLAIN,
        "-DOCSTART-\tO\n" + PLAIN.replace("\n\n", "\n-DOCSTART-\n"),
    ],
)
def test_these_files_say_the_same(tmp_path, text):
    assert read(tmp_path, text) == WANTED


@pytest.mark.parametrize(
    "word",
    [
        *("New York", "<script>alert(1)</script>", "\u202eabc\u202c", "naïve", "e\u0301", "a\u00a0b", "\u2028"),
        *("x" * 10000, "#", "-DOCSTART-s", "'\"\\", "{{ x }}", "\U0001f600"),
    ],
)
def test_words_and_labels_stay_as_they_are(tmp_path, word):
    label = f"B-{word}"
    sentences = [([word, "to"], [label, "O"])]
    splits = splits_of(tmp_path, sentences * 2, sentences)
    corpus = Columns(train=tmp_path / "train.bio", test=tmp_path / "test.bio").generate()
    write_corpora({0: corpus}, tmp_path / "x.parquet")
    for corpus in (splits, read_corpus(tmp_path / "x.parquet", 0).splits):
        assert corpus["test"].inputs.tolist() == [word, "to"]
        assert corpus["test"].targets.tolist() == [label, "O"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "1: no sentence in the whole file; a line should be a word, a tab and its label"),
        ("\n \n-DOCSTART- O\n", "1: no sentence in the whole file; a line should be a word, a tab and its label"),
        ("to\n", "1: only one column; a line should be a word, a tab and its label"),
        ("to\tO\n\nto", "3: this line has no tab, but line 1 has tabs; separate columns in one way"),
        ("\nto O\nto\tO\n", "3: this line has tabs, but line 2 has spaces; separate columns in one way"),
        ("to O\nto\n", "2: only one column; a line should be a word, a tab and its label"),
        ("New York O\nto O\n", "2: 2 columns, but line 1 has 3"),
        ("to\tO\nto\t\n", "2: the label is missing"),
        ("to\tO\nto\t \n", "2: the label is missing"),
        ("to\tO\n \tO\n", "2: the word is missing"),
        (b"to\tO\n\xff\tO\n", "2: not UTF-8; save the file in that encoding"),
        (b"\xef\xbb\xbfto\tO\n\n\xc3\tO\n", "3: not UTF-8; save the file in that encoding"),
        ("to\tO".encode("utf-16"), "1: not UTF-8; save the file in that encoding"),
        ("to\tO".encode("utf-16-le"), "1: the control character U+0000; take it out; is the file UTF-8?"),
        ("to\tO\r\nto\rO\r\n", "2: a carriage return within the line; let lines end in LF or CRLF"),
        ("to\tO\n\x1b[31m\tO\n", "2: the control character U+001B; take it out"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, data, message):
    with pytest.raises(UserError) as error:
        read(tmp_path, data)
    assert str(error.value) == f"{tmp_path}/words.bio:{message}"


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(UserError, match="words: cannot be read: Is a directory"):
        (tmp_path / "words").mkdir() or read_sentences(tmp_path / "words")
    with pytest.raises(ValidationError, match="words' is a folder; name a file in it"):
        Columns(train=tmp_path / "words", test=tmp_path / "words")


def test_a_share_of_training_is_taken_where_validation_has_no_file(tmp_path):
    splits = splits_of(tmp_path, journeys(0, 10), journeys(10, 3), validation_share=0.29, seed=3)
    train, validation = (["".join(words[1]) for words in splits[name].sequences] for name in ("train", "validation"))
    assert (len(train), len(validation)) == (7, 3)
    assert sorted(train + validation) == [f"City{i}" for i in range(10)]
    assert train == sorted(train)
    assert validation == sorted(validation)


@pytest.mark.parametrize(("n", "share", "taken"), [(2, 0.001, 1), (2, 0.999, 1), (9, 0.001, 1), (9, 0.999, 8)])
def test_both_keep_a_sentence(tmp_path, n, share, taken):
    splits = splits_of(tmp_path, journeys(0, n), journeys(0, 1), validation_share=share)
    assert (len(splits["train"]), len(splits["validation"])) == (n - taken, taken)


def test_one_sentence_is_too_few_to_share(tmp_path):
    with pytest.raises(UserError, match=r"train\.bio:1: only one sentence, none to spare; give validation a file"):
        splits_of(tmp_path, journeys(0, 1), journeys(0, 1))


def test_duplicates_stay(tmp_path):
    splits = splits_of(tmp_path, journeys(0, 2) * 5, journeys(0, 1) * 3)
    assert len(splits["train"]) + len(splits["validation"]) == 10
    assert len(splits["test"]) == 3


def test_the_showcase_is_short_sentences_that_each_show_a_new_label():
    def sentence(length, *labels):
        return (["w"] * length, [*labels, *["O"] * (length - len(labels))])

    a, b, a_b, long = sentence(3, "a"), sentence(4, "b"), sentence(5, "a", "b"), sentence(MAX_EXAMPLE_LENGTH + 1, "c")
    assert examples([long, a, a, a_b, b, sentence(2)]) == [a, a_b]
    assert len(examples([sentence(2, str(i)) for i in range(9)])) == 4
    assert examples([long]) == [sentence(MAX_EXAMPLE_LENGTH, "c")]


@pytest.mark.parametrize(
    ("train", "name"), [("corpus/train.bio", "corpus"), ("train.bio", "train"), ("x" * 70 + "/train.bio", "x" * 60)]
)
def test_it_is_called_after_the_folder_of_its_files(tmp_path, monkeypatch, train, name):
    monkeypatch.chdir(tmp_path)
    Path(train).parent.mkdir(exist_ok=True)
    write_columns(Path(train), WANTED)
    assert Columns(train=train, test=train).label == name
    assert Columns(train=train, test=train, name="mine").label == "mine"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("train: a/train.bio, test: a/tset.bio", "test: 'a/tset.bio' is not there; did you mean 'a/test.bio'?"),
        ("train: a/train.bio, test: a/zzzzzz", "test: 'a/zzzzzz' is not there"),
        ("train: ab/train.bio, test: a/test.bio", "train: 'ab' is not there; did you mean 'a'?"),
        ("train: a, test: a/test.bio", "train: 'a' is a folder; name a file in it"),
        ("train: 5, test: a/test.bio", "train: must be the path of a file, not 5"),
        ('train: "a\\n", test: a/test.bio', "train: 'a\\n' is not there; did you mean 'a'?"),
        ("train: a/train.bio", "test: this setting is required, but missing"),
        ("train: a/train.bio, test: a/test.bio, validation_share: 1", "validation_share: input should be less than 1"),
        (
            "train: a/train.bio, test: a/test.bio, validation: a/test.bio, seed: 1",
            ": seed changes nothing where validation has a file of its own; leave one of them out",
        ),
        ("train: a/train.bio, test: a/test.bio, valid: a/x", "valid: unknown key 'valid'; did you mean 'validation'?"),
    ],
)
def test_a_mistake_in_a_configuration_is_one_line_with_its_place(tmp_path, monkeypatch, entry, message):
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    splits_of(Path("a"), WANTED, WANTED)
    Path("my.yaml").write_text(f"tasks:\n- {{task: columns, {entry}}}\nencoders: [one_of_n]\narchitectures: [gru]\n")
    with pytest.raises(UserError) as error:
        load_settings([Path("my.yaml")])
    place = "tasks.0" if message.startswith(":") else "tasks.0."
    assert str(error.value).startswith(f"my.yaml:2: {place}{message}")
    assert "\n" not in str(error.value)


def test_a_configuration_that_is_written_out_is_the_same(tmp_path):
    splits_of(tmp_path, WANTED, WANTED)
    entry = {"task": "columns", "train": str(tmp_path / "train.bio"), "test": str(tmp_path / "test.bio")}
    settings = parse_settings({"tasks": [entry], "encoders": ["one_of_n"], "architectures": ["gru"]})
    assert parse_settings(as_configuration(settings)) == settings
    assert settings.tasks[0].files == (tmp_path / "train.bio", tmp_path / "test.bio")


# --- Training sentences drawn anew


def sentences_of(split):
    return [tuple(words) for words in split.sequences]


@pytest.mark.parametrize("validation", [True, False], ids=["a_file_of_its_own", "a_share_of_training"])
def test_resampled_training_sentences_are_drawn_with_replacement(tmp_path, validation):
    paths = {name: write_columns(tmp_path / name, journeys(i, 300)) for i, name in enumerate(("train", "test"))}
    if validation:
        paths["validation"] = write_columns(tmp_path / "validation", journeys(900, 50))
    whole = Columns(**paths).generate().splits
    task = Columns(**paths, resample=True)
    worlds = [task.world(seed).generate().splits for seed in range(3)]
    for splits in worlds:
        assert all(sentences_of(splits[name]) == sentences_of(whole[name]) for name in ("validation", "test"))
        drawn, there = sentences_of(splits["train"]), sentences_of(whole["train"])
        assert len(drawn) == len(there)
        assert set(drawn) < set(there)
        # Of n sentences a draw leaves out (1 - 1/n)^n = 0.367, with a standard deviation below 0.02.
        assert 0.3 < 1 - len(set(drawn)) / len(there) < 0.43
    assert len({tuple(sentences_of(splits["train"])) for splits in worlds}) == 3


def test_without_resampling_all_seeds_have_the_files(tmp_path):
    task = Columns(**{name: write_columns(tmp_path / name, journeys(0, 9)) for name in ("train", "test")})
    assert not task.draws_worlds
    assert task.world(5) is task
    with pytest.raises(ValidationError, match="resample_seed changes nothing"):
        Columns(train=task.train, test=task.test, resample_seed=1)
