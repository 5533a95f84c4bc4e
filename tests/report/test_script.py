"""The scripts of the pages: the files of a page share one scope, so every name is defined once."""

import itertools
import re
from collections.abc import Sequence

import pytest

from rnnbench.report.page.script import DETAILS_SCRIPTS, REPORT_SCRIPTS, script, text_of

TOP = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
PAGES = pytest.mark.parametrize("files", [REPORT_SCRIPTS, DETAILS_SCRIPTS], ids=["report", "details"])


@PAGES
def test_no_name_is_there_twice(files: Sequence[str]) -> None:
    names = TOP.findall(script(files))
    assert sorted(names) == sorted(set(names))
    assert len(names) > 50


@pytest.mark.parametrize("name", sorted({*REPORT_SCRIPTS, *DETAILS_SCRIPTS}))
def test_every_function_says_what_it_is(name: str) -> None:
    lines = text_of(name).splitlines()
    assert [line for before, line in itertools.pairwise(lines) if _begins(line) and before[:2] != "//"] == []


def _begins(line: str) -> bool:
    return line.startswith(("function ", "async function "))


@PAGES
def test_nothing_becomes_html_or_code(files: Sequence[str]) -> None:
    for mark in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch("):
        assert mark not in script(files)
