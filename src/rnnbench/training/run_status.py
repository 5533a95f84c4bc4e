"""What became of a run."""

from enum import StrEnum


class RunStatus(StrEnum):
    """What became of a run, as the tables have it."""

    DONE = "done"
    DIVERGED = "diverged"
    """Its weights or its loss were no longer finite."""
    FAILED = "failed"
    """It has no result: something went wrong, or the result was lost."""
    MISSING = "missing"
    """It is still to come."""
