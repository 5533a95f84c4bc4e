"""The profiles for clusters: Snakemake takes every setting in them, and finds the executors that they name."""

import json
from pathlib import Path

import pytest
import yaml

from helpers.project_copy import ROOT, Project

EXPERIMENT = {
    "tasks": [{"task": "register", "length": 4, "train": 40, "validation": 10, "test": 10}],
    "encoders": ["raw"],
    "architectures": ["elman"],
    "size": {"hidden": 3},
    "training": {"seeds": 1, "learning_rates": [0.01], "max_steps": 4, "patience": 2, "check": 2},
    "device": "cuda",
}


def test_slurm_accepts_the_jobs(project):
    result = dry_run(project, "slurm")
    assert result.returncode == 0, result.stderr
    assert "gpu=1" in result.stdout, "the training job asks for a GPU"


def test_kubernetes_accepts_the_jobs(project):
    """The volume is a folder here: Snakemake makes nothing in a dry run, and looks for the plans on the volume."""
    settings = project.folder / "profiles/kubernetes/config.yaml"
    settings.write_text(settings.read_text().replace("/shared/rnnbench", str(project.folder)))
    result = dry_run(project, "kubernetes")
    assert result.returncode == 0, result.stderr
    assert "gpu=1" in result.stdout, "the training job asks for a GPU"


def test_the_profile_and_the_cluster_file_name_the_same_things():
    """The volume, the account and the image are in two files of the Kubernetes profile."""
    profile = yaml.safe_load((ROOT / "profiles/kubernetes/config.yaml").read_text())
    documents = list(yaml.safe_load_all((ROOT / "profiles/kubernetes/cluster.yaml").read_text()))
    volume, mount = profile["kubernetes-persistent-volumes"].split(":")
    names = {(document["kind"], document["metadata"]["name"]) for document in documents}
    assert {("PersistentVolumeClaim", volume), ("ServiceAccount", profile["kubernetes-service-account-name"])} <= names
    (container,) = documents[-1]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == profile["container-image"]
    assert container["volumeMounts"][0]["mountPath"] == mount
    assert Path(profile["default-storage-prefix"]).is_relative_to(mount)
    assert f"cd {profile['default-storage-prefix']}" in container["args"][0]


def dry_run(project, profile):
    """Return what a dry run prints, with the resources of jobs, which a message would stand in place of."""
    rule = project.folder / "workflow/rules/train.smk"
    text = rule.read_text()
    message = '    message:\n        "{params.title}"\n'
    assert message in text
    rule.write_text(text.replace(message, ""))
    experiment = project.write("experiment.yaml", json.dumps(EXPERIMENT))
    return project.run(
        "snakemake", "--dry-run", "--workflow-profile", f"profiles/{profile}", "--configfile", experiment
    )


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "project")
