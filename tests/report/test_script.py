"""The script of the page: its files share one scope, so every name is defined once."""

import itertools
import re

from rnnbench.report.page.script import SCRIPTS, script, text_of

TOP = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def test_no_name_is_there_twice() -> None:
    names = TOP.findall(script())
    assert sorted(names) == sorted(set(names))
    assert len(names) > 50


def test_every_function_says_what_it_is() -> None:
    for name in SCRIPTS:
        lines = text_of(name).splitlines()
        bare = [line for before, line in itertools.pairwise(lines) if _begins(line) and before[:2] != "//"]
        assert bare == [], name


def _begins(line: str) -> bool:
    return line.startswith(("function ", "async function "))


def test_nothing_becomes_html_or_code() -> None:
    for mark in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch("):
        assert mark not in script()
