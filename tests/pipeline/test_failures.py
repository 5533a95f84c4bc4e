"""Failures in the whole workflow: each is reported in one line, the rest goes on, and the next run repairs it."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.project_copy import Project

EXPERIMENT = """
tasks: [{task: register, length: 6, train: 60, validation: 20, test: 20}]
architectures: [elman, gru]
size: {hidden: 4}
training: {seeds: 2, learning_rates: [0.01], max_steps: 4, patience: 2, check: 2}
engine: torch
"""
WHOLE, BROKEN = "n = tanh(s.n + r * s.m)", "raise ValueError('no <such> thing')"


@pytest.fixture
def project(tmp_path):
    copy = Project(tmp_path / "project")
    copy.write("mine.yaml", EXPERIMENT)
    return copy


def run_workflow(project: Project, *options: str) -> tuple[int, str]:
    """Run snakemake; return its exit status, and all that it printed."""
    result = project.snakemake("--configfile", "mine.yaml", *options)
    return result.returncode, result.stdout + result.stderr


def edit(project: Project, before: str, after: str, name: str = "src/rnnbench/cells/gru.py") -> None:
    text = (project.folder / name).read_text(encoding="utf-8")
    assert before in text
    project.write(name, text.replace(before, after))


def statuses(project: Project) -> dict[str, list[str]]:
    return project.runs().groupby("architecture")["status"].agg(list).to_dict()


def test_what_fails_is_a_row_with_the_command_that_makes_it_again(project):
    edit(project, WHOLE, BROKEN)
    status, output = run_workflow(project)
    assert status == 0, output
    assert "2 runs done, 0 runs diverged, 2 runs failed" in output
    assert statuses(project) == {"elman": ["done"] * 2, "gru": ["failed"] * 2}
    row = project.runs().set_index("architecture").loc["gru"].iloc[0]
    assert row["message"] == "ValueError: no <such> thing"
    page = (project.folder / "reports/details.html").read_text(encoding="utf-8")
    assert "no &lt;such&gt; thing" in page
    assert "--architecture gru" in page
    again = project.run(*shlex.split(row["command"]))
    assert (again.returncode, "failed: ValueError: no <such> thing" in again.stderr) == (1, True)

    edit(project, BROKEN, WHOLE)
    assert run_workflow(project)[0] == 0
    assert statuses(project) == {"elman": ["done"] * 2, "gru": ["done"] * 2}


def test_the_number_of_runs_that_may_fail_is_a_setting(project):
    edit(project, WHOLE, BROKEN)
    expected = {"max_failed: 1": 1, "max_failed: 2": 0, "on_failure: strict": 1}
    for setting, expected_status in expected.items():
        project.write("mine.yaml", f"{EXPERIMENT}{setting}\n")
        status, output = run_workflow(project)
        assert status == expected_status, output
        assert ("2 of 4 runs failed; reports/details.html says why" in output) == bool(expected_status)
        assert (project.folder / "reports/report.html").exists()
        assert statuses(project)["elman"] == ["done"] * 2


def test_a_job_that_cannot_begin_is_reported_and_the_next_run_repairs_it(project):
    line = "corpora, total = Corpora"
    edit(project, line, f"raise SystemError('no such thing')\n    {line}", "src/rnnbench/pipeline/train_job.py")
    status, output = run_workflow(project)
    assert status == 1
    assert "the report is made of what there is" in output
    assert set(project.runs()["status"]) == {"failed"}
    assert "no result was found" in project.runs()["message"][0]
    edit(project, f"raise SystemError('no such thing')\n    {line}", line, "src/rnnbench/pipeline/train_job.py")
    status, output = run_workflow(project)
    assert status == 0, output
    assert set(project.runs()["status"]) == {"done"}


def test_a_corrupt_result_is_noticed_and_made_again(project):
    assert run_workflow(project)[0] == 0
    tables = project.tables()
    first, second, *_ = sorted((project.folder / "results/store").rglob("*.safetensors"))
    data = bytearray(first.read_bytes())
    data[-3] ^= 4
    first.write_bytes(data)
    second.write_bytes(second.read_bytes()[:50])
    status, output = run_workflow(project)
    assert status == 0
    assert "2 damaged results in the store will be made again" in output
    assert project.tables() == tables


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """Put a small disk at a folder, in memory."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no right to mount a small disk: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.mark.parametrize("kilobytes", [8, 60, 120])
def test_a_full_disk_is_reported_in_one_line_and_with_more_room_the_run_ends(project, tmp_path, kilobytes):
    undisturbed = Project(tmp_path / "undisturbed")
    undisturbed.write("mine.yaml", EXPERIMENT)
    assert run_workflow(undisturbed)[0] == 0
    results = project.folder / "results"
    with disk(results, f"size={kilobytes}k"):
        status, output = run_workflow(project)
        assert status == 1
        assert "No space left on device" in output
        assert "Traceback" not in output
        remount(results, "size=100m")
        status, output = run_workflow(project)
        assert status == 0, output
        assert project.tables() == undisturbed.tables()
        assert not list(project.folder.rglob("*.part"))


def test_a_read_only_folder_is_reported_in_one_line(project):
    results = project.folder / "results"
    with disk(results, "size=100m"):
        remount(results, "ro")
        status, output = run_workflow(project)
        assert status == 1
        assert "Read-only file system" in output
        assert "Traceback" not in output
        remount(results, "rw")
        assert run_workflow(project)[0] == 0
        remount(results, "ro")
        project.write("mine.yaml", EXPERIMENT.replace("seeds: 2", "seeds: 3"))
        status, output = run_workflow(project)
        assert (status, "Read-only file system" in output) == (1, True)
        remount(results, "rw")
        assert run_workflow(project)[0] == 0
        assert len(project.runs()) == 6
