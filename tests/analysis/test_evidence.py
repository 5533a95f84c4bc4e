"""Verdicts on the claims follow from the data alone."""

import numpy as np
import pytest

from rnnbench.analysis.claims import CLAIMS, PUBLISHED_CLAIMS, Claim, Contrast, WeightRatio
from rnnbench.analysis.evidence.scores import scores_from, strata
from rnnbench.analysis.evidence.verdicts import claim_rows, combined_decision
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.common.errors import UserError
from rnnbench.data.corpus import ALL
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

CONTRASTS = [(claim, test) for claim in PUBLISHED_CLAIMS for test in claim.tests if isinstance(test, Contrast)]
SEEDS, ENCODERS = range(10), ("one_of_n", "letter_trigram")


def score_row(architecture, value, seed, contrast, encoder="one_of_n", **changes):
    key = {"task": contrast.task, "encoder": encoder, "architecture": architecture, "seed": seed}
    score = {"split": contrast.split, "metric": contrast.metric, "value": value, "phenomenon": contrast.phenomenon}
    return key | {"selected": True} | score | changes


def rows_for(contrast, difference, **changes):
    """Return scores of both networks that differ by about `difference`, with some noise for each seed and encoder."""
    rng = np.random.default_rng(0)
    rows = []
    for encoder in ENCODERS:
        for seed in SEEDS:
            base, noise = rng.normal(0.5, 0.1), rng.normal(0, 0.0005)
            base = base if contrast.second else 0.0
            rows.append(score_row(contrast.first, base + difference + noise, seed, contrast, encoder, **changes))
            rows.append(score_row(contrast.second or "another", base, seed, contrast, encoder, **changes))
            for name in (contrast.first, contrast.second) if contrast.minus_phenomenon else ():
                elsewhere = {"phenomenon": contrast.minus_phenomenon}
                rows.append(score_row(name, 0.25, seed, contrast, encoder, **changes | elsewhere))
    return rows


def claim_row(contrast, rows, claims=PUBLISHED_CLAIMS):
    whole = [row for row in rows if row["phenomenon"] == ALL]
    parts = [row for row in rows if row["phenomenon"] != ALL]
    claim_table = list(claim_rows(scores_from(whole, parts, []), claims))
    (row,) = (row for row in claim_table if row["contrast"] == contrast.name)
    return row


@pytest.mark.parametrize(("claim", "contrast"), CONTRASTS, ids=lambda value: getattr(value, "name", ""))
def test_every_claim_is_judged_by_its_data_and_flipped_data_flip_the_verdict(claim, contrast):
    by_sign = {sign: claim_row(contrast, rows_for(contrast, sign * 0.1)) for sign in (1, 0, -1)}
    verdicts = {sign: row["verdict"] for sign, row in by_sign.items()}
    expected = {
        "above": {1: "supported", 0: "equivalent", -1: "contradicted"},
        "below": {1: "contradicted", 0: "equivalent", -1: "supported"},
        "same": {1: "contradicted", 0: "supported", -1: "contradicted"},
    }
    assert verdicts == expected[contrast.wanted]
    assert by_sign[1]["estimate"] == pytest.approx(0.1, abs=0.001)
    assert by_sign[1]["low"] < by_sign[1]["estimate"] < by_sign[1]["high"]
    assert by_sign[1]["runs"] == len(ENCODERS) * len(SEEDS) * (2 if contrast.second else 1)


def test_without_data_nothing_is_decided():
    rows = list(claim_rows(scores_from([], [], [])))
    assert [row["claim"] for row in rows] == [claim.name for claim in PUBLISHED_CLAIMS for _ in claim.tests]
    assert {row["text"] for row in rows} == {"undecided: no data"}
    assert {row["verdict"] for row in rows} == {"undecided"}
    frame("claims", rows)


