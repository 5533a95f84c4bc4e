"""Verdicts on the claims follow from the data alone."""

import numpy as np
import pytest

from rnnbench.analysis.claims import (
    CLAIMS,
    PUBLISHED_CLAIMS,
    Claim,
    Collisions,
    Contrast,
    ExactScore,
    InputWeights,
    WeightRatio,
    family_sizes,
)
from rnnbench.analysis.evidence.findings import FixedCorpora
from rnnbench.analysis.evidence.scores import Tables, paired_scores, scores_from
from rnnbench.analysis.evidence.verdicts import EXACT, claim_rows
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.common.errors import UserError
from rnnbench.data.corpus import ALL
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

CONTRASTS = [(claim, test) for claim in PUBLISHED_CLAIMS for test in claim.tests if isinstance(test, Contrast)]
SEEDS, PLACES = range(10), ("here", "there")
"""The places are two encoders, or two architectures."""


def score_row(side, value, seed, contrast, elsewhere=None, **changes):
    """Return a score of one side of a contrast; `elsewhere`: the encoder, or the architecture, behind both sides."""
    names = {"architecture": "gru", "encoder": "one_of_n", contrast.over: side}
    if elsewhere:
        names["architecture" if contrast.over == "encoder" else "encoder"] = elsewhere
    score = {"split": contrast.split, "metric": contrast.metric, "value": value, "phenomenon": contrast.phenomenon}
    key = {"task": contrast.task, **names, "seed": seed, "learning_rate": 0.01}
    return key | {"selected": True} | score | changes


def rows_for(contrast, difference, **changes):
    """Return scores of both sides that differ by about `difference`, with some noise for each seed and place."""
    rng = np.random.default_rng(0)
    rows = []
    for place in PLACES:
        for seed in SEEDS:
            base, noise = rng.normal(0.5, 0.1), rng.normal(0, 0.0005)
            base = base if contrast.second else 0.0
            rows.append(score_row(contrast.first, base + difference + noise, seed, contrast, place, **changes))
            rows.append(score_row(contrast.second or "another", base, seed, contrast, place, **changes))
            for name in (contrast.first, contrast.second) if contrast.minus_phenomenon else ():
                elsewhere = {"phenomenon": contrast.minus_phenomenon}
                rows.append(score_row(name, 0.25, seed, contrast, place, **changes | elsewhere))
    return rows


def scores_of(rows, **tables):
    """Return the scores of an experiment with these rows in the tables `scores` and `phenomena`, and further tables."""
    whole = [row for row in rows if row["phenomenon"] == ALL]
    return scores_from(Tables(whole, [row for row in rows if row["phenomenon"] != ALL], **tables))


def claim_row(contrast, rows, claims=PUBLISHED_CLAIMS, **tables):
    (row,) = (row for row in claim_rows(scores_of(rows, **tables), claims) if row["contrast"] == contrast.name)
    return row


@pytest.mark.parametrize(("claim", "contrast"), CONTRASTS, ids=lambda value: getattr(value, "name", ""))
def test_every_claim_is_judged_by_its_data_and_flipped_data_flip_the_verdict(claim, contrast):
    by_sign = {sign: claim_row(contrast, rows_for(contrast, sign * 0.1)) for sign in (1, 0, -1)}
    verdicts = {sign: row["verdict"] for sign, row in by_sign.items()}
    expected = {
        "above": {1: "supported", 0: "equivalent", -1: "contradicted"},
        "below": {1: "contradicted", 0: "equivalent", -1: "supported"},
        "same": {1: "contradicted", 0: "supported", -1: "contradicted"},
        "at least": {1: "supported", 0: "supported", -1: "contradicted"},
    }
    assert verdicts == expected[contrast.wanted]
    assert by_sign[1]["estimate"] == pytest.approx(0.1, abs=0.001)
    assert by_sign[1]["low"] < by_sign[1]["estimate"] < by_sign[1]["high"]
    assert by_sign[1]["runs"] == len(PLACES) * len(SEEDS) * (2 if contrast.second else 1)
    assert by_sign[1]["family"] == claim.family
    assert by_sign[1]["improvement"] == 1


@pytest.mark.parametrize(("claim", "contrast"), CONTRASTS, ids=lambda value: getattr(value, "name", ""))
def test_every_claim_says_for_what_it_holds_and_why_smaller_differences_do_not_matter(claim, contrast):
    row = claim_row(contrast, rows_for(contrast, 0.1))
    assert row["scope"].startswith(f"on {contrast.task}, ")
    assert row["scope"].endswith("10 seeds, trained to a plateau")
    assert row["why"]
    assert row["reason"]


