"""What a result was made with: versions, commit, machine, configuration."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def provenance(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Return what a reader must know to make the numbers again."""
    packages = {name: importlib.metadata.version(name) for name in ("rnnbench", "torch", "numpy", "snakemake")}
    return {
        **packages,
        "python": platform.python_version(),
        "commit": commit(),
        "date": datetime.date.today().isoformat(),
        "processor": f"{os.cpu_count()} cores of {processor()}",
        "system": platform.platform(),
        "configuration": yaml.safe_dump(dict(configuration), sort_keys=False, allow_unicode=True),
    }


def commit() -> str:
    """Return the commit of the code, "+" behind it when files were changed since; empty where git cannot say."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
