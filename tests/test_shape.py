"""Files and functions stay short, or say here why they do not."""

import ast
import subprocess

import pytest

from projects import ROOT

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
REASONS = {
    "src/rnnbench/kernels/scan.py forward": "a kernel is one function: what lies on the chip cannot be handed over",
    "src/rnnbench/kernels/scan.py back": "as forward",
}
"""File and function -> why it is longer."""
LISTED = subprocess.run(["git", "-C", str(ROOT), "ls-files", "*.py"], capture_output=True, text=True, check=False)
FILES = LISTED.stdout.split()


@pytest.mark.skipif(not FILES, reason="not a checkout of git")
@pytest.mark.parametrize("name", FILES)
def test_a_file_and_its_functions_are_short(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    long = [one.name for one in functions if (one.end_lineno or 0) - one.lineno >= LONGEST_FUNCTION]
    assert [one for one in long if f"{name} {one}" not in REASONS] == []


def test_every_reason_is_needed():
    for place in REASONS:
        name, function = place.split()
        assert f"def {function}(" in (ROOT / name).read_text(encoding="utf-8")
