"""Any corpus of the user's own is rejected with its line, or every step of an experiment with it succeeds."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from helpers.column_files import journeys, write_columns
from helpers.fuzzing import check_message, examples, without_hanging
from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step

WORDS = st.sampled_from(
    ["to", "Rome", "x" * 300, "<b>", "é", "e\u0301", "\u202eabc", "\U0001f600", "-", "0", "#", "'", "\\"]
)
WORDS |= st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs"], exclude_characters="\u2028\u2029"), min_size=1)
LABELS = st.sampled_from(
    ["O", "B-a", "I-a", "B-b", "I-b", "B-", "I-", "-", "a", "B-a-b", "o", "\u202e", "B-\U0001f600"]
)
SENTENCES = st.lists(st.lists(st.tuples(WORDS, LABELS), min_size=1, max_size=6), min_size=1, max_size=6)


def as_file(sentences):
    return "\n".join("".join(f"{word}\t{label}\n" for word, label in sentence) for sentence in sentences).encode()


@st.composite
def mutated(draw):
    """Draw a valid corpus in which some bytes are removed, repeated or replaced."""
    data = draw(st.sampled_from([GOOD, GOOD.replace(b"\t", b" "), GOOD.replace(b"\n", b"\r\n")]))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        piece = data[start : start + draw(st.sampled_from([0, 1, 3, 30]))]
        new = draw(st.sampled_from([b"", b"\t", b" ", b"\n", b"\r", b"\0", b"\xff", b"\xc3\xa9", b"\n\n\n", piece * 2]))
        data = data[:start] + new + data[start + len(piece) :]
    return data


GOOD = as_file([[*zip(*sentence, strict=True)] for sentence in journeys(0, 8)])
FILES = SENTENCES.map(as_file) | SENTENCES.map(as_file) | mutated()
WIDE = {"name": "wide", "cell": "elman", "layers": 4}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def experiment(**changes):
    """Return an experiment with one tiny network for each engine and kind of encoder."""
    return {
        "tasks": [{"task": "columns", "name": "own", "train": "train", "test": "test", **changes}],
        "encoders": ["one_of_n_other", "letter_trigram"],
        "architectures": ["bidirectional_lstm"],
        "size": {"hidden": 2},
        "training": {"seeds": 1, "learning_rates": [0.1], "max_steps": 2, "patience": 2, "check": 1},
    }


def check_every_step(values):
    """Make every step of an experiment up to its tables."""
    plan = plan_of(parse_settings(values))
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
        if step.kind == "train":
            assert json.loads(Path(step.output).read_text()) == {"failed": {}}


def check_made_or_rejected(make):
    with without_hanging():
        try:
            make()
        except UserError as error:
            event("rejected")
            return check_message(str(error))
    event("made")
    return None


@examples(40)
@given(train=FILES, test=FILES)
@example(train=b"a\tO\n\nb\tO\n", test=b"c\tB-x\n")
@example(train=b"a\tx\n\na\tx\n", test=b"a\tx\n")
def test_every_step_with_any_corpus(tmp_path_factory, train, test):
    folder = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("train").write_bytes(train)
        Path("test").write_bytes(test)
        check_made_or_rejected(lambda: check_every_step(experiment()))
    shutil.rmtree(folder)


@examples(200)
@given(data=mutated() | st.binary(max_size=60))
def test_any_file_is_read_or_rejected(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "words"
    file.write_bytes(data)
    paths = {"train": str(file), "test": str(file), "validation": str(file)}
    check_made_or_rejected(lambda: [task.generate() for task in parse_settings(experiment(**paths)).tasks])


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([(["a"] * 10_001, ["O"] * 10_001)], r"train:10001: a sentence has more than 10,000 words"),
        (
            [(["a"], [f"x{i}"]) for i in range(5001)],
            "train:1: 5,001 different labels, .* is the last",
        ),
        (
            [(["a"] * 10_000, ["O"] * 10_000), *[(["a"], ["O"])] * 10_000],
            r"train:1: train has 10,001 sentences, the longest of 10,000 words; take fewer, or leave out the longest",
        ),
    ],
)
def test_a_corpus_that_would_fill_the_memory_is_rejected(folder, sentences, message):
    for name in ("train", "test"):
        write_columns(folder / name, sentences)
    (task,) = parse_settings(experiment(validation="test")).tasks
    with pytest.raises(UserError, match=message):
        task.generate()


@pytest.mark.parametrize(
    ("words", "changes", "message"),
    [
        (9000, {"size": {"hidden": 2048}}, "a batch of 3 sequences of up to 9,000 steps, with 2,048 units at each"),
        (2, {"size": {"parameters": 99_000_000}}, r"that takes \d\d,\d\d\d,\d\d\d units in a layer; at most 4,096"),
        (2, {"size": {"hidden": 4096}, "architectures": [WIDE]}, r"the network has 117,\d+,\d+ weights; at most 100,"),
    ],
)
def test_a_network_that_would_fill_the_memory_is_a_failed_run(folder, words, changes, message):
    write_columns(folder / "train", [(["a"] * words, ["O"] * words)] * 4)
    write_columns(folder / "test", [(["a"], ["O"])])
    values = experiment() | {"encoders": ["one_of_n"], "architectures": ["feed_forward"]} | changes
    plan = plan_of(parse_settings(values))
    for step in (plan.preparation[0], *plan.train):
        make_step(step.kind, Path(step.plan), Path(step.output))
    (failed,) = json.loads(Path(plan.train[0].output).read_text())["failed"].values()
    assert re.search(message, failed)
