"""Small files of labelled words, and the settings with which every task can be built."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Sentences = Iterable[tuple[Sequence[str], Sequence[str]]]


def write_columns(path: Path, sentences: Sentences) -> Path:
    """Write words and labels, a word a line, a blank line behind every sentence."""
    blocks = ("".join(f"{word}\t{label}\n" for word, label in zip(*sentence, strict=True)) for sentence in sentences)
    path.write_text("\n".join(blocks), encoding="utf-8", newline="")
    return path


def journeys(first: int, n: int) -> list[tuple[list[str], list[str]]]:
    """Return n distinct sentences; every third has an I- that does not follow a B-."""
    return [
        (["fly", f"City{i}", "centre", "today"], ["O", "I-to" if i % 3 == 0 else "B-to", "I-to", "B-day"])
        for i in range(first, first + n)
    ]


def task_settings(kind: str, folder: Path, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return settings for a task whose splits have these sizes; files that it reads are written to a folder."""
    if kind != "columns":
        return dict(sizes)
    total = sizes["train"] + sizes["validation"]
    return {
        "train": write_columns(folder / "train.bio", journeys(0, total)),
        "test": write_columns(folder / "test.bio", journeys(total, sizes["test"])),
        "validation_share": sizes["validation"] / total,
    }
