"""Sequences, scores and posteriors as text for a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rnnbench.collect import rows_of
from rnnbench.corpus import Array, Split, read_corpus
from rnnbench.runs import Runs
from rnnbench.tables import frame
from rnnbench.tasks import Information


def drawn(split: Split, sequence: int) -> str:
    """Return a sequence as text, each target under its input."""
    here = slice(split.starts[sequence], split.starts[sequence] + split.lengths[sequence])
    rows = [*_rows(split.inputs[here]), *_rows(split.targets[here])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def scores_text(chosen: Sequence[Runs]) -> str:
    """Return the test scores of the selected runs of some combinations: mean and deviation over seeds."""
    rows = [row for runs in chosen for row in rows_of(runs, {}, read_corpus(Path(runs.job["data"])))["scores"]]
    scores = frame("scores", rows)
    shown = scores[scores["selected"] & (scores["split"] == "test")]
    names = ["task", "encoder", "architecture", "metric"]
    table = shown.groupby(names, sort=False)["value"].agg(["mean", "std", "count"]).round(4)
    return table.to_string() if len(table) else "nothing was trained"


def posteriors(words: Sequence[str], labels: Sequence[str], probabilities: Mapping[Information, Array]) -> str:
    """Return what can be known about each word's label with each kind of information, (T, K) each."""
    return "\n\n".join(f"{key}:\n{distribution_table(words, labels, table)}" for key, table in probabilities.items())


def distribution_table(words: Sequence[str], labels: Sequence[str], probabilities: Array) -> str:
    """Return distributions (T, K) as text: a row a word, its most likely label first."""
    best = [labels[i] for i in np.argmax(probabilities, -1)]
    table = pd.DataFrame(probabilities, index=pd.Index(list(words)), columns=pd.Index(list(labels)))
    table.insert(0, "answer", best)
    return table.to_string(float_format=lambda value: f"{value:.3f}")


def _rows(values: Array) -> list[list[str]]:
    if values.ndim == 1:
        return [[str(value) for value in values]]
    return [[f"{number:g}" for number in column] for column in values.T]
