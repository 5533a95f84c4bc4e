"""The tables that are derived from others: claims, overfitting, turning, rankings, metrics."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Claim, Contrast
from rnnbench.analysis.evidence.findings import FixedCorpora, SequenceScoresLookup, no_sequence_scores
from rnnbench.analysis.evidence.scores import SELECTION_SPLIT, Tables, scores_from
from rnnbench.analysis.evidence.verdicts import claim_rows
from rnnbench.analysis.overfitting import overfitting_rows, turning_rows
from rnnbench.analysis.rankings import ranking_rows
from rnnbench.evaluation.metrics import METRIC_TABLE

Frame = Any


def analysed(
    tables: Mapping[str, Frame],
    user_claims: Sequence[Claim] = (),
    per_sequence: SequenceScoresLookup = no_sequence_scores,
    fixed: frozenset[str] = frozenset(),
) -> dict[str, Iterator[dict[str, Any]]]:
    """Return name -> rows of the tables that are derived from others.

    `fixed`: the labels of tasks whose corpus is the same for every seed. Of these alone are scores of single sequences
    looked up: other seeds do not show what other test sentences would.
    """
    claims = (*PUBLISHED_CLAIMS, *user_claims)
    scores, runs = tables["scores"], tables["runs"]
    frames = {name: tables[name] for name in Tables._fields if name in tables}
    history = tables["history"]
    frames["history"] = history[(history["step"] == 0) & (history["split"] == SELECTION_SPLIT)]
    frames["scores"] = _judged(scores, runs, claims)
    by_match = scores_from(Tables(**{name: table.to_dict("records") for name, table in frames.items()}))
    return {
        "claims": claim_rows(by_match, claims, FixedCorpora(fixed, per_sequence)),
        "overfitting": overfitting_rows(scores),
        "turning": turning_rows(tables["history"], runs),
        "rankings": ranking_rows(scores, tables["architectures"]),
        "metrics": ({"metric": name} | metric._asdict() for name, metric in METRIC_TABLE.items()),
    }


def _judged(scores: Frame, runs: Frame, claims: Sequence[Claim]) -> Frame:
    """Return the rows of the table `scores` that decide on claims: of runs that are not selected, few do."""
    tests = [test for claim in claims for test in claim.tests if isinstance(test, Contrast)]
    judged = {(test.split, test.metric) for test in tests}
    chosen = {(SELECTION_SPLIT, metric) for metric in set(runs["chosen_by"])}
    tried = scores[~scores["selected"]]
    wanted = pd.MultiIndex.from_frame(tried[["split", "metric"]]).isin(sorted(judged | chosen))
    return pd.concat([scores[scores["selected"]], tried[wanted]])
