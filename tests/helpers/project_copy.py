"""Copies of the project, in which tests run the workflow as a user does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pandas as pd

ROOT = Path(__file__).parents[2]
SMOKE = "workflow/experiments/smoke.yaml"
PARTS = ("Snakefile", "config.yaml", "profiles", "workflow", "src")


class Project:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)

    def start(self, *command: str, output: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start a python module in the copy, with the copy's own package; it writes to pipes or a file."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "PATH": path}
        arguments = [sys.executable, "-m", *command]
        return subprocess.Popen(
            arguments,
            cwd=self.folder,
            env=environment,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,  # so that all of it can be killed at once
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a python module as `start` does, to its end."""
        process = self.start(*command)
        output, errors = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    def snakemake(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("snakemake", "--cores", "2", *options)

    def scores(self) -> bytes:
        return (self.folder / "reports/tables/scores.csv").read_bytes()

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"reports/tables/{name}.csv")

    def runs(self) -> pd.DataFrame:
        return self.table("runs")

    def tables(self) -> dict[str, str]:
        """Return the text of every table, without the seconds of runs: nothing else may differ between two times."""
        paths = sorted((self.folder / "reports/tables").glob("*.csv"))
        texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        return texts | {"runs": self.runs().drop(columns="seconds").to_csv()}

    def write(self, name: str, text: str) -> str:
        """Write a file into the project; return its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name
