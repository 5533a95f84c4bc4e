"""Imports run one way: the drawing of the folders in ARCHITECTURE.md is true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.project_copy import ROOT

PACKAGE = ROOT / "src/rnnbench"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
FOLDERS = re.findall(r"^    (\w+) {2,}\S", ARCHITECTURE.partition("## The folders")[2].partition("\n## ")[0], re.M)
"""The folders of the package, each importing only from itself and from those after it."""
REPORT = (
    ("views",),
    ("figures",),
    ("wording",),
    ("page",),
    ("demo", "sections"),
    ("chapters",),
    ("build",),
    ("write",),
)
"""Inside the report, each imports only from itself and from those before it."""
TORCH = {
    *("data/batches", "data/sparse_codes", "data/word_dropout", "models/losses", "models/network"),
    *("evaluation/probing", "evaluation/scoring", "training/combination", "training/hand_set"),
    *("training/loop", "training/optimizer"),
    *("training/engines/agreement", "training/engines/eager", "training/engines/native/engine"),
    *("training/engines/cuda/engine", "training/engines/cuda/equations", "training/engines/cuda/layers"),
    *("training/engines/cuda/padded_codes", "training/engines/cuda/recurrence", "training/engines/cuda/scan"),
    *("training/engines/cuda/sums", "pipeline/train_job", "cli/predict", "cli/bench/torch_nn", "cli/bench/rates"),
    *("cli/bench/gpu", "cli/bench/torch_nn_worker", "report/demo/networks"),
}
"""The modules that import torch at their top: it costs two seconds of every process."""
MAX_ENTRIES = 18
"""Entries of a folder of the package: what one reads at a glance."""
FILES = sorted(PACKAGE.rglob("*.py"))


def place(path: Path) -> str:
    return str(path.relative_to(PACKAGE).with_suffix(""))


def statements(tree: ast.AST, *, lazy: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield imports, but not those for types alone; those inside functions only if `lazy`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        elif lazy or not isinstance(node, ast.FunctionDef):
            yield from statements(node, lazy=lazy)


def imported(path: Path, *, lazy: bool = True) -> set[str]:
    """Return the full names of the modules that a file imports, and of the names that it takes from them."""
    names = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")), lazy=lazy):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        else:
            names |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
    return names


def parts_imported(path: Path, above: str) -> set[str]:
    """Return the parts of a package (full name) that a file imports from, by their names."""
    names = {name.removeprefix(f"{above}.").split(".")[0] for name in imported(path) if name.startswith(f"{above}.")}
    return names & {entry.stem for entry in PACKAGE.joinpath(*above.split(".")[1:]).iterdir()}


def test_the_drawing_names_every_folder_and_nothing_lies_flat():
    entries = {entry.name for entry in PACKAGE.iterdir() if entry.name != "__pycache__"}
    assert entries == {*FOLDERS, "__init__.py", "__main__.py"}
    assert len(FOLDERS) == 13


@pytest.mark.parametrize("path", [path for path in FILES if path.parent != PACKAGE], ids=place)
def test_a_folder_imports_only_from_those_below_it(path):
    level = FOLDERS.index(place(path).split("/")[0])
    assert not {name for name in parts_imported(path, "rnnbench") if FOLDERS.index(name) < level}


@pytest.mark.parametrize("path", [path for path in FILES if "report" in path.parts], ids=place)
def test_the_report_has_an_order_of_its_own(path):
    floor = {name: number for number, names in enumerate(REPORT) for name in names}
    part = place(path).split("/")[1]
    if part != "__init__":
        assert not {name for name in parts_imported(path, "rnnbench.report") if floor[name] > floor[part]}


def test_only_the_modules_that_say_so_import_torch():
    assert {place(path) for path in FILES if {"torch", "triton"} & imported(path, lazy=False)} == TORCH


def test_no_folder_is_longer_than_what_one_reads_at_a_glance():
    folders = {path.parent for path in FILES} | {path.parent for path in PACKAGE.rglob("*.h")}
    long = {
        place(folder): len(entries)
        for folder in folders
        if len(entries := [entry for entry in folder.iterdir() if entry.suffix != ".so" and entry.name[:2] != "__"])
        > MAX_ENTRIES
    }
    assert not long
