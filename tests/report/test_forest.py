"""The chapter on claims: every number is that of the table, in both languages, and for any experiment."""

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd
import pytest

from helpers.claim_tables import FAIR, claim_rows_with_data, classed, forest_of, tables_with, text_in
from helpers.report_rows import Page
from rnnbench.analysis.claims import CLAIMS, PUBLISHED_CLAIMS, Contrast, OwnClaim
from rnnbench.analysis.claims_in_chinese import REASONS, WHYS
from rnnbench.analysis.evidence.scope import Scope
from rnnbench.report.build import build_details, build_report

SIGNS = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?", "in part": "◐"}
OWN = OwnClaim(
    name="<mine>",
    sentence="Mine & <b>yours</b> are the same.",
    first="gru",
    second="lstm",
    task="my, task (2)",
    metric="squared_error",
    wanted="same",
    margin=0.0,
    split="test",
).claim


def chapter(rows: list[dict[str, Any]]) -> Element:
    """Return the chapter of a report on these claims."""
    html = build_report(tables_with(rows), {}, drawn=[])
    assert Page(html).open == []
    found = forest_of(html)
    assert found is not None
    return found


def items(forest: Element) -> dict[str, Element]:
    return {item.get("id", ""): item for item in forest.iter("li") if item.get("id")}


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def shown(item: Element, language: str) -> list[tuple]:
    """Return (estimate, low, high, margin, verdict) of each line of a claim that has an interval."""
    result, margin = [], math.nan
    for part in next(iter(classed(item, "lines"))):
        text = " ".join(text_in(part, language).split())
        if part.get("class") == "where":
            margin = number(re.findall(r"±([\d.]+)", text)[-1])
        elif found := re.search(r"(\S)\w[\w ]* ([+−][\d.]+) \[([+−][\d.]+), ([+−][\d.]+)\]", text):  # noqa: RUF001
            verdict = part.get("class", "").split()[-1]
            assert found[1] == SIGNS[verdict]
            result.append((*map(number, found.groups()[1:]), margin, verdict))
    return result


