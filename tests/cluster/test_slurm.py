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

Result = TypeVar("Result")
SCRIPT = Path(__file__).with_name("slurm.sh")
PROFILE = ROOT / "profiles/slurm"
SECONDS_TO_WAIT = 120
"""Longest wait for a condition; a job takes about ten seconds, more on a busy machine."""


@dataclass(frozen=True)
class Job:
    """A job of Slurm, as squeue lists it."""

    number: str
    partition: str
    state: str
    megabytes: str
    rule: str
    """The comment of Snakemake's plugin, as rule_train_wildcards_0123."""


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)


def output_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def jobs(rule: str = "", state: str = "") -> list[Job]:
    """Return all jobs, or those of a rule or in a state, ended ones included."""
    lines = output_of("squeue", "--states=all", "--noheader", "--sort=i", "--format=%A|%P|%T|%m|%k").splitlines()
    return [
        job for job in (Job(*line.split("|")) for line in lines) if f"rule_{rule}" in job.rule and state in job.state
    ]


def wait_for(condition: Callable[[], Result]) -> Result:
    """Return the result of the condition once it is true."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while not (result := condition()):
        assert time.monotonic() < end, (condition, jobs())
        time.sleep(0.2)
    return result


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
    """Return the values of CUDA_VISIBLE_DEVICES in the log of a job and its step."""
    (log,) = (project.folder / ".snakemake/slurm_logs").rglob(f"{job.number}.log")
    settings = {line for line in log.read_text().splitlines() if line.startswith("CUDA_VISIBLE_DEVICES=")}
    return ", ".join(line.partition("=")[2] for line in settings)


@contextmanager
def running(project: Project, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start snakemake, which writes into snakemake.log; end it afterwards."""
    with (project.folder / "snakemake.log").open("w", encoding="utf-8") as log:
        process = project.start("snakemake", *options, output=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def set_node(*settings: str) -> None:
    output_of("scontrol", "update", f"nodename={socket.gethostname().partition('.')[0]}", *settings)


def test_a_run_that_is_disturbed_ends_with_the_tables_of_a_local_run(slurm, tmp_path_factory):
    """One long test, since it is one long run: a training is killed, and for a while the node takes no jobs."""
    remote, local = (Project(tmp_path_factory.mktemp(name)) for name in ("remote", "local"))
    experiment = ["--configfile", SMOKE, "few.yaml"]
    for project in (remote, local):
        project.write("few.yaml", "workflow: {combinations_per_job: 30}")
    with running(remote, "--workflow-profile", quick_profile(remote), *experiment) as run:
        training, *_ = wait_for(lambda: jobs("train", "RUNNING"))
        set_node("state=drain", "reason=test")
        output_of("scancel", training.number)
        retried, *_ = wait_for(lambda: jobs("train", "PENDING"))
        set_node("state=resume")
        assert run.wait() == 0, (remote.folder / "snakemake.log").read_text(encoding="utf-8")

    assert [job.number for job in jobs() if job.state != "COMPLETED"] == [training.number]
    assert retried.rule == training.rule
    assert (training.megabytes, retried.megabytes) == ("4000M", "8000M")
    assert {job.partition for job in jobs("describe")} == {"gpu"}
    assert all(devices(remote, job) in ("0", "1") for job in jobs("describe"))
    assert {job.partition for job in jobs("train")} == {"cpu"}
    assert all(devices(remote, job) == "" for job in jobs("train", "COMPLETED"))

    assert local.snakemake(*experiment).returncode == 0
    assert set(remote.runs()["status"]) == {"done"}
    assert remote.tables() == local.tables()


def processes(folder: Path) -> set[str]:
    """Return the names of the processes that were started for a Slurm."""
    return {process.name() for process in psutil.process_iter() if str(folder) in environment(process)}


def environment(process: psutil.Process) -> str:
    try:
        return str(process.environ())
    except psutil.Error:  # it has ended
        return ""


def test_no_process_and_no_file_is_left(slurm):
    output_of("sbatch", "--output=/dev/null", "--wrap=sleep 1000")
    wait_for(lambda: "sleep" in processes(slurm))
    assert {"slurmctld", "slurmd", "munged"} < processes(slurm)
    assert script("down", str(slurm)).returncode == 0
    assert not processes(slurm)
    assert not slurm.exists()