def test_without_data_nothing_is_decided():
    rows = list(claim_rows(scores_of([])))
    assert [row["claim"] for row in rows] == [claim.name for claim in PUBLISHED_CLAIMS for _ in claim.tests]
    assert {row["text"] for row in rows} == {"undecided: no data"}
    assert {row["verdict"] for row in rows} == {"undecided"}
    frame("claims", rows)


def test_the_claims_are_those_of_the_lecture():
    assert [claim.name for claim in CLAIMS] == ["F1", "R1", "R2", "R3", "J1", "B1", "L1", "P1", "G1", "G2", "G3"]
    assert all(claim.chinese and claim.sentence.endswith(".") for claim in CLAIMS)
    assert list(SCHEMAS["claims"])[:7] == ["claim", "contrast", "estimate", "low", "high", "margin", "verdict"]


def by_block(contrast, rows, families=None):
    """Return the differences of a contrast by block; `families`: task -> family, of tasks that share one."""
    numbers = {"encoder": "one_of_n", "architecture": "lstm", "hidden": None, "parameters_recurrent": None}
    runs = [numbers | {"task": task, "family": family, "chosen_by": ""} for task, family in (families or {}).items()]
    (scores,) = scores_of(rows, runs=runs)
    return paired_scores(contrast, scores).by_block


def contrast_named(start):
    return next(test for _, test in CONTRASTS if test.name.startswith(start))


def test_only_seeds_that_both_have_are_compared():
    contrast = contrast_named("gru against lstm on travel (test")
    rows = [score_row("gru", 0.9, seed, contrast) for seed in (0, 1, 2)]
    rows += [score_row("lstm", 0.8, seed, contrast) for seed in (1, 2, 3)]
    rows += [score_row("gru", 0.0, 1, contrast, selected=False), score_row("lstm", 0.0, 1, contrast, task="travels")]
    rows += [score_row("lstm", float("nan"), 0, contrast)]
    assert by_block(contrast, rows) == pytest.approx([0.1, 0.1])


def test_only_places_that_both_have_are_compared():
    contrast = contrast_named("gru against lstm on travel (test")
    rows = [score_row(name, value, 0, contrast) for name, value in (("gru", 0.9), ("lstm", 0.8))]
    assert by_block(contrast, [*rows, score_row("gru", 0.1, 0, contrast, "another")]) == pytest.approx([0.1])


def test_tasks_of_a_family_have_the_same_weight_whatever_the_number_of_their_encoders():
    """Differences of 0.8 with two encoders on one task, and of 0.2 with one encoder on the other."""
    contrast = contrast_named("lstm against elman on delayed_recall")
    places = [(5, "one_of_n", 0.2), (5, "raw", 0.2), (10, "one_of_n", 0.8)]
    rows = [
        score_row(name, value, seed, contrast, encoder, task=f"delayed_recall delay={delay}")
        for delay, encoder, elman in places
        for name, value in (("lstm", 1.0), ("elman", elman))
        for seed in (0, 1)
    ]
    families = {f"delayed_recall delay={delay}": "delayed_recall" for delay in (5, 10)}
    assert by_block(contrast, rows, families) == pytest.approx([0.5, 0.5])
    assert by_block(contrast, rows, dict.fromkeys(families, "another family")).size == 0
    numbers = {"encoder": "one_of_n", "architecture": "lstm", "hidden": None, "parameters_recurrent": None}
    runs = [numbers | {"task": task, "family": family, "chosen_by": ""} for task, family in families.items()]
    row = claim_row(contrast, rows, runs=runs)
    assert row["scope"] == ("on delayed_recall (2 tasks), reading one_of_n and raw, 2 seeds, trained to a plateau")


RUN = {"task": "travel", "family": "travel", "encoder": "one_of_n", "chosen_by": "", "parameters_input": 1}


def counted(claim, **tables):
    (row,) = (row for row in claim_rows(scores_of(tables.pop("rows", []), **tables)) if row["claim"] == claim)
    assert row["family"] == EXACT
    return row


def test_weights_are_counted_at_equal_width():
    runs = [
        RUN | {"architecture": "lstm", "hidden": 10, "parameters_recurrent": 400},
        RUN | {"architecture": "gru", "hidden": 20, "parameters_recurrent": 1200},
        RUN | {"architecture": "elman", "hidden": None, "parameters_recurrent": None},
    ]
    row = counted("G2", runs=runs)
    assert (row["estimate"], row["verdict"]) == (pytest.approx(0.75), "contradicted")
    assert counted("P1", runs=runs)["text"] == "undecided: no data"


