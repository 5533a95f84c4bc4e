"""A labelled corpus of the user's: files with a word and its label on every line."""

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
from rnnbench.common.text import C1_CONTROLS, LAYOUT, code_point, forbidden
from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.tasks._base import MAX_LENGTH, MAX_SEED, MAX_SEQUENCES, MAX_STEPS, Task

LabelledSentence = tuple[list[str], list[str]]
"""The words of a sentence, and their labels."""

MAX_EXAMPLES = 4
"""Largest number of sentences in the split showcase."""
MAX_EXAMPLE_LENGTH = 12
"""Largest number of words in a sentence of the split showcase."""
MAX_BYTES = 300_000_000
"""Largest number of bytes in a file."""
MAX_LABELS = 5000
"""Largest number of distinct labels in a corpus."""
MAX_PATH_LENGTH = 1000
"""Largest number of characters in a path."""
MAX_POSITIONS = 100_000_000
"""Largest number of sentences of a split x words of its longest: scoring builds arrays of that size."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DOCUMENT = "-DOCSTART-"
"""The first word of a line that begins a document; such a line ends a sentence and is no word."""

_FORBIDDEN_IN_FILES = forbidden(allowed=LAYOUT + C1_CONTROLS)


def _check_file(path: Any) -> Any:
    """Return the path of a readable file unchanged; raises an error that names the nearest path for any other value."""
    if not isinstance(path, str | Path):
        raise ValueError("must be the path of a file")
    if len(str(path)) > MAX_PATH_LENGTH:
        raise ValueError(f"must be a path of at most {MAX_PATH_LENGTH} characters")
    if not (os.path.isfile(path) and os.access(path, os.R_OK)):
        raise PydanticCustomError("no_file", "{text}", {"text": _unreadable_reason(Path(path))})
    if os.path.getsize(path) > MAX_BYTES:
        raise ValueError(f"must be a file of at most {MAX_BYTES:,} bytes")
    return path


ReadableFile = Annotated[Path, BeforeValidator(_check_file)]


class Columns(Task):
    """Label every word of a corpus that the user has labelled, in BIO or in any other scheme.

    >>> for words, labels in parse("play\\tO\\nAbbey\\tB-album\\nRoad\\tI-album\\n\\nstop\\tO\\n", "train.bio"):
    ...     print(words, labels)
    ['play', 'Abbey', 'Road'] ['O', 'B-album', 'I-album']
    ['stop'] ['O']

    A line is a word and its label, separated by a tab; a blank line ends a sentence. There may be more columns: the
    first is the word, the last is the label, as in CoNLL files. In a file without tabs, spaces separate the columns.
    Words keep their case, and in files with tabs they may contain spaces. Files are UTF-8; paths are relative to the
    folder in which the command is run. Duplicate sentences are kept; `rnnbench data` counts them.
    The files are one corpus for all seeds, so that differences hold for these training sentences; with `resample: true`
    every seed trains on a bootstrap sample of them (Efron 1979).
    """

    inputs = "words"
    outputs = "labels"
    selection_metric = "slot_f1"

    train: ReadableFile = Field(description="file to train on")
    validation: ReadableFile | None = Field(
        default=None,
        description="file to choose step and learning rate on; default: a share of training sentences",
    )
    test: ReadableFile = Field(description="file scored once, at the end")
    validation_share: float = Field(
        default=0.1, gt=0, lt=1, description="share of the training sentences for validation, where it has no file"
    )
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="seed of the draw of validation sentences")
    resample: bool = Field(
        default=False,
        description=(
            "draw the training sentences anew for each seed, as many as there are, with replacement: then differences "
            "hold for other training sentences too"
        ),
    )
    resample_seed: int = Field(
        default=0, ge=0, le=MAX_SEED, description="seed of that draw for the first block; the next have the next seeds"
    )

    @model_validator(mode="before")
    @classmethod
    def _add_default_name(cls, values: Any) -> Any:
        """Name a task that has no name after the folder of its training file."""
        if not isinstance(values, dict) or values.get("name") or not isinstance(values.get("train"), str | Path):
            return values
        return values | {"name": _default_name(Path(values["train"]))}

    @model_validator(mode="after")
    def _refuse_unused_settings(self) -> Self:
        for name in ("validation_share", "seed") if self.validation else ():
            if getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(
                    f"{name} changes nothing where validation has a file of its own; leave one of them out"
                )
        if self.resample_seed and not self.resample:
            raise ValueError("resample_seed changes nothing where nothing is drawn anew; say resample: true, too")
        return self

    @property
    def draws_worlds(self) -> bool:
        """Return whether training sentences are drawn anew; validation and test are the same for every seed."""
        return self.resample

    def world(self, seed: int) -> Self:
        """Return the task with another draw of the training sentences for every seed, where they are drawn anew."""
        update = {"resample_seed": self.resample_seed + seed}
        return self.model_copy(update=update) if seed and self.resample else self

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of train, validation (where it has one) and test."""
        return tuple(path for path in (self.train, self.validation, self.test) if path is not None)

    def generate(self) -> Corpus:
        """Return the sentences of the files; the split showcase is a few short ones of test.

        Raises UserError with file and line for a malformed file.
        """
        train, test = read_sentences(self.train), read_sentences(self.test)
        if self.validation is None:
            train, validation = self._split_off_validation(train)
        else:
            validation = read_sentences(self.validation)
        if self.resample:
            rng = generator(purpose="columns resample", seed=self.resample_seed)
            train = [train[i] for i in rng.integers(len(train), size=len(train))]
        splits = {"train": train, "validation": validation, "test": test, "showcase": examples(test)}
        self._check_size(splits)
        return Corpus({name: split_of_words(sentences) for name, sentences in splits.items()})

    def _check_size(self, splits: Mapping[str, Sequence[LabelledSentence]]) -> None:
        """Refuse a corpus that would later fill the memory."""
        n_words = sum(len(labels) for sentences in splits.values() for _, labels in sentences)
        n_labels = len({label for sentences in splits.values() for _, labels in sentences for label in labels})
        if n_labels > MAX_LABELS:
            text = f"{n_labels:,} different labels, at most {MAX_LABELS:,} will do; is the last column the label?"
            raise UserError(f"{self.train}:1: {text}")
        if n_words > MAX_STEPS:
            raise UserError(
                f"{self.train}:1: {n_words:,} words with the other files; at most {MAX_STEPS:,} fit into memory"
            )
        for name, sentences in splits.items():
            longest = max(len(words) for words, _ in sentences)
            if len(sentences) > MAX_SEQUENCES or len(sentences) * longest > MAX_POSITIONS:
                text = f"{name} has {len(sentences):,} sentences, the longest of {longest:,} words"
                raise UserError(f"{self.train}:1: {text}; take fewer, or leave out the longest")

    def _split_off_validation(
        self, sentences: list[LabelledSentence]
    ) -> tuple[list[LabelledSentence], list[LabelledSentence]]:
        """Return the sentences for training and those for validation, at least one each, in the order of the file."""
        n = len(sentences)
        if n < 2:
            raise UserError(f"{self.train}:1: only one sentence, none to spare; give validation a file of its own")
        size = min(max(round(self.validation_share * n), 1), n - 1)
        validation = set(generator(purpose="columns", seed=self.seed).permutation(n)[:size].tolist())
        train = [sentence for i, sentence in enumerate(sentences) if i not in validation]
        return train, [sentences[i] for i in sorted(validation)]


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
    if match := _FORBIDDEN_IN_FILES.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise UserError(f"{file}:{line}: {_forbidden_reason(match[0])}")
    # One line at a time: all of them at once, with their numbers, take twenty times what the words take.
    runs = groupby(enumerate(_lines(text), start=1), key=lambda line: _is_word(line[1]))
    blocks = (block for is_word, block in runs if is_word)
    first = next(blocks, None)
    if first is None:
        raise UserError(f"{file}:1: no sentence in the whole file; a line should be a word, a tab and its label")
    line = next(first)
    reader = _ColumnsReader(file, *line)
    return [reader.sentence(block) for block in chain([chain([line], first)], blocks)]


