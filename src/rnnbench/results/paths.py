"""Where the files of an experiment lie, relative to the folder that it runs in."""

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS, REPORTS = Path("results"), Path("reports")

PLANS = RESULTS / "plan"
"""A JSON file for each step, named by its digest, which says all that the step depends on."""
LOGS = RESULTS / "logs"
TIMINGS = RESULTS / "times"
STORE = RESULTS / "store"
"""Finished runs, unless RNNBENCH_STORE names another folder."""
LOCK = RESULTS / "lock"
"""Held by the snakemake that works in this folder."""
TABLES = RESULTS / "tables"
"""Every table as parquet."""
PROVENANCE_JSON = TABLES / "facts.json"
"""Versions, machine and configuration behind finished tables; the last file that the step `collect` writes."""
PARTIAL_PROVENANCE_JSON = TABLES / "rescued.json"
"""The same behind tables of what there was after a job failed."""
DEMO = TABLES / "demo.json"
"""What readers of the page can try."""

CSV = REPORTS / "tables"
"""Every table as CSV."""
CONFIGURATION = CSV / "configuration.yaml"
"""The whole configuration of the experiment behind the tables."""
PROVENANCE = CSV / "provenance.yaml"
"""Versions, commit and machine behind the tables."""
PAGE = REPORTS / "report.html"
DETAILS = REPORTS / "details.html"
PAGE_NOW, DETAILS_NOW = REPORTS / "now.html", REPORTS / "now_details.html"
"""The two pages of what there is while an experiment goes on."""
FIGURES = REPORTS / "figures"

MAX_WORD_LENGTH, MAX_ARCHITECTURES = 60, 4
"""Characters of a word in a file's name (a name may have 255 in all), and architectures that are named in it."""


def file_word(label: str) -> str:
    """Return a label as part of a file's name: ASCII letters, digits and `_=+-`, at most MAX_WORD_LENGTH of them.

    Two labels may give the same word; files that must differ bear a digest, too.

    >>> file_word("delayed_recall delay=5"), file_word("../my corpus.v2"), file_word("我的")
    ('delayed_recall-delay=5', 'my-corpus-v2', 'x')
    """
    return re.sub(r"[^\w=+]+", "-", label, flags=re.ASCII).strip("-_")[:MAX_WORD_LENGTH] or "x"


def architectures_word(names: Sequence[str]) -> str:
    """Return the distinct names of a job's architectures as part of a file's name.

    >>> architectures_word(["gru", "gru", "lstm"]), architectures_word(list("abcdef"))
    ('gru+lstm', 'a+b+c+d+2_more')
    """
    words = list(dict.fromkeys(map(file_word, names)))
    rest = f"+{len(words) - MAX_ARCHITECTURES}_more" if len(words) > MAX_ARCHITECTURES else ""
    return "+".join(words[:MAX_ARCHITECTURES])[: 2 * MAX_WORD_LENGTH] + rest


def plan_file(digest: str) -> Path:
    """Return the file that says all that the step with this digest depends on."""
    return PLANS / f"{digest}.json"
