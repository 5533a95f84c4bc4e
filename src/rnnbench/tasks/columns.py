"""A corpus of one's own: files with a word and its label on every line."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.tasks._base import MAX_LENGTH, MAX_SEED, MAX_SEQUENCES, MAX_STEPS, Task

LabelledSentence = tuple[list[str], list[str]]
"""Words and their labels, equally many."""

MAX_EXAMPLES, MAX_EXAMPLE_LENGTH = 4, 12
"""The showcase has at most so many sentences, each of at most so many words."""

MAX_BYTES, MAX_LABELS, MAX_PATH_LENGTH = 300_000_000, 5000, 1000
"""Of a file, in a corpus, and characters."""
MAX_POSITIONS = 100_000_000
"""Sentences of a split x words of its longest: answers are judged in tables of that size."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DOCUMENT = "-DOCSTART-"
"""The first word of a line that begins a document; such a line ends a sentence and is no word."""

FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f\ufffe\uffff]")
"""Characters that terminals obey and SVG files may not hold; a carriage return is one when no line ends there."""


def _existing(path: Any) -> Any:
    """Return the path of a file as it is; raises an error that names the nearest path when there is no such file."""
    if not isinstance(path, str | Path):
        raise ValueError("must be the path of a file")
    if len(str(path)) > MAX_PATH_LENGTH:
        raise ValueError(f"must be a path of at most {MAX_PATH_LENGTH} characters")
    if not (os.path.isfile(path) and os.access(path, os.R_OK)):
        raise PydanticCustomError("no_file", "{text}", {"text": _missing(Path(path))})
    if os.path.getsize(path) > MAX_BYTES:
        raise ValueError(f"must be a file of at most {MAX_BYTES:,} bytes")
    return path


File = Annotated[Path, BeforeValidator(_existing)]


class Columns(Task):
    """Name the label of every word of a corpus that somebody else has labelled, in BIO or in any other way.

    >>> for words, labels in parse("play\\tO\\nAbbey\\tB-album\\nRoad\\tI-album\\n\\nstop\\tO\\n", "train.bio"):
    ...     print(words, labels)
    ['play', 'Abbey', 'Road'] ['O', 'B-album', 'I-album']
    ['stop'] ['O']

    A line is a word and its label, with a tab between; a blank line ends a sentence. There may be more columns: the
    first is the word, the last is the label, as in CoNLL files. In a file without tabs spaces separate. Words keep
    their case, and in files with tabs they may have spaces in them. Files are UTF-8; paths start from the folder in
    which the command is run. Sentences that are there twice stay: `rnnbench data` counts them.
    """

    inputs = "words"
    outputs = "labels"
    selection_metric = "slot_f1"

    train: File = Field(description="file to train on")
    validation: File | None = Field(
        default=None, description="file to choose epoch and learning rate on; none: a share of training is taken"
    )
    test: File = Field(description="file scored once, at the end")
    validation_share: float = Field(
        default=0.1, gt=0, lt=1, description="share of training sentences for validation, where it has no file"
    )
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="which training sentences are taken for validation")

    @model_validator(mode="before")
    @classmethod
    def _has_a_name(cls, values: Any) -> Any:
        """Call a task without a name after the folder of its training file."""
        if not isinstance(values, dict) or values.get("name") or not isinstance(values.get("train"), str | Path):
            return values
        return values | {"name": _name(Path(values["train"]))}

    @model_validator(mode="after")
    def _has_no_setting_in_vain(self) -> Self:
        for name in ("validation_share", "seed") if self.validation else ():
            if getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(
                    f"{name} changes nothing where validation has a file of its own; leave one of them out"
                )
        return self

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of train, validation (where it has one) and test."""
        return tuple(path for path in (self.train, self.validation, self.test) if path is not None)

    def generate(self) -> Corpus:
        """Return the sentences of the files; showcase is a few short ones of test.

        Raises UserError with file and line where a file is not as it should be.
        """
        train, test = read_sentences(self.train), read_sentences(self.test)
        if self.validation is None:
            train, validation = self._parted(train)
        else:
            validation = read_sentences(self.validation)
        splits = {"train": train, "validation": validation, "test": test, "showcase": examples(test)}
        self._check(splits)
        return Corpus({name: split_of_words(sentences) for name, sentences in splits.items()})

    def _check(self, splits: Mapping[str, Sequence[LabelledSentence]]) -> None:
        """Refuse what would fill the memory later on."""
        labels = {label for sentences in splits.values() for _, own in sentences for label in own}
        words = sum(len(own) for sentences in splits.values() for _, own in sentences)
        if len(labels) > MAX_LABELS:
            text = f"{len(labels):,} different labels, at most {MAX_LABELS:,} will do; is the last column the label?"
            raise UserError(f"{self.train}:1: {text}")
        if words > MAX_STEPS:
            raise UserError(
                f"{self.train}:1: {words:,} words with the other files; at most {MAX_STEPS:,} fit into memory"
            )
        for name, sentences in splits.items():
            longest = max(len(own) for own, _ in sentences)
            if len(sentences) > MAX_SEQUENCES or len(sentences) * longest > MAX_POSITIONS:
                text = f"{name} has {len(sentences):,} sentences, the longest of {longest:,} words"
                raise UserError(f"{self.train}:1: {text}; take fewer, or leave out the longest")

    def _parted(self, sentences: list[LabelledSentence]) -> tuple[list[LabelledSentence], list[LabelledSentence]]:
        """Return sentences to train on and the share for validation, at least one each, in the order of the file."""
        n = len(sentences)
        if n < 2:
            raise UserError(f"{self.train}:1: only one sentence, none to spare; give validation a file of its own")
        size = min(max(round(self.validation_share * n), 1), n - 1)
        taken = set(generator(purpose="columns", seed=self.seed).permutation(n)[:size].tolist())
        left = [sentence for i, sentence in enumerate(sentences) if i not in taken]
        return left, [sentences[i] for i in sorted(taken)]


def read_sentences(path: Path) -> list[LabelledSentence]:
    """Return the sentences of a file; raises UserError with file and line."""
    try:
        data = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return parse(data.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: not UTF-8; save the file in that encoding") from None


def parse(text: str, file: str) -> list[LabelledSentence]:
    """Return the sentences of a text, at least one; raises UserError with the file's name and the line."""
    text = text.replace("\r\n", "\n")
    if found := FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UserError(f"{file}:{line}: {_forbidden(found[0])}")
    # One line at a time: all of them at once, with their numbers, take twenty times what the words take.
    words = groupby(enumerate(_lines(text), start=1), key=lambda line: _is_word(line[1]))
    blocks = (block for is_word, block in words if is_word)
    first = next(blocks, None)
    if first is None:
        raise UserError(f"{file}:1: no sentence in the whole file; a line should be a word, a tab and its label")
    line = next(first)
    reader = _ColumnsReader(file, *line)
    return [reader.sentence(block) for block in chain([chain([line], first)], blocks)]


