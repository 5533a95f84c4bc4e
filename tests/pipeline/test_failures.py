"""Whatever fails, through the whole workflow: it is told in one line, the rest goes on, and the next run mends it."""

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
training: {seeds: 2, learning_rates: [0.01], epochs: 1}
engine: torch
"""
WHOLE, BROKEN = "n = tanh(s.n + r * s.m)", "raise ValueError('no <such> thing')"


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path / "project")
    made.write("mine.yaml", EXPERIMENT)
    return made


def ended(project: Project, *options: str) -> tuple[int, str]:
    """Run snakemake; return its exit status, and all that it said."""
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
    status, said = ended(project)
    assert status == 0, said
    assert "2 runs done, 0 runs diverged, 2 runs failed" in said
    assert statuses(project) == {"elman": ["done"] * 2, "gru": ["failed"] * 2}
    row = project.runs().set_index("architecture").loc["gru"].iloc[0]
    assert row["message"] == "ValueError: no <such> thing"
    page = (project.folder / "reports/report.html").read_text(encoding="utf-8")
    assert "no &lt;such&gt; thing" in page
    assert "--architecture gru" in page
    again = project.run(*shlex.split(row["command"]))
    assert (again.returncode, "failed: ValueError: no <such> thing" in again.stderr) == (1, True)

    edit(project, BROKEN, WHOLE)
    assert ended(project)[0] == 0
    assert statuses(project) == {"elman": ["done"] * 2, "gru": ["done"] * 2}


def test_how_many_may_fail_is_the_users_to_say(project):
    edit(project, WHOLE, BROKEN)
    wanted = {"max_failed: 1": 1, "max_failed: 2": 0, "on_failure: strict": 1}
    for setting, status in wanted.items():
        project.write("mine.yaml", f"{EXPERIMENT}{setting}\n")
        found, said = ended(project)
        assert found == status, said
        assert ("2 of 4 runs failed; reports/report.html says why" in said) == bool(status)
        assert (project.folder / "reports/report.html").exists()
        assert statuses(project)["elman"] == ["done"] * 2


def test_a_job_that_cannot_begin_is_told_and_the_next_run_mends_it(project):
    place = "corpus, total = read_corpus"
    edit(project, place, f"raise SystemError('no such thing')\n    {place}", "src/rnnbench/job.py")
    status, said = ended(project)
    assert status == 1
    assert "the report is made of what there is" in said
    assert set(project.runs()["status"]) == {"failed"}
    assert "no result was found" in project.runs()["message"][0]
    edit(project, f"raise SystemError('no such thing')\n    {place}", place, "src/rnnbench/job.py")
    status, said = ended(project)
    assert status == 0, said
    assert set(project.runs()["status"]) == {"done"}


def test_a_damaged_result_is_noticed_and_made_again(project):
    assert ended(project)[0] == 0
    tables = project.tables()
    first, second, *_ = sorted((project.folder / "results/store").rglob("*.safetensors"))
    data = bytearray(first.read_bytes())
    data[-3] ^= 4
    first.write_bytes(data)
    second.write_bytes(second.read_bytes()[:50])
    status, said = ended(project)
    assert status == 0
    assert "2 damaged results in the store are made again" in said
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


def mounted_anew(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.mark.parametrize("kilobytes", [8, 60, 120])
def test_a_full_disk_is_told_in_a_line_and_once_there_is_room_it_goes_on(project, tmp_path, kilobytes):
    calm = Project(tmp_path / "calm")
    calm.write("mine.yaml", EXPERIMENT)
    assert ended(calm)[0] == 0
    results = project.folder / "results"
    with disk(results, f"size={kilobytes}k"):
        status, said = ended(project)
        assert status == 1
        assert "No space left on device" in said
        assert "Traceback" not in said
        mounted_anew(results, "size=100m")
        status, said = ended(project)
        assert status == 0, said
        assert project.tables() == calm.tables()
        assert not list(project.folder.rglob("*.part"))


def test_a_folder_that_may_not_be_written_is_told_in_a_line(project):
    results = project.folder / "results"
    with disk(results, "size=100m"):
        mounted_anew(results, "ro")
        status, said = ended(project)
        assert status == 1
        assert "Read-only file system" in said
        assert "Traceback" not in said
        mounted_anew(results, "rw")
        assert ended(project)[0] == 0
        mounted_anew(results, "ro")
        project.write("mine.yaml", EXPERIMENT.replace("seeds: 2", "seeds: 3"))
        status, said = ended(project)
        assert (status, "Read-only file system" in said) == (1, True)
        mounted_anew(results, "rw")
        assert ended(project)[0] == 0
        assert len(project.runs()) == 6
