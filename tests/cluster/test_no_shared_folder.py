"""Jobs that share no folder with each other, as pods of Kubernetes: their inputs and outputs go through a storage.

A "pod" is an empty folder with the files that the image holds; a folder stands for the volume.
"""

import json
import shutil
import stat

import pytest

from helpers.project_copy import PARTS, Project

EXPERIMENT = {
    "tasks": [{"task": "register", "length": 5, "train": 60, "validation": 20, "test": 20}],
    "encoders": ["raw"],
    "architectures": ["elman", "gru"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01], "max_steps": 4, "patience": 2, "check": 2},
    "device": "cpu",
}
SMALL = "workflow/experiments/small.yaml"
"""The experiment's file: its folder is in the image."""
JOBS = 4
"""The corpus, its description, its baselines and the training; the rest runs where snakemake runs."""

SUBMIT = """#!/bin/sh
pod=$(mktemp -d {pods}/XXXXXX)
cp -r {files} $pod && cp "$1" $pod/job
(cd $pod; sh ./job > log 2>&1; echo $? > finished) > /dev/null 2>&1 &
basename $pod
"""
STATUS = """#!/bin/sh
case "$(cat {pods}/$1/finished 2> /dev/null)" in "") echo running;; 0) echo success;; *) echo failed;; esac
"""


@pytest.mark.skipif(
    not shutil.which("rsync"), reason="rsync, which snakemake-storage-plugin-fs copies with, is not there"
)
def test_jobs_that_share_no_folder_make_the_same_tables(tmp_path, monkeypatch):
    separate, local = (Project(tmp_path / name) for name in ("separate", "local"))
    for project in (separate, local):
        project.write(SMALL, json.dumps(EXPERIMENT))
    assert local.snakemake("--configfile", SMALL).returncode == 0
    monkeypatch.setenv("RNNBENCH_STORE", str(tmp_path / "store"))
    first = separate.run("snakemake", *options(separate, tmp_path))
    assert first.returncode == 0, first.stderr + logs(tmp_path)
    assert len(list((tmp_path / "pods").iterdir())) == JOBS
    assert separate.tables() == local.tables()
    again = separate.run("snakemake", *options(separate, tmp_path))
    assert "Nothing to be done" in again.stderr + again.stdout


def options(project: Project, folder):
    """Return the command line, once the scripts that start a pod and report its status are written."""
    (folder / "pods").mkdir(exist_ok=True)
    files = " ".join(str(project.folder / part) for part in PARTS)
    submit, status = (
        script(folder / name, text.format(pods=folder / "pods", files=files))
        for name, text in (("submit", SUBMIT), ("status", STATUS))
    )
    return [
        *("--workflow-profile", "none", "--executor", "cluster-generic", "--jobs", "4", "--configfile", SMALL),
        *("--cluster-generic-submit-cmd", submit, "--cluster-generic-status-cmd", status),
        *("--shared-fs-usage", "none", "--default-storage-provider", "fs"),
        *("--default-storage-prefix", str(project.folder), "--seconds-between-status-checks", "1"),
    ]


def script(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def logs(folder):
    return "\n".join(path.read_text() for path in sorted(folder.glob("pods/*/log")))
