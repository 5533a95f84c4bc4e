"""What moved between two experiments, for people."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnbench.analysis.comparison.changes import Change, Outcome, changes, outcomes
from rnnbench.analysis.comparison.result_folders import Key, Scores, read_scores
from rnnbench.analysis.comparison.wording import interval_text, p_text

SAID: dict[Outcome, str] = {
    "same": "the same to the bit",
    "noise": "within seed noise",
    "moved": "moved",
    "one seed": "changed, and of one seed nobody can tell",
    "no seed": "without a seed that both have",
}
NAMED = 10
"""So many combinations that only one side has are named."""


def diff_text(old: Path, new: Path, *, split: str, metric: str | None) -> tuple[str, bool]:
    """Return what became of every combination that two result folders have, as text, and whether any moved."""
    before, after = read_scores(old, split), read_scores(new, split)
    found = changes(before, after, metric)
    told = outcomes(found)
    moved = [(change, p) for change, (outcome, p) in zip(found, told, strict=True) if outcome == "moved"]
    moved.sort(key=lambda pair: -abs(pair[0].size))
    counts = Counter(outcome for outcome, _ in told)
    summary = ", ".join(f"{counts[outcome]} {said}" for outcome, said in SAID.items() if counts[outcome])
    lines = [*_movers(moved), *_alone("OLD", before, after), *_alone("NEW", after, before)]
    return "\n".join([*lines, f"{len(found)} combinations: {summary}"]), bool(moved)


def _movers(moved: Sequence[tuple[Change, float]]) -> list[str]:
    lines = []
    for change, p_value in moved:
        means = f"{np.mean(change.old):.4f} -> {np.mean(change.new):.4f}"
        _, low, high = change.interval
        lines.append(", ".join(change.key))
        lines.append(
            f"  {change.metric} {means}, {change.size:+.4f} (interval {interval_text(low, high)}), "
            f"p {p_text(p_value)}, {len(change.old)} seeds"
        )
    return lines


def _alone(name: str, own: Scores, other: Scores) -> list[str]:
    """Return how many combinations one side has alone, and some of their names."""
    alone: list[Key] = [key for key in own if key not in other]
    if not alone:
        return []
    more = [f"  and {len(alone) - NAMED} more"] if len(alone) > NAMED else []
    return [f"only in {name}: {len(alone)}", *(f"  {', '.join(key)}" for key in alone[:NAMED]), *more]
