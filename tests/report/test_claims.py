"""The section on the lecture's claims."""

import pytest

from helpers.report_rows import Page
from rnnbench.__main__ import main
from rnnbench.analysis.claims import CLAIMS, PUBLISHED_CLAIMS
from rnnbench.analysis.evidence.scores import Tables, scores_from
from rnnbench.analysis.evidence.verdicts import claim_rows
from rnnbench.report.build import build_details
from rnnbench.report.sections.overview import claims
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame


@pytest.fixture
def tables():
    return {name: frame(name, []) for name in SCHEMAS}


def test_every_claim_is_told_in_full_in_both_languages(tables):
    rows = list(claim_rows(scores_from(Tables([]))))
    page = build_details(tables | {"claims": frame("claims", rows)}, {})
    assert Page(page).open == []
    assert "claims" in Page(page).ids
    for claim in PUBLISHED_CLAIMS:
        assert claim.sentence in page
        assert claim.chinese
        assert claim.chinese in page
    assert page.count("undecided") >= len(rows)


def row_of_r1(tables):
    """Return the row of a claim that is tested, without data."""
    return next(row for row in claim_rows(scores_from(Tables([]))) if row["claim"] == "R1")


def test_numbers_are_those_of_the_table(tables):
    evidence = {"estimate": 0.1234, "low": 0.1, "high": 0.2, "p_value": 0.03, "verdict": "supported", "runs": 80}
    evidence |= {"improvement": 0.75, "detectable": 0.0123, "scope": "on travel, 20 seeds", "reason": "too little"}
    page = Page(build_details(tables | {"claims": frame("claims", [row_of_r1(tables) | evidence])}, {}))
    (row,) = (row for row in page.rows if "+0.123" in row)
    assert row[0].endswith("; margin: too little; on travel, 20 seeds")
    assert row[1:] == [
        "✓ right: supported",
        "+0.123",
        "+0.100 to +0.200",
        "0.010",
        "0.030 lecture",
        "75 %",
        "0.012",
        "80",
    ]


@pytest.mark.parametrize(
    ("detectable", "text"),
    [(0.6, "0.600 would be found 4 times in 5"), (float("nan"), "too few seeds")],
)
def test_what_is_open_says_what_so_many_seeds_could_have_shown_and_in_which_way_it_is_fair(tables, detectable, text):
    empty = row_of_r1(tables)
    undecided = empty | {"fair": "equal parameters (9000)", "estimate": 0.5, "runs": 4, "detectable": detectable}
    page = Page(build_details(tables | {"claims": frame("claims", [empty, undecided])}, {}))
    (row,) = (row for row in page.rows if "+0.500" in row)
    assert ", at equal parameters (9000)" in row[0]
    assert text in " ".join(row)


def test_a_verdict_on_networks_that_did_not_converge_is_provisional_everywhere(tables, tmp_path, capsys):
    row = row_of_r1(tables) | {"runs": 4, "verdict": "supported", "converged": False, "scope": "on travel, not all"}
    provisional = tables | {"claims": frame("claims", [row])}
    assert "provisional: not all trained to a plateau" in build_details(provisional, {})
    provisional["claims"].to_csv(tmp_path / "claims.csv", index=False)
    assert main(["claims", "--results", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("✓ supported, provisionally: ")
    assert lines[1] == "  on travel, not all"


def test_what_was_counted_is_not_tested(tables):
    row = next(row for row in claim_rows(scores_from(Tables([]))) if row["claim"] == "G2")
    counted = row | {"runs": 4, "estimate": 0.75, "verdict": "contradicted"}
    page = Page(build_details(tables | {"claims": frame("claims", [counted])}, {}))
    (row,) = (row for row in page.rows if "counted" in row)
    assert row[1:4] == ["✗ wrong: contradicted", "0.750", "counted"]


def verdicts_of(tables, *changes):
    """Return the tables with all claims without data, but for changes to some rows, by number."""
    rows = list(claim_rows(scores_from(Tables([]))))
    for number, change in changes:
        rows[number] |= {"runs": 4, "estimate": 0.5, "low": 0.4, "high": 0.6} | change
    return tables | {"claims": frame("claims", rows)}


def test_the_evidence_of_each_claim_has_an_address_and_is_told_once(tables):
    with_verdict = verdicts_of(tables, (0, {"verdict": "contradicted"}))
    page = build_details(with_verdict, {})
    assert {f"claim-{claim.name}" for claim in PUBLISHED_CLAIMS} <= set(Page(page).ids)
    assert page.count(CLAIMS[0].sentence) == 1
    assert claims.without_data(with_verdict) == len(PUBLISHED_CLAIMS) - 1


def test_the_terminal_tells_verdicts_in_both_languages(tables, tmp_path, capsys):
    with_verdict = verdicts_of(tables, (0, {"verdict": "contradicted"}))
    with_verdict["claims"].to_csv(tmp_path / "claims.csv", index=False)
    assert main(["claims", "--results", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"✗ contradicted: {CLAIMS[0].sentence} [F1]"
    assert lines[1] == f"  被否定：{CLAIMS[0].chinese}"
    assert "0.5, counted" in lines[2]
    assert main(["claims", "R9", "--results", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("there is no claim 'R9' with data here")
    assert main(["claims", "--results", str(tmp_path / "none")]) == 2
    assert "has no claims.parquet, claims.csv or claims.csv.gz" in capsys.readouterr().err


def test_a_claim_whose_contrasts_differ_is_supported_in_part(tables):
    rows = list(claim_rows(scores_from(Tables([]))))
    numbers = [number for number, row in enumerate(rows) if row["claim"] == "B1"]
    verdicts = zip(numbers, ("supported", "undecided", "supported"), strict=True)
    (claim,) = claims.claim_verdicts(
        verdicts_of(tables, *((number, {"verdict": verdict}) for number, verdict in verdicts))
    )
    assert claim.overall == "in part"
    assert [line.partition(":")[0] for line in claim.evidence] == ["supported", "undecided"]
    assert claim.evidence[0].endswith("and 1 more")


def test_only_the_first_size_has_a_verdict(tables):
    with_verdicts = verdicts_of(tables, (0, {"verdict": "supported"}), (1, {"verdict": "supported", "fair": "other"}))
    assert len(claims.claim_verdicts(with_verdicts)) == 1


def test_without_claims_there_is_no_section(tables):
    page = Page(build_details(tables, {}))
    assert "claims" not in page.ids
    assert "#claims" not in page.addresses
