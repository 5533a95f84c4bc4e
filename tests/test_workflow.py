"""The whole workflow, as a user runs it: in a copy of the project, through snakemake, with the smoke experiment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
SMOKE = "workflow/experiments/smoke.yaml"
PARTS = ("Snakefile", "config.yaml", "profiles", "workflow", "src")
NETWORKS = 14  # the lecture's thirteen and the diagonal peepholes


class Project:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a python module in the copy, with the copy's own package."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "PATH": path}
        arguments = [sys.executable, "-m", *command]
        return subprocess.run(arguments, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def snakemake(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("snakemake", "--cores", "2", *options)

    def scores(self) -> bytes:
        return (self.folder / "reports/tables/scores.csv").read_bytes()

    def runs(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "reports/tables/runs.csv")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project after the smoke experiment."""
    made = Project(tmp_path_factory.mktemp("project"))
    result = made.snakemake("--configfile", SMOKE)
    assert result.returncode == 0, result.stderr
    return made


def test_every_combination_has_its_rows(project):
    runs = project.runs()
    assert set(runs["status"]) == {"done"}
    counts = runs.groupby(["task", "encoder", "architecture"]).size()
    assert set(counts) == {2}
    assert counts.groupby(["task", "encoder"]).size().to_dict() == {
        ("travel", "one_of_n"): NETWORKS,
        ("travel", "one_of_n_other"): NETWORKS,
        ("travel", "letter_trigram"): NETWORKS,
        ("travel", "learned_embedding"): NETWORKS,
        ("register", "raw"): NETWORKS,
    }
    scores = pd.read_csv(project.folder / "reports/tables/scores.csv")
    scored = scores.groupby(["task", "encoder", "architecture"])["split"].agg(set)
    assert len(scored) == len(counts)
    assert all(splits == {"train", "validation", "test", "gap"} for splits in scored)


def test_the_report_shows_every_architecture(project):
    page = (project.folder / "reports/report.html").read_text()
    assert all(name in page for name in set(project.runs()["architecture"]))
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_second_run_does_nothing(project):
    result = project.snakemake("--configfile", SMOKE)
    assert "Nothing to be done" in result.stdout + result.stderr


def test_a_trained_network_answers_a_sentence(project):
    sentence = ["predict", "leave Taipei on November 2nd"]
    result = project.run("rnnbench", *sentence, "--configfile", SMOKE, "--architecture", "gru")
    assert result.returncode == 0, result.stderr
    assert "gru" in result.stderr
    words = [line.split()[0] for line in result.stdout.splitlines()[1:6]]
    assert words == ["leave", "taipei", "on", "november", "2nd"]
    first = [float(number) for number in result.stdout.splitlines()[1].split()[-9:]]
    assert sum(first) == pytest.approx(1, abs=0.005)


def test_a_lost_result_is_trained_again_to_the_same_bytes(project):
    before, scores = project.runs(), project.scores()
    lost = before["digest"][0]
    (project.folder / f"results/store/{lost[:2]}/{lost}.safetensors").unlink()
    plan = project.run("rnnbench", "plan", "--configfile", SMOKE)
    assert f"{len(before)} runs: {len(before) - 1} done, 1 to do" in plan.stdout
    assert project.snakemake("--configfile", SMOKE).returncode == 0
    assert set(project.runs()["status"]) == {"done"}
    assert project.scores() == scores


def test_editing_a_cell_trains_again_what_uses_it_and_nothing_else(project):
    before = project.runs()
    file = project.folder / "src/rnnbench/cells/gru.py"
    file.write_text(file.read_text().replace("n + u * (memory.a - n)", "(1 - u) * n + u * memory.a"))
    result = project.snakemake("--configfile", SMOKE)
    assert result.returncode == 0, result.stderr
    after = project.runs()
    changed = after["architecture"][before["digest"] != after["digest"]]
    assert set(changed) == {"gru", "bidirectional_gru"}
    assert set(after["status"]) == {"done"}


def test_a_comment_in_a_cell_trains_nothing(project):
    file = project.folder / "src/rnnbench/cells/elman.py"
    file.write_text(file.read_text() + "\n# a comment\n")
    result = project.snakemake("-n", "--configfile", SMOKE)
    assert "Nothing to be done" in result.stdout + result.stderr


@pytest.mark.parametrize("tool", ["snakemake", "rnnbench"])
def test_a_bad_configuration_stops_before_any_job(project, tool):
    bad = project.folder / "bad.yaml"
    bad.write_text("architectures: [lsmt]\nsize: {hidden: -1}\n")
    command = ("snakemake", "--cores", "1") if tool == "snakemake" else ("rnnbench", "plan")
    result = project.run(*command, "--configfile", str(bad))
    assert result.returncode == 2
    assert f"{bad}:1: architectures.0: unknown architecture 'lsmt'; did you mean 'lstm'?" in result.stderr
    assert f"{bad}:2: size.hidden: input should be greater than or equal to 1, not -1" in result.stderr
    assert "Traceback" not in result.stderr
