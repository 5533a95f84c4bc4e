"""The workflow on Slurm, with the profile that users take: jobs are killed, the node goes away and comes back."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
import yaml

from helpers.project_copy import ROOT, SMOKE, Project

Found = TypeVar("Found")
SCRIPT = Path(__file__).with_name("slurm.sh")
PROFILE = ROOT / "profiles/slurm"
SECONDS_TO_WAIT = 120
"""For something that should happen soon; a job takes about ten seconds, more on a machine that does other things."""


@dataclass(frozen=True)
class Job:
    """A job of Slurm, as squeue tells of it."""

    number: str
    partition: str
    state: str
    megabytes: str
    rule: str
    """As Snakemake's plugin comments: rule_train_wildcards_0123."""


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)


def told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def jobs(rule: str = "", state: str = "") -> list[Job]:
    """Return all jobs there were, or those of a rule or in a state."""
    lines = told("squeue", "--states=all", "--noheader", "--sort=i", "--format=%A|%P|%T|%m|%k").splitlines()
    return [
        job for job in (Job(*line.split("|")) for line in lines) if f"rule_{rule}" in job.rule and state in job.state
    ]


def wait_for(happening: Callable[[], Found]) -> Found:
    """Return what happened as soon as it is true of anything."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while not (found := happening()):
        assert time.monotonic() < end, (happening, jobs())
        time.sleep(0.2)
    return found


@pytest.fixture
def slurm():
    """A Slurm of one node."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="snakemake-executor-plugin-slurm is not installed")
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    started = script("up", str(folder))
    if started.returncode:
        pytest.skip(started.stderr.strip())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SLURM_CONF", str(folder / "slurm.conf"))
        environment.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
        yield folder
        stopped = script("down", str(folder))
    assert stopped.returncode == 0, stopped.stderr


def quick_profile(project: Project) -> str:
    """Write the users' profile, but with less waiting, a GPU for `describe`, and logs that stay; return its name."""
    profile = yaml.safe_load((PROFILE / "config.yaml").read_text(encoding="utf-8"))
    profile |= {"latency-wait": 5, "slurm-init-seconds-before-status-checks": 1, "slurm-keep-successful-logs": True}
    profile["set-resources"] |= {"describe": {"gpu": 1}}
    shutil.copytree(PROFILE, project.folder / "profiles/quick")
    project.write("profiles/quick/config.yaml", yaml.safe_dump(profile))
    return "profiles/quick"


def devices(project: Project, job: Job) -> str:
    """Return what a job and its step were told of their GPUs."""
    (log,) = (project.folder / ".snakemake/slurm_logs").rglob(f"{job.number}.log")
    told = {line for line in log.read_text().splitlines() if line.startswith("CUDA_VISIBLE_DEVICES=")}
    return ", ".join(line.partition("=")[2] for line in told)


@contextmanager
def running(project: Project, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start snakemake, which writes into the file `said`; do not leave it behind."""
    with (project.folder / "said").open("w", encoding="utf-8") as said:
        process = project.start("snakemake", *options, output=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def set_node(*settings: str) -> None:
    told("scontrol", "update", f"nodename={socket.gethostname().partition('.')[0]}", *settings)


def test_a_run_that_is_disturbed_ends_with_the_tables_of_a_local_run(slurm, tmp_path_factory):
    """One long test, since it is one long run: a training is killed, and for a while the node takes no jobs."""
    there, here = (Project(tmp_path_factory.mktemp(name)) for name in ("there", "here"))
    experiment = ["--configfile", SMOKE, "few.yaml"]
    for project in (there, here):
        project.write("few.yaml", "workflow: {combinations_per_job: 30}")
    with running(there, "--workflow-profile", quick_profile(there), *experiment) as run:
        training, *_ = wait_for(lambda: jobs("train", "RUNNING"))
        set_node("state=drain", "reason=test")
        told("scancel", training.number)
        again, *_ = wait_for(lambda: jobs("train", "PENDING"))
        set_node("state=resume")
        assert run.wait() == 0, (there.folder / "said").read_text(encoding="utf-8")

    assert [job.number for job in jobs() if job.state != "COMPLETED"] == [training.number]
    assert again.rule == training.rule
    assert (training.megabytes, again.megabytes) == ("4000M", "8000M")
    assert {job.partition for job in jobs("describe")} == {"gpu"}
    assert all(devices(there, job) in ("0", "1") for job in jobs("describe"))
    assert {job.partition for job in jobs("train")} == {"cpu"}
    assert all(devices(there, job) == "" for job in jobs("train", "COMPLETED"))

    assert here.snakemake(*experiment).returncode == 0
    assert set(there.runs()["status"]) == {"done"}
    assert there.tables() == here.tables()


def processes(folder: Path) -> set[str]:
    """Return the names of the processes that were started for a Slurm."""
    return {process.name() for process in psutil.process_iter() if str(folder) in environment(process)}


def environment(process: psutil.Process) -> str:
    try:
        return str(process.environ())
    except psutil.Error:  # it has ended
        return ""


def test_nothing_is_left_of_it(slurm):
    told("sbatch", "--output=/dev/null", "--wrap=sleep 1000")
    wait_for(lambda: "sleep" in processes(slurm))
    assert {"slurmctld", "slurmd", "munged"} < processes(slurm)
    assert script("down", str(slurm)).returncode == 0
    assert not processes(slurm)
    assert not slurm.exists()
