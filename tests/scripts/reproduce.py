"""Runs the smoke experiment in two folders, on one core and on two, and compares all tables: make reproduce."""

import sys
import tempfile
from pathlib import Path

from helpers.project_copy import SMOKE, Project


def made(folder: Path, cores: int) -> dict[str, str]:
    """Return every table of the smoke experiment, made in a folder on so many cores."""
    project = Project(folder)
    print(f"on {cores} {'core' if cores == 1 else 'cores'} ...", flush=True)
    result = project.snakemake("--configfile", SMOKE, "--cores", str(cores))
    assert result.returncode == 0, result.stderr
    return project.tables()


def main() -> int:
    """Say which tables are the same, byte for byte; return 0 when all are."""
    with tempfile.TemporaryDirectory() as folder:
        one, two = (made(Path(folder, f"on_{cores}"), cores) for cores in (1, 2))
    differ = [name for name in one | two if one.get(name) != two.get(name)]
    rows = sum(table.count("\n") - 1 for table in one.values())
    print(
        f"{len(one)} tables with {rows} rows: {', '.join(differ) + ' differ' if differ else 'the same, byte for byte'}"
    )
    print("(the seconds that runs took are not compared)")
    return int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
