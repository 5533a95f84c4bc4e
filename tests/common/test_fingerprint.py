"""A module's digest: changed by what can change a result, and by nothing else."""

import importlib
from pathlib import Path
from textwrap import dedent

import pytest

import rnnbench
from rnnbench.common import fingerprint as subject
from rnnbench.pipeline.plan.plan import REPORTING

MAIN = '''
"""A module."""

from typing import TYPE_CHECKING

import sample.far
from sample import near

if TYPE_CHECKING:
    from sample.types import Number


def double(x: "Number") -> "Number":
    """Return 2 x."""
    return near.TWO * x
'''
FILES = {
    "__init__.py": "",
    "main.py": MAIN,
    "main.txt": "some data",
    "near.py": "from sample.deep import TWO\n",
    "deep.py": "TWO = 2\n",
    "far.py": "",
    "types.py": "Number = int\n",
    "stranger.py": "",
    "stranger.txt": "",
}


@pytest.fixture
def digest_with(tmp_path, monkeypatch):
    """Return a function from changed files (name -> text) of the package to the digest of sample.main."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "sample").mkdir()

    def digest(changes=None):
        for name, text in (FILES | (changes or {})).items():
            (tmp_path / "sample" / name).write_text(text)
        subject._read.cache_clear()
        importlib.invalidate_caches()
        return subject.fingerprint("sample.main")

    yield digest
    subject._read.cache_clear()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return near", "# A comment.\n    return near"),
        ('"""Return 2 x."""', '"""Return x, doubled."""'),
        ('    """Return 2 x."""\n', ""),
        ('"""A module."""', ""),
        ("\n\n\n", "\n"),
        ("near.TWO * x", "(near.TWO\n            * x)"),
        ("import Number", "import Number as Number"),
    ],
)
def test_what_is_not_code_keeps_the_digest(digest_with, old, new):
    assert old in MAIN
    assert digest_with({"main.py": MAIN.replace(old, new)}) == digest_with()


@pytest.mark.parametrize(
    "changes",
    [
        {"main.py": MAIN.replace("near.TWO * x", "near.TWO + x")},
        {"main.py": MAIN.replace("double", "twice")},
        {"near.py": "TWO = 2\n"},
        {"deep.py": "TWO = 3\n"},
        {"far.py": "print()\n"},
        {"main.txt": "other data"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_can_change_a_result_changes_the_digest(digest_with, changes):
    assert digest_with(changes) != digest_with()


@pytest.mark.parametrize("name", ["types.py", "stranger.py", "stranger.txt", "__init__.py"])
def test_modules_that_are_not_imported_do_not_count(digest_with, name):
    assert digest_with({name: "CHANGED = True\n"}) == digest_with()


def test_imports_inside_a_function_count(digest_with):
    lazy = {"main.py": "def f():\n    from sample.stranger import g\n"}
    assert digest_with(lazy) != digest_with({**lazy, "stranger.py": "g = 1\n"})


def test_what_is_done_when_not_checking_types_counts(digest_with):
    other = dedent("""
        if TYPE_CHECKING:
            from sample.types import Number
        else:
            Number = {}
    """)
    assert digest_with({"main.py": other.format(1)}) != digest_with({"main.py": other.format(2)})


def test_modules_may_import_each_other(digest_with):
    digest_with({"near.py": "import sample.main\nTWO = 2\n"})


def test_several_modules_in_any_order(digest_with):
    digest_with()
    assert subject.fingerprint("sample.main", "sample.far") == subject.fingerprint("sample.far", "sample.main")
    assert subject.fingerprint("sample.main", "sample.types") != subject.fingerprint("sample.main")


def test_a_module_that_is_not_there_is_an_error():
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        subject.fingerprint("rnnbench.nowhere")


def test_templates_styles_and_scripts_of_the_page_count_as_its_code():
    package = Path(rnnbench.__file__).parent
    page_files = [path for ending in ("html", "css", "js") for path in package.rglob(f"*.{ending}")]
    modules = subject.code_digests(*REPORTING)
    folders = {package.parent.joinpath(*module.split(".")) for module in modules}
    folders |= {folder.parent for folder in folders}
    assert len(page_files) > 30
    assert {path.parent for path in page_files} <= folders
