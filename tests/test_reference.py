"""A fresh run agrees with the reference, within the noise between seeds."""

import pytest
import yaml

from helpers.project_copy import ROOT, Project

REFERENCE = ROOT / "reports/reference"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Return a project in which a part of the default experiment was run: two networks, with every seed."""
    project = Project(tmp_path_factory.mktemp("fresh") / "project")
    (travel, *_) = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["tasks"]
    part = {"tasks": [travel], "encoders": ["one_of_n"], "architectures": ["feed_forward", "elman"], "device": "cpu"}
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
    scores = REFERENCE / "tables/scores.csv"
    lines = scores.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("value")
    changed_lines = [lowered(line, column) if line.startswith("travel,one_of_n,elman,") else line for line in lines]
    (tmp_path / "scores.csv").write_text("\n".join(changed_lines), encoding="utf-8")
    result = fresh.run("rnnbench", "diff", str(tmp_path), ".")
    assert result.returncode == 1
    assert "1 moved" in result.stdout


def lowered(line, column):
    values = line.split(",")
    values[column] = str(float(values[column] or "nan") - 0.1)
    return ",".join(values)


def test_the_reference_is_small_and_says_where_it_was_made():
    assert (REFERENCE / "report.html").stat().st_size < 8 * MEGABYTE
    assert sum(file.stat().st_size for file in REFERENCE.rglob("*")) < 16 * MEGABYTE
    provenance = yaml.safe_load((REFERENCE / "tables/provenance.yaml").read_text(encoding="utf-8"))
    assert {"commit", "processor", "torch"} <= provenance.keys()
