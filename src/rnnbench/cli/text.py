"""Corpora, scores and posteriors as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from rnnbench.analysis.collect import scores_of
from rnnbench.common.typing import Array
from rnnbench.data.bio import is_bio, slots_begun_inside
from rnnbench.data.corpus import Corpus, Split, labels_of
from rnnbench.evaluation.corpus_stats import corpus_stats
from rnnbench.report.wording.glossary import FACTS
from rnnbench.results.runs import Runs
from rnnbench.results.tables import frame
from rnnbench.tasks import Information

MIN_PROBABILITY = 0.0005
"""Smallest probability that three decimals show; below it they are 0.000."""
MAX_LISTED = 8
"""Largest number of names that are listed in full."""
LONG_SEQUENCE = 500
"""Length above which a sequence is more likely to lack a blank line than to be one sentence."""


def corpus_text(corpus: Corpus) -> str:
    """Return a corpus as text: a table of its statistics, its labels, and warnings about unusual labels and lengths."""
    if not corpus.labels:
        return _statistics_table(corpus)
    return "\n".join([_statistics_table(corpus), "", *_labels(corpus), *_warnings(corpus)])


def sequence_text(split: Split, sequence: int) -> str:
    """Return a sequence as text, with each target below its input."""
    positions = slice(split.starts[sequence], split.starts[sequence] + split.lengths[sequence])
    rows = [*_rows(split.inputs[positions]), *_rows(split.targets[positions])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def scores_text(combinations: Sequence[Runs]) -> str:
    """Return the test scores of combinations as text: mean and standard deviation over the selected runs."""
    rows = [row for runs in combinations for row in scores_of(runs)]
    scores = frame("scores", rows)
    test_scores = scores[scores["selected"] & (scores["split"] == "test")]
    names = ["task", "encoder", "architecture", "metric"]
    table = test_scores.groupby(names, sort=False)["value"].agg(["mean", "std", "count"]).round(4)
    return table.to_string() if len(table) else "no network was trained"


def posteriors(words: Sequence[str], labels: Sequence[str], probabilities: Mapping[Information, Array]) -> str:
    """Return as text the posterior over every word's label, (T, K), for each kind of information."""
    return "\n\n".join(f"{key}:\n{distribution_table(words, labels, table)}" for key, table in probabilities.items())


def distribution_table(words: Sequence[str], labels: Sequence[str], probabilities: Array) -> str:
    """Return distributions (T, K) as text: a row for each word, with its most likely label in the first column.

    A label whose probability would be printed as 0.000 in every row has no column.
    """
    most_likely = [labels[i] for i in np.argmax(probabilities, -1)]
    table = pd.DataFrame(probabilities, index=pd.Index(list(words)), columns=pd.Index(list(labels)))
    table = table.loc[:, (probabilities >= MIN_PROBABILITY).any(axis=0)]
    table.insert(0, "answer", most_likely)
    return table.to_string(float_format=lambda value: f"{value:.3f}")


def _rows(values: Array) -> list[list[str]]:
    if values.ndim == 1:
        return [[str(value) or "-" for value in values]]
    return [["-" if np.isnan(number) else f"{number:g}" for number in column] for column in values.T]


def _statistics_table(corpus: Corpus) -> str:
    """Return the statistics of a corpus as text: a row for each statistic, a column for each scored split."""
    values = {name: corpus_stats(corpus, name) for name in corpus.scored}
    keys = [key for key in FACTS if key in values["train"]]
    columns = {name: [_number(key, of_split[key]) for key in keys] for name, of_split in values.items()}
    return pd.DataFrame(columns, index=pd.Index([FACTS[key] for key in keys])).to_string()


def _number(key: str, value: float) -> str:
    return f"{value:.2%}" if key.endswith("_share") else f"{value:.0f}"


def _labels(corpus: Corpus) -> Iterator[str]:
    """Yield a line with the labels of training, and one for each split with further labels."""
    yield f"labels: {listed(corpus.labels)}"
    for name in corpus.scored:
        if new := labels_of(corpus.splits[name]) - set(corpus.labels):
            yield f"only in {name}, so never predicted: {listed(sorted(new))}"


def listed(names: Sequence[str]) -> str:
    """Return names separated by commas; of a long list only the first ones, and how many more there are.

    >>> listed(["O", "B-city"]), listed([str(n) for n in range(10)])
    ('O, B-city', '0, 1, 2, 3, 4, 5, 6, 7 and 2 more')
    """
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return ", ".join(names[:MAX_LISTED]) + more


def _warnings(corpus: Corpus) -> Iterator[str]:
    """Yield a line for everything about labels and lengths that affects how far scores can be trusted."""
    not_bio = [label for label in corpus.all_labels if not is_bio(label)]
    if not_bio:
        yield f"note: labels that are not BIO: {listed(not_bio)}; single labels are scored, slots are not"
    for name in corpus.scored:
        split = corpus.splits[name]
        if not not_bio and (counts := slots_begun_inside(np.split(split.targets, split.starts[1:]))):
            yield (
                f"note: slots that begin with I- in {name}: {counts.total()} ({listed(sorted(counts))}); "
                "slot_f1 counts them, slot_f1_strict does not"
            )
        if (longest := int(split.lengths.max())) > LONG_SEQUENCE:
            yield f"note: {name} has a sequence of {longest} positions; does a blank line end every sentence?"
