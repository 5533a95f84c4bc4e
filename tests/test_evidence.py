"""Verdicts on the lecture's claims: from data alone, whatever the data say."""

import numpy as np
import pytest

from rnnbench.claims import CLAIMS, Contrast, Count
from rnnbench.evidence import claim_rows, differences, judged, scores_from
from rnnbench.statistics import Interval
from rnnbench.tables import ALL, SCHEMAS, frame

CONTRASTS = [(claim, test) for claim in CLAIMS for test in claim.tests if isinstance(test, Contrast)]
SEEDS, ENCODERS = range(10), ("one_of_n", "letter_trigram")


def score_row(architecture, value, seed, contrast, encoder="one_of_n", **changes):
    key = {"task": contrast.task, "encoder": encoder, "architecture": architecture, "seed": seed}
    said = {"split": contrast.split, "metric": contrast.metric, "value": value, "phenomenon": contrast.phenomenon}
    return key | {"selected": True} | said | changes


def rows_for(contrast, difference, **changes):
    """Return scores of both networks that differ by about so much, each seed and encoder by a little more or less."""
    rng = np.random.default_rng(0)
    rows = []
    for encoder in ENCODERS:
        for seed in SEEDS:
            base, noise = rng.normal(0.5, 0.1), rng.normal(0, 0.0005)
            base = base if contrast.second else 0.0
            rows.append(score_row(contrast.first, base + difference + noise, seed, contrast, encoder, **changes))
            rows.append(score_row(contrast.second or "another", base, seed, contrast, encoder, **changes))
    return rows


def told(contrast, rows, claims=CLAIMS):
    whole = [row for row in rows if row["phenomenon"] == ALL]
    parts = [row for row in rows if row["phenomenon"] != ALL]
    found = list(claim_rows(scores_from(whole, parts, []), claims))
    (row,) = (row for row in found if row["contrast"] == contrast.name)
    return row


@pytest.mark.parametrize(("claim", "contrast"), CONTRASTS, ids=lambda value: getattr(value, "name", ""))
def test_every_claim_is_judged_by_its_data_and_flipped_data_flip_the_verdict(claim, contrast):
    found = {sign: told(contrast, rows_for(contrast, sign * 0.1)) for sign in (1, 0, -1)}
    verdicts = {sign: row["verdict"] for sign, row in found.items()}
    expected = {
        "above": {1: "supported", 0: "equivalent", -1: "contradicted"},
        "below": {1: "contradicted", 0: "equivalent", -1: "supported"},
        "same": {1: "contradicted", 0: "supported", -1: "contradicted"},
    }
    assert verdicts == expected[contrast.wanted]
    assert found[1]["estimate"] == pytest.approx(0.1, abs=0.001)
    assert found[1]["low"] < found[1]["estimate"] < found[1]["high"]
    assert found[1]["runs"] == len(ENCODERS) * len(SEEDS) * (2 if contrast.second else 1)


def test_without_data_nothing_is_decided():
    rows = list(claim_rows(scores_from([], [], [])))
    assert [row["claim"] for row in rows] == [claim.name for claim in CLAIMS for _ in claim.tests]
    assert {row["text"] for row in rows} == {"undecided: no data"}
    assert {row["verdict"] for row in rows} == {"undecided"}
    frame("claims", rows)


def test_every_claim_of_the_lecture_is_there():
    assert [claim.name for claim in CLAIMS] == ["F1", "R1", "R2", "R3", "J1", "B1", "L1", "P1", "G1", "G2", "G3"]
    assert all(claim.chinese and claim.sentence.endswith(".") for claim in CLAIMS)
    assert list(SCHEMAS["claims"])[:7] == ["claim", "contrast", "estimate", "low", "high", "margin", "verdict"]


def test_only_seeds_that_both_have_are_compared():
    (contrast,) = (test for _, test in CONTRASTS if test.name.startswith("gru against lstm on travel (test"))
    rows = [score_row("gru", 0.9, seed, contrast) for seed in (0, 1, 2)]
    rows += [score_row("lstm", 0.8, seed, contrast) for seed in (1, 2, 3)]
    rows += [score_row("gru", 0.0, 1, contrast, selected=False), score_row("lstm", 0.0, 1, contrast, task="travels")]
    rows += [score_row("lstm", float("nan"), 0, contrast)]
    assert differences(contrast, scores_from(rows, [], [])) == pytest.approx(np.full((1, 2), 0.1))