def examples(sentences: Iterable[LabelledSentence]) -> list[LabelledSentence]:
    """Return a few short sentences of which each shows a label that those before it do not; one at least.

    Where all are long it is the beginning of the first.
    """
    told = list(sentences)
    words, labels = told[0]
    short = [sentence for sentence in told if len(sentence[0]) <= MAX_EXAMPLE_LENGTH] or [(words[:MAX_EXAMPLE_LENGTH], labels[:MAX_EXAMPLE_LENGTH])]
    shown: set[str] = set()
    chosen: list[LabelledSentence] = []
    for sentence in short:
        if len(chosen) < MAX_EXAMPLES and not shown.issuperset(sentence[1]):
            chosen.append(sentence)
            shown.update(sentence[1])
    return chosen


class _ColumnsReader:
    """Reads the lines of one file; its first line with a word says what separates columns and how many there are."""

    def __init__(self, file: str, number: int, line: str) -> None:
        self.file, self.first, self.tabs = file, number, "\t" in line
        self.columns = len(self._cells(line))

    def sentence(self, block: Iterable[tuple[int, str]]) -> LabelledSentence:
        rows: list[tuple[str, str]] = []
        for number, line in block:
            rows.append(self._row(number, line))
            if len(rows) > MAX_LENGTH:
                why = f"a sentence has more than {MAX_LENGTH:,} words; is there a blank line behind every sentence?"
                raise UserError(f"{self.file}:{number}: {why}")
        return [word for word, _ in rows], [label for _, label in rows]

    def _row(self, number: int, line: str) -> tuple[str, str]:
        """Return word and label; equal texts are one object, so that a large corpus stays small."""
        cells = self._cells(line)
        if len(cells) != self.columns or len(cells) < 2 or not (cells[0] and cells[-1]) or ("\t" in line) > self.tabs:
            raise UserError(f"{self.file}:{number}: {self._wrong(line, cells)}")
        return sys.intern(cells[0]), sys.intern(cells[-1])

    def _cells(self, line: str) -> list[str]:
        if self.tabs:
            return [cell.strip(" ") for cell in line.split("\t")]
        return [cell for cell in line.split(" ") if cell]

    def _wrong(self, line: str, cells: list[str]) -> str:
        """Return what is wrong with a line."""
        if ("\t" in line) != self.tabs:
            own, others = ("tabs", "spaces") if "\t" in line else ("no tab", "tabs")
            return f"this line has {own}, but line {self.first} has {others}; separate columns in one way"
        if len(cells) < 2:
            return "only one column; a line should be a word, a tab and its label"
        if len(cells) != self.columns:
            return f"{len(cells)} columns, but line {self.first} has {self.columns}"
        return "the label is missing" if cells[0] else "the word is missing"


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _is_word(line: str) -> bool:
    """Return whether a line is neither blank nor the beginning of a document."""
    text = line.strip(" \t")
    return bool(text) and not (text.startswith(DOCUMENT) and re.split("[ \t]", text, maxsplit=1)[0] == DOCUMENT)


def _forbidden(character: str) -> str:
    if character == "\r":
        return "a carriage return within the line; let lines end in LF or CRLF"
    hint = "; is the file UTF-8?" if character == "\0" else ""
    return f"the control character U+{ord(character):04X}; take it out{hint}"


def _name(train: Path) -> str:
    folder = train.parent.name
    name = train.stem if folder in ("", "..") else folder
    return (
        " ".join("".join(letter if letter.isprintable() else " " for letter in name).split()).lstrip("- ")[:60].strip()
    )


def _missing(path: Path) -> str:
    """Return what is wrong with a path: the first part of it that is not there, and the nearest name that is."""
    if os.path.isdir(path):
        return f"{str(path)!r} is a folder; name a file in it"
    gone = next((part for part in (*reversed(path.parents), path) if not os.path.lexists(part)), None)
    if gone is None:
        return f"{str(path)!r} cannot be read"
    near = get_close_matches(gone.name, _beside(gone), n=1, cutoff=0.5)
    return f"{str(gone)!r} is not there" + (f"; did you mean {str(gone.with_name(near[0]))!r}?" if near else "")


def _beside(path: Path) -> list[str]:
    try:
        return sorted(os.listdir(path.parent))
    except OSError:
        return []
