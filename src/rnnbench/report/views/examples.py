"""What the table `showcase` says: sentences, answers, and who tells the pair apart."""

from rnnbench.data.bio import slot_name
from rnnbench.report.views.queries import Column, Frame, at


def labelled(showcase: Frame) -> bool:
    """Return whether the answers of one task's showcase are labels, not numbers."""
    return not set(showcase["target"]).isdisjoint(showcase["output"])


def sentences(showcase: Frame) -> Frame:
    """Return input and target of every step of one task's showcase, indexed by sequence and position."""
    steps = showcase.drop_duplicates(["sequence", "position"]).set_index(["sequence", "position"])
    return steps[["input", "target"]].sort_index()


def pivot(showcase: Frame) -> int | None:
    """Return the first position at which the first two sequences share the word but not its label.

    An answer must be wanted in both.
    """
    steps = sentences(showcase)
    first, second = (at(steps, sequence=number) for number in (0, 1))
    shared = first.index.intersection(second.index)
    same = first.loc[shared] == second.loc[shared]
    asked = (first.loc[shared, "target"] != "") & (second.loc[shared, "target"] != "")
    tricky = same[same["input"] & ~same["target"] & asked]
    return None if tricky.empty else int(tricky.index[0])


def told_apart(showcase: Frame, position: int) -> Frame:
    """Return for each encoder and architecture how many `runs` there are, and how many are `right` both times."""
    rows = showcase[(showcase["position"] == position) & showcase["sequence"].isin([0, 1])]
    keys = ["encoder", "architecture", "seed", "learning_rate"]
    known = rows["value"].fillna(-1.0)  # what is not a number answers nothing, and so nothing right
    likely = rows.loc[known.groupby([rows[key] for key in (*keys, "sequence")]).idxmax()]
    correct = (likely["target"] == likely["output"]) & likely["value"].notna()
    right = correct.groupby([likely[key] for key in keys], sort=False).all()
    return right.groupby(["encoder", "architecture"], sort=False).agg(runs="size", right="sum")


def answers(showcase: Frame) -> Column:
    """Return every output's mean over seeds, indexed by encoder, architecture, sequence, position, output."""
    keys = ["encoder", "architecture", "sequence", "position", "output"]
    return showcase.groupby(keys, sort=False)["value"].mean()


def slot(label: str) -> str:
    """Return the slot of a BIO label.

    >>> slot("B-destination"), slot("O")
    ('destination', 'other')
    """
    return "other" if label == "O" else slot_name(label)
