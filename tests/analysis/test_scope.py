"""Scopes and names of contrasts are read again as they were written."""

from itertools import product

import pytest

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Contrast
from rnnbench.analysis.contrast_names import ContrastName, read_contrast_name
from rnnbench.analysis.evidence.scope import Scope, read_scope

TASKS = ("travel", "delayed_recall lag=5", "my, task (2)", "on, with x")
SHARED = (("one_of_n",), ("elman", "lstm"), ("elman", "lstm", "bidirectional_lstm"), ())
FAIR = ("", "equal width (32 units)", "equal parameters (those of lstm)")


@pytest.mark.parametrize("over", ["architecture", "encoder"])
def test_a_scope_is_read_as_it_was_written(over) -> None:
    for task, n, shared, fair, seeds, unfinished in product(TASKS, (1, 4), SHARED, FAIR, (1, 20), SHARED):
        scope = Scope(task, n, over, shared, len(shared) or 7, fair, seeds, unfinished)
        assert read_scope(scope.text, fair) == scope


def test_what_is_no_scope_is_not_read() -> None:
    assert read_scope("on travel", "") is None
    assert read_scope("at equal width (32 units)", "equal width (32 units)") is None


def test_the_name_of_a_contrast_is_read_as_it_was_written() -> None:
    for test in (test for claim in PUBLISHED_CLAIMS for test in claim.tests):
        name = read_contrast_name(test.name)
        if isinstance(test, Contrast):
            parts = (test.first, test.second, test.task, test.split, test.phenomenon, test.minus_phenomenon)
            assert name == ContrastName(*parts)
        else:
            assert name is None
