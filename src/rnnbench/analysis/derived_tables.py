"""The tables that are derived from others: claims, overfitting, turning, tuning, rankings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rnnbench.analysis.convergence import convergence_rows
from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Claim
from rnnbench.analysis.evidence.findings import SequenceScoresLookup, no_sequence_scores
from rnnbench.analysis.evidence.scores import scores_from
from rnnbench.analysis.evidence.verdicts import claim_rows
from rnnbench.analysis.overfitting import overfitting_rows, turning_rows
from rnnbench.analysis.rankings import ranking_rows

Frame = Any


def analysed(
    tables: Mapping[str, Frame],
    user_claims: Sequence[Claim] = (),
    per_sequence: SequenceScoresLookup = no_sequence_scores,
) -> dict[str, Iterator[dict[str, Any]]]:
    """Return name -> rows of the tables that are derived from others."""
    scores, runs = tables["scores"], tables["runs"]
    sources = (scores[scores["selected"]], tables["phenomena"], runs, tables["architectures"])
    by_match = scores_from(*(table.to_dict("records") for table in sources))
    return {
        "claims": claim_rows(by_match, (*PUBLISHED_CLAIMS, *user_claims), per_sequence),
        "overfitting": overfitting_rows(scores),
        "turning": turning_rows(tables["history"], runs),
        "convergence": convergence_rows(runs),
        "rankings": ranking_rows(scores, tables["architectures"]),
    }
