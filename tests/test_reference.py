"""The reference can be audited, and a fresh run agrees with it within the noise between seeds."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers.project_copy import ROOT, Project
from rnnbench.__main__ import main
from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.results.schemas import SCHEMAS

sys.path.insert(0, str(ROOT / "docs"))
from reference import keep

REFERENCE = ROOT / "reports/reference"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Return a project in which a part of the default experiment was run: two networks, on the first blocks."""
    project = Project(tmp_path_factory.mktemp("fresh") / "project")
    (travel, *_) = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["tasks"]
    part = {"tasks": [travel], "encoders": ["one_of_n"], "architectures": ["feed_forward", "elman"], "device": "cpu"}
    part["training"] = {"seeds": 8}
    result = project.snakemake("--configfile", project.write("part.yaml", yaml.safe_dump(part)))
    assert result.returncode == 0, result.stderr[-3000:]
    return project


@pytest.mark.parametrize("split", ["test", "train"])
def test_a_fresh_run_agrees_with_the_reference(fresh, split):
    result = fresh.run("rnnbench", "diff", str(REFERENCE), ".", "--split", split)
    assert result.returncode == 0, result.stdout
    assert "2 combinations: " in result.stdout
    assert "moved" not in result.stdout


def test_a_score_that_moved_is_reported(fresh, tmp_path):
    """The scores of one network in the reference are lowered by a tenth."""
    scores = read_kept(REFERENCE, "scores")
    of_elman = (scores["task"] == "travel") & (scores["encoder"] == "one_of_n") & (scores["architecture"] == "elman")
    lowered = scores.assign(value=scores["value"].where(~of_elman, scores["value"] - 0.1))
    lowered.to_parquet(tmp_path / "scores.parquet", index=False)
    result = fresh.run("rnnbench", "diff", str(tmp_path), ".")
    assert result.returncode == 1
    assert "1 moved" in result.stdout


class Links(HTMLParser):
    """The addresses of a page's links, its anchors, and the texts of the rows of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.addresses += [values["href"]] if values.get("href") else []
        self.anchors |= {values["id"]} if values.get("id") else set()
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell &= tag not in ("td", "th")

    def handle_data(self, data):
        if self.in_cell:
            self.rows[-1][-1] += data.strip()


def check(folder: Path) -> None:
    """Assert that each link of the kept pages opens, and that each table has the rows and columns that they say."""
    pages = {name: Links((folder / name).read_text(encoding="utf-8")) for name in ("report.html", "details.html")}
    for name, links in pages.items():
        for address in links.addresses:
            file, _, anchor = address.partition("#")
            target = pages.get(file or name)
            assert target or (folder / file).is_file(), address
            assert not anchor or (target and anchor.partition("?")[0] in target.anchors), address
    details = pages["details.html"]
    told = {row[0]: row[1:] for row in details.rows if len(row) == 3 and row[0] in SCHEMAS}
    files = [folder / address for address in details.addresses if address.startswith("tables/")]
    kept = {file.stem: pd.read_parquet(file) for file in files}
    assert {"scores", "runs", "history", "convergence", "tuning"} <= kept.keys()
    for name, table in kept.items():
        if name in SCHEMAS:
            rows, columns = told[name]
            assert rows == f"{len(table):,}"
            assert ", ".join(table.columns).startswith(columns.removesuffix("…"))  # a long list is cut
            assert list(table.columns) == list(SCHEMAS[name])


def test_what_is_kept_of_a_fresh_run_can_be_audited(fresh, tmp_path, capsys):
    keep(fresh.folder / "reports", tmp_path / "kept")
    check(tmp_path / "kept")
    for name in ("scores", "claims"):
        pd.testing.assert_frame_equal(read_kept(tmp_path / "kept", name), read_kept(fresh.folder / "reports", name))
    assert main(["compare", "elman", "feed_forward", "--results", str(tmp_path / "kept")]) == 0
    assert "better: the slot F1 of elman is" in capsys.readouterr().out


def test_every_link_of_the_reference_opens_and_every_row_count_agrees():
    check(REFERENCE)


def test_verdicts_of_the_page_are_those_of_the_tables():
    page = (REFERENCE / "details.html").read_text(encoding="utf-8")
    claims = read_kept(REFERENCE, "claims")
    section = page[page.index('<section id="claims">') : page.index('<section id="grid"')]
    assert set(re.findall(r'id="claim-(\w+)"', section)) == set(claims["claim"])
    verdicts = re.findall(r'<td(?: class="\w+")?>(?:<span[^>]*>[^<]*</span>)*<bdi>([a-z]+)</bdi>', section)
    assert [verdict for verdict in verdicts if verdict in set(claims["verdict"])] == list(claims["verdict"])


def test_the_reference_is_small_and_says_where_it_was_made():
    assert (REFERENCE / "report.html").stat().st_size < 2.5 * MEGABYTE
    assert (REFERENCE / "details.html").stat().st_size < 8 * MEGABYTE
    assert sum(file.stat().st_size for file in REFERENCE.rglob("*")) < 20 * MEGABYTE
    provenance = yaml.safe_load((REFERENCE / "tables/provenance.yaml").read_text(encoding="utf-8"))
    assert {"commit", "processor", "torch"} <= provenance.keys()


def test_what_the_reasons_of_claims_say_is_so_in_the_tables():
    scores, runs, corpora = (read_kept(REFERENCE, name) for name in ("scores", "runs", "corpora"))
    usual = scores["selected"] & (scores["encoder"] == "one_of_n")
    pairs = scores[usual & (scores["split"] == "pairs") & (scores["metric"] == "pair_accuracy")]
    right = pairs.groupby(["task", "architecture"])["value"].agg(["min", "mean", "max"])
    # Two sentences that differ in the cue alone: no network without a memory can tell them apart (F1, R1, R2) ...
    for task in ("travel", "order"):
        assert right.loc[(task, "feed_forward"), "max"] == 0
    # ... nor one whose memory is a label, which is O between cue and slot; its own probabilities hold some cues (J1).
    assert right.loc[("travel", "jordan_target"), "max"] == 0
    assert right.loc[("travel", "jordan"), "min"] > 0
    assert right.loc[("travel", "jordan"), "max"] < right.loc[("travel", "elman"), "min"]
    labels = corpora[(corpora["task"] == "travel") & (corpora["split"] == "train") & (corpora["fact"] == "labels")]
    width = runs.loc[(runs["task"] == "travel") & (runs["architecture"] == "jordan"), "hidden"]
    assert labels["value"].item() < width.min()
    # Some cues come after their slot, and one direction cannot have read them (B1, B2).
    parts = read_kept(REFERENCE, "phenomena")
    parts = parts[(parts["task"] == "travel") & (parts["split"] == "test") & (parts["metric"] == "slot_accuracy")]
    by_part = parts.groupby(["architecture", "phenomenon"])["value"].mean()
    for cell in ("elman", "lstm", "gru"):
        assert by_part[cell, "cue_after"] < by_part[cell, "cue_before"] - 0.3
        assert abs(by_part[f"bidirectional_{cell}", "cue_after"] - by_part[f"bidirectional_{cell}", "cue_before"]) < 0.1