def verdict_of(verdicts: list[str]) -> str:
    """Return the verdict on a claim from those on its contrasts."""
    if len(set(verdicts)) == 1:
        return verdicts[0]
    if "supported" in verdicts:
        return "in part"
    return next(verdict for verdict in ("contradicted", "equivalent", "undecided") if verdict in verdicts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_is_that_of_the_table(tmp_path: Path, language: str) -> None:
    tables = tables_with(claim_rows_with_data())
    tables["claims"].to_parquet(tmp_path / "claims.parquet")
    found = items(chapter(tables["claims"].to_dict("records")))
    table: Any = pd.read_parquet(tmp_path / "claims.parquet")
    assert set(found) == {f"claim-{name}" for name in table["claim"]}
    for name, rows in table.groupby("claim"):
        item = found[f"claim-{name}"]
        tested = rows[rows["family"] != "exact"]
        expected = [
            (*(round(row[column], 3) for column in ("estimate", "low", "high", "margin")), row["verdict"])
            for row in tested.to_dict("records")
        ]
        assert sorted(shown(item, language)) == sorted(expected)
        overall = verdict_of(list(rows["verdict"]))
        assert item.get("class") == overall.replace(" ", "-")
        assert classed(item, "sign")[0].text == SIGNS[overall]
        counted = [text_in(line, language) for line in classed(item, "counted")]
        assert len(counted) == (rows["family"] == "exact").sum()
        for text, estimate in zip(counted, rows.loc[rows["family"] == "exact", "estimate"], strict=True):
            assert {"en": "no interval", "zh": "没有区间"}[language] in text
            value = re.search(r"[:：]\s*([\d.]+)( %)?", text)
            assert value
            assert float(value[1]) / (100 if value[2] else 1) == pytest.approx(estimate, abs=0.001)


def test_places_on_the_scale_are_in_the_order_of_the_numbers() -> None:
    rows = claim_rows_with_data()
    places = []
    for name, item in items(chapter(rows)).items():
        drawings = list(item.iter("svg"))
        of_claim = [row for row in rows if f"claim-{row['claim']}" == name and row["family"] != "exact"]
        lines = [part for part in next(iter(classed(item, "lines"))) if part.find("svg") is not None]
        assert len(lines) == len(drawings) == len(of_claim)
        for line in lines:
            estimate = number(line.findall("span")[-1].findall("b")[0].text or "")
            row = next(row for row in of_claim if round(row["estimate"], 3) == pytest.approx(estimate))
            drawing = line.find("svg")
            assert drawing is not None
            (dot,), (across,), (band,) = drawing.iter("circle"), classed(drawing, "range"), classed(drawing, "margin")
            (zero,) = classed(drawing, "zero")
            start, width = percent(band, "x"), percent(band, "width")
            places += [(row["estimate"], percent(dot, "cx")), (0.0, percent(zero, "x1"))]
            places += [(row["low"], percent(across, "x1")), (row["high"], percent(across, "x2"))]
            places += [(-row["margin"], start), (row["margin"], start + width)]
    ordered = sorted(places)
    assert all(a[1] <= b[1] + 0.02 for a, b in pairwise(ordered))
    assert 0 <= ordered[0][1] < ordered[-1][1] <= 100


def percent(element: Element, attribute: str) -> float:
    return float(element.get(attribute, "").removesuffix("%"))


def test_each_claim_has_its_sentence_its_why_its_scope_and_its_evidence() -> None:
    html = build_report(tables_with(claim_rows_with_data()), {}, drawn=[])
    details = Page(build_details(tables_with(claim_rows_with_data()), {}, drawn=[]))
    forest = forest_of(html)
    assert forest is not None
    for claim in PUBLISHED_CLAIMS:
        item = items(forest)[f"claim-{claim.name}"]
        text = " ".join(text_in(item, "en").split())
        assert claim.sentence in text
        assert claim.chinese in text_in(item, "zh")
        assert not re.search(rf"\b{claim.name}\b", text.replace("slot F1", ""))
        assert [link.get("href") for link in item.iter("a")] == [f"details.html#claim-{claim.name}"]
        assert f"claim-{claim.name}" in details.ids
    heads = [text_in(head, "en") for head in classed(forest, "forest-head")]
    assert all(f"at {FAIR}, 20 seeds, trained to a plateau" in head for head in heads)
    assert [head.split()[0] for head in heads] == ["The", "Papers", "Encoders"]


def test_the_first_contrast_that_decides_is_bold_and_says_why() -> None:
    rows = [row for row in claim_rows_with_data() if row["claim"] == "G1"]
    rows = [rows[0] | {"verdict": "undecided"}, rows[1] | {"verdict": "contradicted"}]
    (item,) = items(chapter(rows)).values()
    assert [part.get("class") for part in classed(item, "lines")[0] if part.tag == "div"] == [
        "further undecided",
        "decides contradicted",
    ]
    assert rows[1]["why"] in text_in(item, "en")
    assert rows[0]["why"] not in text_in(item, "en")


def test_every_published_why_and_reason_has_its_chinese() -> None:
    tests = [test for claim in PUBLISHED_CLAIMS for test in claim.tests]
    assert set(WHYS) == {test.why for test in tests}
    assert set(REASONS) == {test.reason for test in tests if isinstance(test, Contrast)}
    assert all(re.search("[\u4e00-\u9fff]", text) for text in (*WHYS.values(), *REASONS.values()))


def test_the_chinese_page_has_no_english_sentence() -> None:
    rows = [row | {"converged": False} for row in claim_rows_with_data()]
    others = [row | {"fair": "equal parameters (those of lstm)", "verdict": "undecided"} for row in rows[1:4]]
    forest = chapter([*rows, *others, rows[0] | {"claim": "X", "runs": 0}])
    for name in forest.iter("bdi"):
        name.text = ""
    text = " ".join(text_in(forest, "zh").split())
    assert not re.search(r"[a-z]{2,}( [a-z]{2,}){2}", text), text


def test_what_did_not_converge_is_provisional() -> None:
    rows = [row for row in claim_rows_with_data() if row["claim"] == "R1"]
    scope = Scope("travel", 1, "architecture", ("one_of_n",), 1, FAIR, 20, ("elman",)).text
    forest = chapter([rows[0] | {"converged": False, "scope": scope}])
    assert "provisional †" in text_in(forest, "en")
    assert "暂定†" in text_in(forest, "zh")
    assert "not all trained to a plateau: Elman" in text_in(forest, "en")
    assert "details.html#convergence" in [link.get("href") for link in forest.iter("a")]
    assert "rovisional" not in text_in(chapter(rows), "en")


def test_another_way_of_matching_sizes_is_named_where_its_verdict_differs() -> None:
    rows = [row | {"verdict": "supported"} for row in claim_rows_with_data() if row["claim"] in ("R1", "R3")]
    fair = "equal parameters (9000)"
    others = [rows[0] | {"fair": fair, "verdict": "contradicted"}, rows[1] | {"fair": fair}]
    forest = chapter([*rows, *others])
    differs, agrees = (" ".join(text_in(item, "en").split()) for item in items(forest).values())
    assert "equal parameters (9000): ✗ contradicted" in differs
    assert "9000" not in agrees
    assert "Shown equal width (32 units); also tried equal parameters (9000)" in text_in(forest, "en")


def test_a_claim_with_data_for_other_sizes_alone_is_shown_with_these() -> None:
    rows = [row for row in claim_rows_with_data() if row["claim"] in ("R1", "R3")]
    fair = "equal parameters (9000)"
    scope = rows[1]["scope"].replace(FAIR, fair)
    forest = chapter([rows[0], rows[1] | {"runs": 0}, rows[1] | {"fair": fair, "scope": scope}])
    assert "at equal parameters (9000), 20 seeds" in text_in(items(forest)["claim-R3"], "en")
    assert "further claim" not in text_in(forest, "en")


def test_without_data_there_is_no_chapter_and_claims_without_data_are_counted() -> None:
    rows = claim_rows_with_data()
    nothing = [row | {"runs": 0, "verdict": "undecided"} for row in rows]
    assert forest_of(build_report(tables_with([]), {}, drawn=[])) is None
    assert forest_of(build_report(tables_with(nothing), {}, drawn=[])) is None
    some = chapter([rows[1], *nothing[2:]])
    assert len(items(some)) == 1
    assert f"{len({row['claim'] for row in nothing[2:]})} further claims cannot" in text_in(some, "en")
    assert "One further claim cannot" in text_in(chapter([rows[1], nothing[-1]]), "en")


def test_counted_claims_alone_have_no_scale() -> None:
    rows = [row for row in claim_rows_with_data() if row["family"] == "exact"]
    forest = chapter(rows)
    assert not list(forest.iter("svg"))
    assert "interval." not in text_in(forest, "en")


@pytest.mark.parametrize("estimate", [0.5, -3e5, 0.0])
def test_one_seed_and_a_claim_of_ones_own(estimate: float) -> None:
    (row,) = claim_rows_with_data((OWN,))
    nan = float("nan")
    row |= {"estimate": estimate, "low": nan, "high": nan, "detectable": nan, "verdict": "undecided"}
    scope = Scope(OWN.tests[0].task, 1, "architecture", ("raw",), 1, FAIR, 1).text  # pyright: ignore
    forest = chapter([row | {"scope": scope}])
    text = " ".join(text_in(forest, "en").split())
    assert "one seed: no interval" in text
    assert "too few seeds to claim a difference" in text
    assert "1 seed," in text
    assert OWN.sentence in text
    assert "Yours" in text
    assert not classed(forest, "range")
    assert not classed(forest, "margin")
    assert 0 <= percent(next(forest.iter("circle")), "cx") <= 100


def test_the_lectures_claims_stand_in_its_own_order() -> None:
    names = [name.removeprefix("claim-") for name in items(chapter(claim_rows_with_data()))]
    assert names[: len(CLAIMS)] == [claim.name for claim in CLAIMS]


def test_hostile_texts_stay_texts() -> None:
    (row,) = claim_rows_with_data((OWN,))
    bad = '</li><script>alert("\u202e")</script>'
    texts = dict.fromkeys(("sentence", "why", "scope", "fair", "reason", "metric", "source"), bad)
    html = build_report(tables_with([row | texts | {"contrast": bad, "verdict": "undecided"}]), {}, drawn=[])
    assert Page(html).open == []
    assert "<script>alert" not in html
    assert "\u202e" not in html
