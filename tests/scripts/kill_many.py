"""Kills the workflow at random moments, again and again, then lets it end.

PYTHONPATH=tests python -m scripts.kill_many [kills] [seed]

In the end the tables are those of an undisturbed run, and no lock, half-written file or process is left.
"""

import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from helpers.project_copy import SMOKE, Project

MAX_SECONDS = 9.0
"""Largest number of seconds until a kill: starting takes two, a job of the smoke experiment about ten."""
SECONDS_TO_END = 120
"""Longest wait for processes that are ending, on a machine that does much else."""
WAYS = ("interrupt", "terminate", "kill", "kill a job", "kill all")


def kill_often(project: Project, kills: int, seed: int) -> list[str]:
    """Start the workflow and end it at a random moment, `kills` times; return the ways, each as often as the others.

    When it ends before it is killed, part of the results is deleted or damaged, so that there is work again.
    """
    chance = random.Random(seed)
    ways = [WAYS[i % len(WAYS)] for i in range(kills)]
    chance.shuffle(ways)
    ended = 0
    while ended < kills:
        with (project.folder / "killed.log").open("w") as log:
            process = project.start("snakemake", "--cores", "2", "--configfile", SMOKE, output=log)
            try:
                process.wait(chance.uniform(0.3, MAX_SECONDS))
                throw_away(project, chance)
            except subprocess.TimeoutExpired:
                end(process, ways[ended], chance)
                ended += 1
    return ways


def end(process: subprocess.Popen[str], way: str, chance: random.Random) -> None:
    """End a snakemake or one of its jobs; the other jobs may live on."""
    jobs = psutil.Process(process.pid).children(recursive=True)
    if way == "kill a job" and jobs:
        chance.choice(jobs).send_signal(signal.SIGKILL)
        time.sleep(chance.uniform(0, 1))
        way = "kill"
    ways = {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM}
    if way == "kill all":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.send_signal(ways.get(way, signal.SIGKILL))
    try:
        process.wait(chance.uniform(1, 4))
    except subprocess.TimeoutExpired:  # it waits for its jobs; users are not patient
        process.kill()
        process.wait()


def throw_away(project: Project, chance: random.Random) -> None:
    """Delete or damage some results."""
    folder = project.folder / "results"
    entries = sorted((folder / "store").rglob("*.safetensors"))
    for file in chance.sample(entries, k=len(entries) // 2):
        if chance.random() < 0.5:
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[: chance.randrange(1000)])
    for name in chance.sample(["data", "describe", "rivals", "tables"], k=2):
        shutil.rmtree(folder / name, ignore_errors=True)


def leftovers(project: Project) -> list[str]:
    """Return the locks, half-written files and processes that are left; jobs get a little time to end."""
    end_by = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < end_by and processes(project):
        time.sleep(0.2)
    files = [str(path) for path in project.folder.rglob("*.part")]
    files += [str(path) for path in (project.folder / ".snakemake").rglob("*.lock")]
    files += [str(path) for path in (project.folder / ".snakemake/incomplete").glob("*")]
    with (project.folder / "results/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return files + processes(project)


def processes(project: Project) -> list[str]:
    """Return the processes that work in the project's folder."""
    folder = str(project.folder.resolve())
    at_work = [
        process.info for process in psutil.process_iter(["pid", "cwd", "cmdline"]) if process.info["cwd"] == folder
    ]
    return [f"{info['pid']}: {' '.join(info['cmdline'] or [])}" for info in at_work]


def main(kills: int = 200, seed: int = 0) -> int:
    """Print whether the tables are the same and what is left; return 0 if they are and nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        undisturbed, killed = (Project(Path(folder, name)) for name in ("undisturbed", "killed"))
        assert undisturbed.snakemake("--configfile", SMOKE).returncode == 0
        ways = kill_often(killed, kills, seed)
        last = killed.snakemake("--configfile", SMOKE)
        same = last.returncode == 0 and killed.tables() == undisturbed.tables()
        print({way: ways.count(way) for way in WAYS}, "the same tables" if same else last.stderr[-3000:])
        print("\n".join(leftovers(killed)) or "nothing is left")
        return int(not same or bool(leftovers(killed)))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
