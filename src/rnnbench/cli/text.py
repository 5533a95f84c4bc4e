"""Sequences, scores and posteriors as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rnnbench.analysis.collect import rows_of
from rnnbench.common.typing import Array
from rnnbench.data.bio import is_bio, slots_begun_inside
from rnnbench.data.corpus import Corpus, Split, labels_of, read_corpus
from rnnbench.evaluation.corpus_stats import corpus_stats
from rnnbench.results.runs import Runs
from rnnbench.results.tables import frame
from rnnbench.tasks import Information

FACTS = {
    "sequences": "sequences",
    "positions": "positions",
    "longest": "longest sequence",
    "distinct_words": "distinct words",
    "unseen_words_share": "share of words not in training",
    "duplicates": "sequences already in training",
    "labels": "labels",
    "untrained_labels": "labels not in training",
    "untrained_labels_share": "share of words with such a label",
}
"""What a corpus's facts are called for people, in the order of the table."""

VISIBLE = 0.0005
"""Smaller probabilities are shown as 0.000."""

LISTED = 8
"""Of a long list of labels so many are named."""

LONG = 500
"""A sequence longer than this is more often a missing blank line than a sentence."""


def portrait(corpus: Corpus) -> str:
    """Return what a corpus is made of as text: a table of facts, its labels, and notes on what is odd about it."""
    if not corpus.labels:
        return _facts_table(corpus)
    return "\n".join([_facts_table(corpus), "", *_labels(corpus), *_notes(corpus)])


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
    """Return distributions (T, K) as text: a row a word, its most likely label first.

    A label that would be 0.000 in every row has no column.
    """
    best = [labels[i] for i in np.argmax(probabilities, -1)]
    table = pd.DataFrame(probabilities, index=pd.Index(list(words)), columns=pd.Index(list(labels)))
    table = table.loc[:, (probabilities >= VISIBLE).any(axis=0)]
    table.insert(0, "answer", best)
    return table.to_string(float_format=lambda value: f"{value:.3f}")


def _rows(values: Array) -> list[list[str]]:
    if values.ndim == 1:
        return [[str(value) or "-" for value in values]]
    return [["-" if np.isnan(number) else f"{number:g}" for number in column] for column in values.T]


def _facts_table(corpus: Corpus) -> str:
    """Return the facts of every scored split as text: a row a fact, a column a split."""
    found = {name: corpus_stats(corpus, name) for name in corpus.scored}
    keys = [key for key in FACTS if key in found["train"]]
    columns = {name: [_figure(key, values[key]) for key in keys] for name, values in found.items()}
    return pd.DataFrame(columns, index=pd.Index([FACTS[key] for key in keys])).to_string()


def _figure(key: str, value: float) -> str:
    return f"{value:.2%}" if key.endswith("_share") else f"{value:.0f}"


def _labels(corpus: Corpus) -> Iterator[str]:
    """Yield the labels of training and, split by split, those that it does not have."""
    yield f"labels: {listed(corpus.labels)}"
    for name in corpus.scored:
        if new := labels_of(corpus.splits[name]) - set(corpus.labels):
            yield f"only in {name}, so never answered: {listed(sorted(new))}"


def listed(names: Sequence[str]) -> str:
    """Return names with commas between; of more than a few the first ones and how many more there are.

    >>> listed(["O", "B-city"]), listed([str(n) for n in range(10)])
    ('O, B-city', '0, 1, 2, 3, 4, 5, 6, 7 and 2 more')
    """
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def _notes(corpus: Corpus) -> Iterator[str]:
    """Yield a line for each thing about words and labels that one should know before one trusts the scores."""
    odd = [label for label in corpus.all_labels if not is_bio(label)]
    if odd:
        yield f"note: labels that are not BIO: {listed(odd)}; single labels are scored, slots are not"
    for name in corpus.scored:
        split = corpus.splits[name]
        if not odd and (without := slots_begun_inside(np.split(split.targets, split.starts[1:]))):
            yield (
                f"note: slots that begin with I- in {name}: {without.total()} ({listed(sorted(without))}); "
                "slot_f1 counts them, slot_f1_strict does not"
            )
        if (longest := int(split.lengths.max())) > LONG:
            yield f"note: {name} has a sequence of {longest} positions; does a blank line end every sentence?"