def test_a_family_of_tasks_counts_as_one():
    (contrast,) = (test for _, test in CONTRASTS if test.first == "lstm" and test.task == "delayed_recall")
    rows = [
        score_row(name, value, seed, contrast, task=f"delayed_recall delay={delay}")
        for delay in (5, 10)
        for name, value in (("lstm", 0.9), ("elman", 0.1 * delay / 5))
        for seed in (0, 1)
    ]
    assert differences(contrast, scores_from(rows, [], [])) == pytest.approx(np.array([[0.8, 0.8], [0.7, 0.7]]))


def test_weights_are_counted_at_equal_width():
    (fewer,) = (test for claim in CLAIMS for test in claim.tests if isinstance(test, Count) and test.first == "gru")
    key = {"task": "travel", "encoder": "one_of_n"}
    runs = [
        key | {"architecture": "lstm", "hidden": 10, "parameters_recurrent": 400},
        key | {"architecture": "gru", "hidden": 20, "parameters_recurrent": 1200},
        key | {"architecture": "elman", "hidden": None, "parameters_recurrent": None},
    ]
    found = {row["claim"]: row for row in claim_rows(scores_from([], [], runs))}
    assert found["G2"]["contrast"] == fewer.name
    assert found["G2"]["estimate"] == pytest.approx(0.75)
    assert found["G2"]["verdict"] == "contradicted"
    assert found["P1"]["text"] == "undecided: no data"


def test_an_interval_across_the_margin_decides_nothing():
    for wanted in ("above", "below", "same"):
        assert judged(wanted, Interval(0.0, -0.02, 0.02), 0.01, 0.001) == "undecided"
        assert judged(wanted, Interval(0.1, float("nan"), float("nan")), 0.01, 0.001) == "undecided"


def test_a_difference_that_luck_could_have_made_among_so_many_decides_nothing():
    for wanted in ("above", "below", "same"):
        assert judged(wanted, Interval(0.1, 0.05, 0.15), 0.01, 0.06) == "undecided"
        assert judged(wanted, Interval(0.1, 0.05, 0.15), 0.01, float("nan")) == "undecided"


def test_three_seeds_are_too_few_for_a_difference_and_can_be_enough_for_none():
    (contrast,) = (test for _, test in CONTRASTS if test.name.startswith("gru against lstm on travel (test"))
    large = [
        score_row(name, value, seed, contrast) for name, value in (("gru", 0.9), ("lstm", 0.5)) for seed in range(3)
    ]
    assert told(contrast, large)["verdict"] == "undecided"
    assert told(contrast, large)["p_value"] == 0.25
    equal = [row | {"value": 0.5} for row in large]
    assert told(contrast, equal)["verdict"] == "supported"


def test_claims_that_are_not_so_are_made_in_one_experiment_of_twenty_at_most():
    """Every network is as good as every other: any verdict of a difference is a mistake."""
    mistakes, experiments = 0, 100
    for experiment in range(experiments):
        rng, rows = np.random.default_rng(experiment), []
        for _, contrast in CONTRASTS:
            if contrast.second:
                rows += [
                    score_row(name, rng.normal(0.8, 0.05), seed, contrast, encoder)
                    for name in (contrast.first, contrast.second)
                    for encoder in ENCODERS
                    for seed in SEEDS
                ]
        found = scores_from(
            [r for r in rows if r["phenomenon"] == ALL], [r for r in rows if r["phenomenon"] != ALL], []
        )
        wrong = {
            "above": ("supported", "contradicted"),
            "below": ("supported", "contradicted"),
            "same": ("contradicted",),
        }
        wanted = {contrast.name: contrast.wanted for _, contrast in CONTRASTS if contrast.second}
        mistakes += any(
            row["verdict"] in wrong[wanted[row["contrast"]]] for row in claim_rows(found) if row["contrast"] in wanted
        )
    # 5 % of 100 and two standard errors of such a share
    assert mistakes <= 5 + 2 * (100 * 0.05 * 0.95) ** 0.5