@pytest.mark.parametrize(("last", "verdict"), [(0.0, "supported"), (0.01, "contradicted")])
def test_what_is_exact_is_true_of_every_run_or_not_at_all(last, verdict):
    (test,) = next(claim for claim in CLAIMS if claim.name == "F1").tests
    key = {"task": "travel", "encoder": "one_of_n", "architecture": "feed_forward", "selected": True, "phenomenon": ALL}
    key |= {"learning_rate": 0.01}
    rows = [
        key | {"seed": seed, "split": test.split, "metric": test.metric, "value": value}
        for seed, value in enumerate((0.0, 0.0, last))
    ]
    row = counted("F1", rows=rows)
    assert (row["verdict"], row["runs"], row["estimate"]) == (verdict, 3, pytest.approx(last / 3))
    assert np.isnan(row["p_value"])


@pytest.mark.parametrize(("collisions", "verdict"), [(0, "supported"), (41, "contradicted")])
def test_codes_that_two_words_share_are_counted(collisions, verdict):
    codes = {"task": "travel", "encoder": "letter_trigram", "training_words": 1482, "collisions": collisions}
    row = counted("E6", encoders=[codes])
    assert (row["verdict"], row["estimate"]) == (verdict, pytest.approx(collisions / 1482))
    assert f"{collisions} of 1482 training words of travel" in row["text"]


@pytest.mark.parametrize(
    ("trigrams", "verdict"),
    [
        ({100: 150, 1000: 500}, "supported"),
        ({100: 150, 1000: 2000}, "contradicted"),  # never fewer, and further from it in a larger vocabulary
        ({100: 150, 1000: 1100}, "undecided"),  # never fewer yet
        ({100: 50, 1000: 500}, "contradicted"),  # fewer in a small vocabulary too
        ({1000: 1100}, "undecided"),  # a single vocabulary
    ],
)
def test_input_weights_are_counted_by_the_size_of_the_vocabulary(trigrams, verdict):
    runs, codes = [], []
    for words, features in trigrams.items():
        for encoder, width in (("one_of_n", words), ("letter_trigram", features)):
            key = {"task": f"{words} words", "encoder": encoder}
            runs.append(RUN | key | {"architecture": "gru", "hidden": 1, "parameters_recurrent": 1})
            runs[-1]["parameters_input"] = width
            codes.append(key | {"training_words": words, "collisions": 0})
    assert counted("E7", runs=runs, encoders=codes)["verdict"] == verdict


def test_every_kind_of_counted_claim_is_among_the_published_ones():
    kinds = {type(test) for claim in PUBLISHED_CLAIMS for test in claim.tests}
    assert kinds == {Contrast, ExactScore, WeightRatio, InputWeights, Collisions}


def test_three_seeds_decide_nothing():
    contrast = contrast_named("gru against lstm on travel (test")
    large = [
        score_row(name, value, seed, contrast) for name, value in (("gru", 0.9), ("lstm", 0.5)) for seed in range(3)
    ]
    row = claim_row(contrast, large)
    assert (row["verdict"], row["p_value"]) == ("undecided", 0.25)
    assert "with 3 seeds no difference can be claimed: the least p-value is 0.25, not 0.05" in row["text"]
    assert np.isnan(row["detectable"])
    assert claim_row(contrast, [row | {"value": 0.5} for row in large])["verdict"] == "undecided"


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
        ({"name": "G3"}, "claims.0.name: there already is a claim 'G3'; choose another name"),
        ({"wanted": "better"}, "claims.0.wanted: input should be 'above', 'below', 'same' or 'at least', not 'better'"),
        ({"margn": 1}, "claims.0.margn: unknown key 'margn'; did you mean 'margin'?"),
    ],
)
def test_a_claim_about_an_unknown_name_is_reported_in_one_line(changes, text):
    with pytest.raises(UserError) as error:
        parse_settings(SMALL | {"claims": [USER_CLAIM | changes]})
    (line,) = str(error.value).splitlines()
    assert line.endswith(text)


def test_a_claim_of_ones_own_about_encoders_is_judged():
    words = SMALL | {"encoders": ["one_of_n", "letter_trigram"]}
    own = USER_CLAIM | {"over": "encoder", "first": "letter_trigram", "second": "one_of_n"}
    (settings,) = parse_settings(words | {"claims": [own]}).claims
    (contrast,) = settings.claim.tests
    row = claim_row(contrast, rows_for(contrast, 0.1), [settings.claim])
    assert row["verdict"] == "supported"
    assert "with here and there" in row["scope"]
    with pytest.raises(UserError, match="the experiment has no 'letter_trigram'"):
        parse_settings(SMALL | {"claims": [own]})


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
    table = list(claim_rows(scores_of(rows, architectures=networks), [Claim("X", "", "", (contrast,))]))
    assert [(row["fair"], row["verdict"]) for row in table] == [
        ("equal width", "supported"),
        ("equal parameters", "equivalent"),
    ]
    assert [f"at {row['fair']}, " in row["scope"] for row in table] == [True, True]


