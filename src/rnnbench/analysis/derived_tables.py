"""From scores to evidence: tables that say what other tables mean."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rnnbench.analysis.claims import Claim
from rnnbench.analysis.evidence.findings import PerSequence, nothing_counted
from rnnbench.analysis.evidence.scores import Scores, scores_from
from rnnbench.analysis.evidence.verdicts import KNOWN, claim_rows
from rnnbench.analysis.overfitting import overfitting_rows, turning_rows
from rnnbench.analysis.rankings import ranking_rows
from rnnbench.analysis.tuning import tuning_rows

Frame = Any


def analysed(
    tables: Mapping[str, Frame], own: Sequence[Claim] = (), counted: PerSequence = nothing_counted
) -> dict[str, Iterator[dict[str, Any]]]:
    """Return the rows of the tables that are made of others; `own` are the user's claims."""
    scores, runs = tables["scores"], tables["runs"]
    return {
        "claims": claim_rows(_scores(tables), (*KNOWN, *own), counted),
        "overfitting": overfitting_rows(scores),
        "turning": turning_rows(tables["history"], runs),
        "tuning": tuning_rows(scores, runs),
        "rankings": ranking_rows(scores, tables["architectures"]),
    }


def _scores(tables: Mapping[str, Frame]) -> list[Scores]:
    scores = tables["scores"]
    chosen = (scores[scores["selected"]], tables["phenomena"], tables["runs"], tables["architectures"])
    return scores_from(*(table.to_dict("records") for table in chosen))
