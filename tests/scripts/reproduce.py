"""Runs the smoke experiment in two folders, on one core and on two, and compares all tables: make reproduce."""

import sys
import tempfile
from pathlib import Path

from helpers.project_copy import SMOKE, Project


def tables_of(folder: Path, cores: int) -> dict[str, str]:
    """Return every table of the smoke experiment, made in a folder on that many cores."""
    project = Project(folder)
    print(f"on {cores} {'core' if cores == 1 else 'cores'} ...", flush=True)
    result = project.snakemake("--configfile", SMOKE, "--cores", str(cores))
    assert result.returncode == 0, result.stderr
    return project.tables()


def main() -> int:
    """Print which tables are the same, byte for byte; return 0 if all are."""
    with tempfile.TemporaryDirectory() as folder:
        on_one_core, on_two_cores = (tables_of(Path(folder, f"on_{cores}"), cores) for cores in (1, 2))
    differ = [name for name in on_one_core | on_two_cores if on_one_core.get(name) != on_two_cores.get(name)]
    rows = sum(table.count("\n") - 1 for table in on_one_core.values())
    outcome = ", ".join(differ) + " differ" if differ else "the same, byte for byte"
    print(f"{len(on_one_core)} tables with {rows} rows: {outcome}")
    print("(the seconds that runs took are not compared)")
    return int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