def per_sequence_of(right):
    """Return a lookup of scores of sentences of ten words; `right`: network -> right words of each sentence."""

    def per_sequence(place, network, split, metric, seeds):
        part = np.tile(right[network], (len(seeds), 1))
        return RatioOfSums(part, np.full_like(part, 10))

    return per_sequence


OWN = Contrast("gru", "lstm", "travel", "token_accuracy", "above", 0.001, "")


def rows_of(values, contrast=OWN, **changes):
    """Return scores of both sides by seed; `values`: side -> scores."""
    return [
        score_row(name, value, seed, contrast, **changes)
        for name, by_seed in values.items()
        for seed, value in enumerate(by_seed)
    ]


@pytest.mark.parametrize(
    ("gru", "lstm", "verdict"),
    [([9] * 100, [8] * 100, "supported"), ([10, 6] * 50, [6, 9] * 50, "undecided")],
    ids=["better on every sentence", "better on half of them"],
)
def test_on_a_fixed_corpus_a_difference_must_hold_for_other_test_sentences_too(gru, lstm, verdict):
    """By the seeds alone the first is better in both cases."""
    claim, rows = Claim("X", "", "", (OWN,)), rows_for(OWN, (sum(gru) - sum(lstm)) / 1000)
    fixed = FixedCorpora({"travel"}, per_sequence_of({"gru": gru, "lstm": lstm}))
    (row,) = claim_rows(scores_of(rows), [claim], fixed)
    assert row["verdict"] == verdict
    assert (row["low"] > 0) == (verdict == "supported")
    (by_seeds,) = claim_rows(scores_of(rows), [claim], fixed._replace(tasks={"another"}))
    assert by_seeds["verdict"] == "supported"


def test_where_seeds_agree_the_interval_is_that_of_the_sentences():
    """The standard error of a paired difference of ratios has a formula; 2,000 draws have 1.6 % of it, and skewness."""
    rng = np.random.default_rng(0)
    gru, lstm = rng.integers(7, 11, size=300), rng.integers(6, 10, size=300)
    exact = paired_difference(gru, lstm, np.full(300, 10))
    fixed = FixedCorpora({"travel"}, per_sequence_of({"gru": gru, "lstm": lstm}))
    rows = rows_of({"gru": [gru.mean() / 10] * 10, "lstm": [lstm.mean() / 10] * 10})
    (row,) = claim_rows(scores_of(rows), [Claim("X", "", "", (OWN,))], fixed)
    assert row["estimate"] == pytest.approx(exact.value)
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * exact.standard_error, rel=0.08)


def test_a_gap_on_a_fixed_corpus_has_the_noise_of_its_test_sentences():
    asked = []

    def per_sequence(place, network, split, metric, seeds):
        asked.append(split)
        return per_sequence_of({"gru": [9, 7] * 50, "lstm": [8, 8] * 50})(place, network, split, metric, seeds)

    contrast = Contrast("gru", "lstm", "travel", "token_accuracy", "above", 0.001, "", split="gap")
    rows = rows_of({"gru": [0.1] * 10, "lstm": [0.1] * 10}, contrast)
    (row,) = claim_rows(scores_of(rows), [Claim("X", "", "", (contrast,))], FixedCorpora({"travel"}, per_sequence))
    assert set(asked) == {"test"}
    assert row["low"] < 0 < row["high"]