def test_the_claims_are_those_of_the_lecture():
    assert [claim.name for claim in CLAIMS] == ["F1", "R1", "R2", "R3", "J1", "B1", "L1", "P1", "G1", "G2", "G3"]
    assert all(claim.chinese and claim.sentence.endswith(".") for claim in CLAIMS)
    assert list(SCHEMAS["claims"])[:7] == ["claim", "contrast", "estimate", "low", "high", "margin", "verdict"]


def differences(contrast, rows, families=None):
    """Return the differences of a contrast; `families`: task -> family, of tasks that share one with others."""
    numbers = {"encoder": "one_of_n", "architecture": "lstm", "hidden": None, "parameters_recurrent": None}
    runs = [numbers | {"task": task, "family": family} for task, family in (families or {}).items()]
    (scores,) = scores_from(rows, [], runs)
    return strata(contrast, scores).differences


def test_only_seeds_that_both_have_are_compared():
    (contrast,) = (test for _, test in CONTRASTS if test.name.startswith("gru against lstm on travel (test"))
    rows = [score_row("gru", 0.9, seed, contrast) for seed in (0, 1, 2)]
    rows += [score_row("lstm", 0.8, seed, contrast) for seed in (1, 2, 3)]
    rows += [score_row("gru", 0.0, 1, contrast, selected=False), score_row("lstm", 0.0, 1, contrast, task="travels")]
    rows += [score_row("lstm", float("nan"), 0, contrast)]
    assert differences(contrast, rows) == pytest.approx(np.full((1, 2), 0.1))


def test_a_family_of_tasks_counts_as_one():
    (contrast,) = (test for _, test in CONTRASTS if test.first == "lstm" and test.task == "delayed_recall")
    rows = [
        score_row(name, value, seed, contrast, task=f"delayed_recall delay={delay}")
        for delay in (5, 10)
        for name, value in (("lstm", 0.9), ("elman", 0.1 * delay / 5))
        for seed in (0, 1)
    ]
    families = {f"delayed_recall delay={delay}": "delayed_recall" for delay in (5, 10)}
    assert differences(contrast, rows, families) == pytest.approx(np.array([[0.8, 0.8], [0.7, 0.7]]))
    assert differences(contrast, rows, dict.fromkeys(families, "another family")).size == 0


def test_weights_are_counted_at_equal_width():
    (fewer,) = (
        test for claim in CLAIMS for test in claim.tests if isinstance(test, WeightRatio) and test.first == "gru"
    )
    key = {"task": "travel", "family": "travel", "encoder": "one_of_n"}
    runs = [
        key | {"architecture": "lstm", "hidden": 10, "parameters_recurrent": 400},
        key | {"architecture": "gru", "hidden": 20, "parameters_recurrent": 1200},
        key | {"architecture": "elman", "hidden": None, "parameters_recurrent": None},
    ]
    by_claim = {row["claim"]: row for row in claim_rows(scores_from([], [], runs))}
    assert by_claim["G2"]["contrast"] == fewer.name
    assert by_claim["G2"]["estimate"] == pytest.approx(0.75)
    assert by_claim["G2"]["verdict"] == "contradicted"
    assert by_claim["P1"]["text"] == "undecided: no data"


NAN = float("nan")


@pytest.mark.parametrize(
    ("seeds", "sentences", "p_value", "decision"),
    [
        ((0.05, 0.15), (NAN, NAN), 0.001, "better"),
        ((0.05, 0.15), (0.02, 0.18), 0.001, "better"),
        ((-0.15, -0.05), (-0.18, -0.02), 0.001, "worse"),
        ((-0.02, 0.02), (NAN, NAN), 0.001, "undecided"),
        ((NAN, NAN), (NAN, NAN), 0.001, "undecided"),
        ((0.05, 0.15), (NAN, NAN), 0.06, "undecided"),  # not significant after the correction
        ((0.05, 0.15), (NAN, NAN), NAN, "undecided"),
        ((0.05, 0.15), (-0.02, 0.18), 0.001, "undecided"),  # not significant over test sentences
        ((-0.004, 0.004), (NAN, NAN), 0.9, "equivalent"),
        ((-0.004, 0.004), (-0.009, 0.009), 0.9, "equivalent"),
        ((-0.004, 0.004), (-0.02, 0.02), 0.9, "undecided"),
    ],
)
def test_a_difference_is_claimed_where_seeds_sentences_and_p_value_agree(seeds, sentences, p_value, decision):
    assert combined_decision(Interval(0, *seeds), Interval(0, *sentences), 0.01, p_value) == decision