def examples(sentences: Iterable[LabelledSentence]) -> list[LabelledSentence]:
    """Return a few short sentences, at least one; each has a label that those before it do not have.

    Where all sentences are long, return the beginning of the first.
    """
    candidates = list(sentences)
    short = [(words, labels) for words, labels in candidates if len(words) <= MAX_EXAMPLE_LENGTH]
    if not short:
        words, labels = candidates[0]
        short = [(words[:MAX_EXAMPLE_LENGTH], labels[:MAX_EXAMPLE_LENGTH])]
    labels_so_far: set[str] = set()
    chosen: list[LabelledSentence] = []
    for words, labels in short:
        if len(chosen) < MAX_EXAMPLES and not labels_so_far.issuperset(labels):
            chosen.append((words, labels))
            labels_so_far.update(labels)
    return chosen


class _ColumnsReader:
    """Reads the lines of one file, whose first line with a word determines the separator and the number of columns."""

    def __init__(self, file: str, number: int, line: str) -> None:
        self.file, self.first, self.tabs = file, number, "\t" in line
        self.columns = len(self._cells(line))

    def sentence(self, block: Iterable[tuple[int, str]]) -> LabelledSentence:
        """Return the sentence that stands on numbered lines."""
        rows: list[tuple[str, str]] = []
        for number, line in block:
            rows.append(self._row(number, line))
            if len(rows) > MAX_LENGTH:
                text = f"a sentence has more than {MAX_LENGTH:,} words; is there a blank line behind every sentence?"
                raise UserError(f"{self.file}:{number}: {text}")
        return [word for word, _ in rows], [label for _, label in rows]

    def _row(self, number: int, line: str) -> tuple[str, str]:
        """Return word and label; equal texts are one object, so that a large corpus stays small."""
        cells = self._cells(line)
        if len(cells) != self.columns or len(cells) < 2 or not (cells[0] and cells[-1]) or ("\t" in line) > self.tabs:
            raise UserError(f"{self.file}:{number}: {self._malformed_reason(line, cells)}")
        return sys.intern(cells[0]), sys.intern(cells[-1])

    def _cells(self, line: str) -> list[str]:
        if self.tabs:
            return [cell.strip(" ") for cell in line.split("\t")]
        return [cell for cell in line.split(" ") if cell]

    def _malformed_reason(self, line: str, cells: list[str]) -> str:
        """Return what is wrong with a line."""
        if ("\t" in line) != self.tabs:
            separators, first = ("tabs", "spaces") if "\t" in line else ("no tab", "tabs")
            return f"this line has {separators}, but line {self.first} has {first}; separate columns in one way"
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


