"""What moved between two experiments, as text."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnbench.analysis.comparison.changes import Change, Outcome, changes, outcomes
from rnnbench.analysis.comparison.result_folders import CombinationKey, FolderScores, read_scores
from rnnbench.analysis.comparison.wording import difference_interval_text, p_text

OUTCOME_TEXTS: dict[Outcome, str] = {
    "same": "the same to the bit",
    "noise": "within seed noise",
    "moved": "moved",
    "one seed": "changed, but one seed is too few for a test",
    "no seed": "without a seed that both have",
}
MAX_NAMED = 10
"""Largest number of combinations that are named of those that only one side has."""


def diff_text(old: Path, new: Path, *, split: str, metric: str | None) -> tuple[str, bool]:
    """Return the outcome of every combination that two result folders have, as text, and whether any moved."""
    old_scores, new_scores = read_scores(old, split), read_scores(new, split)
    shared = changes(old_scores, new_scores, metric)
    results = outcomes(shared)
    moved = [(change, p) for change, (outcome, p) in zip(shared, results, strict=True) if outcome == "moved"]
    moved.sort(key=lambda pair: -abs(pair[0].size))
    counts = Counter(outcome for outcome, _ in results)
    summary = ", ".join(f"{counts[outcome]} {text}" for outcome, text in OUTCOME_TEXTS.items() if counts[outcome])
    lines = [
        *_moved_lines(moved),
        *_only_in("OLD", old_scores, new_scores),
        *_only_in("NEW", new_scores, old_scores),
    ]
    return "\n".join([*lines, f"{len(shared)} combinations: {summary}"]), bool(moved)


def _moved_lines(moved: Sequence[tuple[Change, float]]) -> list[str]:
    lines = []
    for change, p_value in moved:
        means = f"{np.mean(change.old):.4f} -> {np.mean(change.new):.4f}"
        _, low, high = change.interval
        lines.append(", ".join(change.key))
        lines.append(
            f"  {change.metric} {means}, {change.size:+.4f} (interval {difference_interval_text(low, high)}), "
            f"p {p_text(p_value)}, {len(change.old)} seeds"
        )
    return lines


def _only_in(name: str, scores: FolderScores, other: FolderScores) -> list[str]:
    """Return how many combinations only one side has, and the names of some."""
    keys: list[CombinationKey] = [key for key in scores if key not in other]
    if not keys:
        return []
    more = [f"  and {len(keys) - MAX_NAMED} more"] if len(keys) > MAX_NAMED else []
    return [f"only in {name}: {len(keys)}", *(f"  {', '.join(key)}" for key in keys[:MAX_NAMED]), *more]