def test_three_seeds_are_too_few_for_a_difference_and_can_be_enough_for_none():
    (contrast,) = (test for _, test in CONTRASTS if test.name.startswith("gru against lstm on travel (test"))
    large = [
        score_row(name, value, seed, contrast) for name, value in (("gru", 0.9), ("lstm", 0.5)) for seed in range(3)
    ]
    assert claim_row(contrast, large)["verdict"] == "undecided"
    assert claim_row(contrast, large)["p_value"] == 0.25
    equal = [row | {"value": 0.5} for row in large]
    assert claim_row(contrast, equal)["verdict"] == "supported"


def test_false_claims_are_made_in_at_most_one_experiment_of_twenty():
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
        split_up = [r for r in rows if r["phenomenon"] == ALL], [r for r in rows if r["phenomenon"] != ALL]
        scores = scores_from(*split_up, [])
        wrong = {
            "above": ("supported", "contradicted"),
            "below": ("supported", "contradicted"),
            "same": ("contradicted",),
        }
        claimed = {contrast.name: contrast.wanted for _, contrast in CONTRASTS if contrast.second}
        mistakes += any(
            row["verdict"] in wrong[claimed[row["contrast"]]]
            for row in claim_rows(scores)
            if row["contrast"] in claimed
        )
    # 5 % of 100, and two standard errors of that number.
    assert mistakes <= 5 + 2 * (100 * 0.05 * 0.95) ** 0.5


SMALL = {"tasks": ["travel"], "encoders": ["one_of_n"], "architectures": ["gru", "lstm"]}
USER_CLAIM = {"name": "mine", "sentence": "A GRU is better.", "first": "gru", "second": "lstm"}
USER_CLAIM |= {"task": "travel", "wanted": "above"}


def test_a_claim_of_ones_own_is_judged_like_the_lectures():
    (settings,) = parse_settings(SMALL | {"claims": [USER_CLAIM]}).claims
    (contrast,) = settings.claim.tests
    row = claim_row(contrast, rows_for(contrast, 0.1), [settings.claim])
    assert (row["claim"], row["verdict"], row["metric"]) == ("mine", "supported", "slot_f1")
    assert row["source"] == "this experiment's configuration"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"first": "gruu"}, "claims.0.first: the experiment has no 'gruu'; did you mean 'gru'?"),
        ({"task": "travl"}, "claims.0.task: the experiment has no 'travl'; did you mean 'travel'?"),
        ({"metric": "slot_f2"}, "claims.0.metric: the experiment has no 'slot_f2'; did you mean 'slot_f1'?"),
        ({"name": "G3"}, "claims.0.name: the lecture already has a claim 'G3'; choose another name"),
        ({"wanted": "better"}, "claims.0.wanted: input should be 'above', 'below' or 'same', not 'better'"),
        ({"margn": 1}, "claims.0.margn: unknown key 'margn'; did you mean 'margin'?"),
    ],
)
def test_a_claim_about_an_unknown_name_is_reported_in_one_line(changes, text):
    with pytest.raises(UserError) as error:
        parse_settings(SMALL | {"claims": [USER_CLAIM | changes]})
    (line,) = str(error.value).splitlines()
    assert line.endswith(text)


