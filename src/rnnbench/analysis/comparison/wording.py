"""The words of a comparison: names of metrics, margins, p-values as text."""

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.evaluation.metrics import GAP, GAPS, METRICS

MARGINS = dict.fromkeys(METRICS, 0.005) | {CALIBRATED: 0.02}
"""Metric -> differences smaller than this do not matter."""


def margin_of(metric: str) -> float:
    """Return the margin of a metric; 0 for errors, whose unit is that of the task."""
    return MARGINS.get(metric, 0.0)


def metric_name(metric: str, split: str) -> str:
    """Return the name of a metric of a split in a sentence.

    >>> metric_name("slot_f1", "test"), metric_name("squared_error", "gap")
    ('slot F1', 'gap in squared error')
    """
    name = METRICS.get(metric, metric.replace("_", " "))
    return f"gap in {name}" if split in GAPS else name


def split_name(split: str) -> str:
    """Return what a split is, in words.

    >>> split_name("gap"), split_name("test_typos")
    ('train minus test', 'test_typos')
    """
    if split in GAPS:
        return "train minus test" if split == GAP else "train minus validation in the end"
    return split


def difference_interval_text(low: float, high: float) -> str:
    """Return the ends of an interval of a difference as text, "-" where they are not known."""
    return interval_text(low, high, "{:+.4f}".format, unknown="-")


def p_text(p_value: float) -> str:
    """Return a p-value as text.

    >>> p_text(0.03125), p_text(1e-9)
    ('0.0312', '<0.0001')
    """
    return "<0.0001" if p_value < 0.0001 else f"{p_value:.4f}"
