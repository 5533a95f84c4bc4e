"""The table `convergence`: how runs ended, and which networks are not final."""

import pytest

from helpers.report_rows import row
from rnnbench.analysis.convergence import MOST_UNFINISHED, convergence_rows
from rnnbench.results.tables import frame


def rows_of(*ends, architecture="lstm", selected=True):
    key = {"task": "travel", "encoder": "one_of_n", "architecture": architecture, "learning_rate": 0.01}
    return [
        row("runs", key, seed=seed, selected=selected, status="done", stopped_by=end) for seed, end in enumerate(ends)
    ]


def converged(*rows):
    return list(convergence_rows(frame("runs", [one for part in rows for one in part])))


def test_shares_are_of_the_selected_runs_that_have_a_result():
    (found,) = converged(rows_of("plateau", "plateau", "maximum", "diverged", ""), rows_of("maximum", selected=False))
    assert (found["runs"], found["plateau"], found["maximum"], found["diverged"]) == (4, 0.5, 0.25, 0.25)
    assert not found["converged"]


@pytest.mark.parametrize(("unfinished", "final"), [(0, True), (1, True), (2, False)])
def test_a_tenth_may_be_unfinished(unfinished, final):
    assert MOST_UNFINISHED == 0.1
    (found,) = converged(rows_of(*["maximum"] * unfinished, *["plateau"] * (10 - unfinished)))
    assert found["converged"] == final


def test_each_network_is_judged_by_itself():
    both = converged(rows_of("maximum"), rows_of("plateau", architecture="gru"))
    assert [(one["architecture"], one["converged"]) for one in both] == [("lstm", False), ("gru", True)]
    assert converged([]) == []