def test_each_way_of_being_comparable_has_its_own_rows():
    """The same networks at another size are better, and equal there."""
    contrast = Contrast("gru", "lstm", "travel", "slot_f1", "above", 0.005, "")
    networks = [
        {"architecture": name + ending, "base": name, "fair": fair}
        for fair, ending in (("equal width", ""), ("equal parameters", " (wide)"))
        for name in ("gru", "lstm")
    ]
    rows = rows_for(contrast, 0.1)
    rows += [row | {"architecture": f"{row['architecture']} (wide)"} for row in rows_for(contrast, 0.0)]
    table = list(claim_rows(scores_from(rows, [], [], networks), [Claim("X", "", "", (contrast,))]))
    assert [(row["fair"], row["verdict"]) for row in table] == [
        ("equal width", "supported"),
        ("equal parameters", "equivalent"),
    ]


def per_sequence_of(right):
    """Return a lookup of scores of sentences of ten words; `right`: network -> right words of each sentence."""

    def per_sequence(place, network, split, metric, seeds):
        part = np.tile(right[network], (len(seeds), 1))
        return RatioOfSums(part, np.full_like(part, 10))

    return per_sequence


@pytest.mark.parametrize(
    ("gru", "lstm", "verdict"),
    [([9] * 100, [8] * 100, "supported"), ([10, 6] * 50, [6, 9] * 50, "undecided")],
    ids=["better on every sentence", "better on half of them"],
)
def test_a_difference_must_hold_for_other_test_sentences_too(gru, lstm, verdict):
    """By the seeds alone the first is better in both cases."""
    contrast = Contrast("gru", "lstm", "travel", "token_accuracy", "above", 0.001, "")
    claim, rows = Claim("X", "", "", (contrast,)), rows_for(contrast, (sum(gru) - sum(lstm)) / 1000)
    (row,) = claim_rows(scores_from(rows, [], []), [claim], per_sequence_of({"gru": gru, "lstm": lstm}))
    assert row["low"] > 0
    assert row["verdict"] == verdict
    assert (row["low_sentences"] > 0) == (verdict == "supported")
    assert ("other test sentences" in row["text"]) == (verdict == "undecided")


def test_a_single_score_has_an_interval_over_sentences():
    contrast = Contrast("lstm", "", "travel", "token_accuracy", "same", 0.5, "")
    rows = [score_row("lstm", 0.8, seed, contrast) for seed in SEEDS]
    (row,) = claim_rows(
        scores_from(rows, [], []), [Claim("X", "", "", (contrast,))], per_sequence_of({"lstm": [7, 9] * 100})
    )
    assert row["low_sentences"] < 0.8 < row["high_sentences"]
    assert row["high_sentences"] - row["low_sentences"] < 0.05


def test_an_undecided_comparison_has_the_number_of_seeds_that_would_decide_it():
    contrast = Contrast("gru", "lstm", "travel", "slot_f1", "above", 0.001, "")
    rng = np.random.default_rng(0)
    rows = [score_row(name, rng.normal(0.8, 0.02), seed, contrast) for name in ("gru", "lstm") for seed in SEEDS]
    row = claim_row(contrast, rows, [Claim("X", "", "", (contrast,))])
    assert row["verdict"] == "undecided"
    assert row["detectable"] > abs(row["estimate"])
    assert row["seeds_needed"] > len(SEEDS)
    assert f"about {row['seeds_needed']} seeds would decide" in row["text"]
    assert 0 < row["improvement"] < 1


def test_claims_of_ones_own_do_not_change_the_lectures_p_values():
    """With ten seeds the least p is 0.002: corrected for thirty more claims, nothing could ever be decided."""
    (contrast,) = (test for _, test in CONTRASTS if test.name == "bidirectional_gru against gru on travel (test)")
    user_claims = [Claim(f"own {i}", "", "", (contrast,)) for i in range(30)]
    table = list(claim_rows(scores_from(rows_for(contrast, 0.1), [], []), [*PUBLISHED_CLAIMS, *user_claims]))
    p_values = {row["claim"]: row["p_value"] for row in table if row["contrast"] == contrast.name}
    assert p_values["B1"] == pytest.approx(2 / 2**10)
    assert p_values["own 0"] == pytest.approx(30 * 2 / 2**10)
