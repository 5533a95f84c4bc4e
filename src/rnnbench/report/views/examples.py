"""The table `showcase`: its sentences, the networks' answers, and the networks that get the pair of sentences right."""

from rnnbench.data.bio import slot_name
from rnnbench.report.views.queries import Column, Frame, at


def labelled(examples: Frame) -> bool:
    """Return whether the answers to one task's examples are labels, not numbers."""
    return not set(examples["target"]).isdisjoint(examples["output"])


def sentences(examples: Frame) -> Frame:
    """Return input and target at every position of one task's examples, indexed by sequence and position."""
    steps = examples.drop_duplicates(["sequence", "position"]).set_index(["sequence", "position"])
    return steps[["input", "target"]].sort_index()


def pivot(examples: Frame) -> int | None:
    """Return the first position at which the first two sequences have the same word with different labels.

    Both sequences must have a target there. None where there is no such position.
    """
    steps = sentences(examples)
    first, second = (at(steps, sequence=number) for number in (0, 1))
    shared = first.index.intersection(second.index)
    same = first.loc[shared] == second.loc[shared]
    has_target = (first.loc[shared, "target"] != "") & (second.loc[shared, "target"] != "")
    pivots = same[same["input"] & ~same["target"] & has_target]
    return None if pivots.empty else int(pivots.index[0])


def pair_scores(examples: Frame, position: int) -> Frame:
    """Return, for each encoder and architecture, the number of `runs` and of those `right` in both sequences."""
    rows = examples[(examples["position"] == position) & examples["sequence"].isin([0, 1])]
    keys = ["encoder", "architecture", "seed", "learning_rate"]
    probabilities = rows["value"].fillna(-1.0)  # a run whose outputs are NaN has no answer, so no right one
    answers = rows.loc[probabilities.groupby([rows[key] for key in (*keys, "sequence")]).idxmax()]
    correct = (answers["target"] == answers["output"]) & answers["value"].notna()
    right = correct.groupby([answers[key] for key in keys], sort=False).all()
    return right.groupby(["encoder", "architecture"], sort=False).agg(runs="size", right="sum")


def answers(examples: Frame) -> Column:
    """Return the mean of every output over runs, indexed by encoder, architecture, sequence, position, output."""
    keys = ["encoder", "architecture", "sequence", "position", "output"]
    return examples.groupby(keys, sort=False)["value"].mean()


def slot(label: str) -> str:
    """Return the slot of a BIO label; `other` for O.

    >>> slot("B-destination"), slot("O")
    ('destination', 'other')
    """
    return "other" if label == "O" else slot_name(label)
