"""Compares networks: two combinations of one experiment, or the same combinations of two experiments."""

from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.evaluation.metrics import METRICS

MARGINS = dict.fromkeys(METRICS, 0.005) | {CALIBRATED: 0.02}
"""Differences smaller than this do not matter."""
GAP = "gap"


def margin_of(metric: str) -> float:
    """Return the margin of a metric; errors have none, since their unit is the task's own."""
    return MARGINS.get(metric, 0.0)


def less_is_better(metric: str, split: str) -> bool:
    """Return whether a lower score is the better one: of an error, and of train minus test of any other metric.

    >>> [less_is_better(*asked) for asked in (("slot_f1", "test"), ("loss", "test"), ("slot_f1", "gap"))]
    [False, True, True]
    """
    return metric.endswith(("loss", "error")) != (split == GAP)


def called(metric: str, split: str) -> str:
    """Return what a metric of a split is called in a sentence.

    >>> called("slot_f1", "test"), called("squared_error", "gap")
    ('slot F1', 'gap in squared error')
    """
    name = METRICS.get(metric, metric.replace("_", " "))
    return f"gap in {name}" if split == GAP else name


def interval_text(low: float, high: float) -> str:
    """Return the ends of an interval as text, "-" where they are not known."""
    return f"{low:+.4f} to {high:+.4f}" if low == low else "-"


def p_text(p_value: float) -> str:
    """Return a p-value as text.

    >>> p_text(0.03125), p_text(1e-9)
    ('0.0312', '<0.0001')
    """
    return "<0.0001" if p_value < 0.0001 else f"{p_value:.4f}"