def _forbidden_reason(character: str) -> str:
    """Return why a character may not stand in a file. A carriage return may, but only at the end of a line."""
    if character == "\r":
        return "a carriage return within the line; let lines end in LF or CRLF"
    hint = "; is the file UTF-8?" if character == "\0" else ""
    return f"the control character {code_point(character)}; take it out{hint}"


def _default_name(train: Path) -> str:
    """Return the name of the training file's folder, else that of the file, as a valid name of a task."""
    folder = train.parent.name
    name = train.stem if folder in ("", "..") else folder
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split()).lstrip("- ")[:60].strip()


def _unreadable_reason(path: Path) -> str:
    """Return what is wrong with a path: its first part that does not exist, and the nearest name that does."""
    if os.path.isdir(path):
        return f"{str(path)!r} is a folder; name a file in it"
    missing = next((part for part in (*reversed(path.parents), path) if not os.path.lexists(part)), None)
    if missing is None:
        return f"{str(path)!r} cannot be read"
    nearest = get_close_matches(missing.name, _siblings(missing), n=1, cutoff=0.5)
    hint = f"; did you mean {str(missing.with_name(nearest[0]))!r}?" if nearest else ""
    return f"{str(missing)!r} is not there{hint}"


def _siblings(path: Path) -> list[str]:
    try:
        return sorted(os.listdir(path.parent))
    except OSError:
        return []