def test_whole_seeds_are_redrawn_with_all_their_places():
    """Two encoders whose differences are the same in every seed are no more evidence than one of them."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0.02, 0.02, size=10)
    one = rows_of({"gru": 0.5 + noise, "lstm": [0.5] * 10})
    both = one + rows_of({"gru": 0.5 + noise, "lstm": [0.5] * 10}, elsewhere="letter_trigram")
    claims = [Claim("X", "", "", (OWN,))]
    (first,), (second,) = (claim_rows(scores_of(rows), claims) for rows in (one, both))
    assert [first[name] for name in ("low", "high", "p_value")] == [
        pytest.approx(second[name]) for name in ("low", "high", "p_value")
    ]


def test_the_learning_rate_is_chosen_again_in_every_draw():
    """On validation both rates are nearly alike, on test the other one is 0.1 worse: the interval must reach down."""
    rng = np.random.default_rng(0)
    rows = rows_of({"gru": 0.55 + rng.normal(0, 0.001, 10), "lstm": [0.5] * 10})
    alone = claim_row(OWN, rows, [Claim("X", "", "", (OWN,))])
    tried = {"selected": False, "learning_rate": 0.02}
    validation = {"split": "validation", "metric": "slot_f1"}
    rows += rows_of({"gru": [0.9, 0.8, 0.85]}, **validation)
    rows += rows_of({"gru": [0.8, 0.9, 0.84]}, **validation | tried)
    rows += rows_of({"gru": [0.45, 0.45, 0.45]}, **tried)
    runs = [RUN | {"architecture": "gru", "hidden": None, "parameters_recurrent": None, "chosen_by": "slot_f1"}]
    searched = claim_row(OWN, rows, [Claim("X", "", "", (OWN,))], runs=runs)
    assert alone["low"] > 0.045
    assert searched["low"] < 0
    assert searched["estimate"] == alone["estimate"]
    # Where validation left no doubt, nothing changes.
    certain = [row | {"value": 0.1} if row["split"] == "validation" and not row["selected"] else row for row in rows]
    assert claim_row(OWN, certain, [Claim("X", "", "", (OWN,))], runs=runs)["low"] == alone["low"]


@pytest.mark.parametrize("converged", [True, False])
def test_a_verdict_on_a_network_that_was_stopped_early_is_provisional(converged):
    contrast = contrast_named("gru against lstm on travel (test")
    ends = {"task": "travel", "encoder": "here", "architecture": "lstm", "converged": converged}
    row = claim_row(contrast, rows_for(contrast, 0.1), convergence=[ends])
    assert row["converged"] == converged
    assert row["text"].endswith("; not converged: lstm") != converged
    assert row["scope"].endswith("not all trained to a plateau: lstm") != converged


def test_what_could_have_been_found_does_not_depend_on_what_was_found():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.02, size=10)
    by_effect = {
        effect: claim_row(OWN, rows_of({"gru": 0.5 + effect + noise, "lstm": [0.5] * 10}), [Claim("X", "", "", (OWN,))])
        for effect in (0.0, 0.3)
    }
    assert by_effect[0.0]["detectable"] == pytest.approx(by_effect[0.3]["detectable"])
    # A paired t-test of ten finds 0.997 standard deviations four times in five (Cohen 1988, table 2.3.5).
    assert by_effect[0.0]["detectable"] == pytest.approx(0.997 * noise.std(ddof=1), rel=0.01)
    assert by_effect[0.0]["verdict"] == "undecided"
    assert "would have been found four times in five" in by_effect[0.0]["text"]


def test_claims_of_ones_own_change_nothing_about_the_lectures():
    """With ten seeds the least p is 0.002: corrected for thirty more claims, nothing could ever be decided."""
    contrast = contrast_named("bidirectional_gru against gru on travel (test)")
    rows = [row for _, test in CONTRASTS if test.task == "travel" for row in rows_for(test, 0.003)]
    rows += rows_for(contrast, 0.1)
    user_claims = [Claim(f"own {i}", "", "", (contrast,), family="yours") for i in range(30)]
    alone = list(claim_rows(scores_of(rows)))
    together = list(claim_rows(scores_of(rows), [*PUBLISHED_CLAIMS, *user_claims]))
    assert frame("claims", together[: len(alone)]).equals(frame("claims", alone))
    assert len(together) == len(alone) + 30
    assert {row["verdict"] for row in together[len(alone) :]} == {"undecided"}


def test_families_are_corrected_apart():
    contrasts = {
        family: contrast_named(start)
        for family, start in (
            ("lecture", "bidirectional_gru against gru on travel (test)"),
            ("papers", "deep_elman against"),
            ("encoders", "letter_trigram against one_of_n on travel (test_typos)"),
        )
    }
    rows = [row for contrast in contrasts.values() for row in rows_for(contrast, 0.1)]
    for family, contrast in contrasts.items():
        row = claim_row(contrast, rows)
        assert (row["family"], row["p_value"]) == (family, pytest.approx(2 / 2**10))


def test_the_number_of_tests_is_known_before_anything_is_trained():
    sizes = family_sizes(PUBLISHED_CLAIMS, ["travel"], ["gru", "lstm", "elman"], ["one_of_n", "letter_trigram"])
    # G1, G3 on travel; no paper's networks are there; E3, E4.
    assert sizes == {"lecture": 2, "encoders": 2}
    assert family_sizes(PUBLISHED_CLAIMS, ["register"], ["gru"], ["raw"]) == {}
