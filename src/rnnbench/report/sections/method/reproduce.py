"""How every number is made again, and where the tables are."""

from collections.abc import Mapping

from rnnbench.common.fingerprint import digest
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, whole
from rnnbench.report.views.queries import Tables
from rnnbench.results.runs import command

FILE = "again.yaml"
WHOLE = f"make report EXPERIMENT={FILE}"


def example(tables: Tables) -> str:
    """Return the command for the first combination of the experiment."""
    runs = tables["runs"]
    return command(*runs[["task", "encoder", "architecture"]].iloc[0]) if len(runs) else "rnnbench train"


def written(tables: Tables) -> list[str]:
    """Return the names of the tables that have rows."""
    return [name for name, table in tables.items() if len(table)]


def tables_table(tables: Tables) -> Table:
    """Return how many rows each table has, and its columns."""
    rows = [
        Row(name, [TableCell(whole(len(tables[name]))), TableCell(", ".join(tables[name].columns))])
        for name in written(tables)
    ]
    return Table(
        "The tables, as CSV in tables/ beside this page.",
        "table",
        headings("rows", "columns"),
        [Group("", rows)],
        numbers=False,
    )


def digest_of(configuration: str) -> str:
    """Return the digest of a configuration's text."""
    return digest(configuration)


def bibtex(facts: Mapping[str, str]) -> str:
    """Return the entry for a bibliography."""
    year, version = facts.get("date", "")[:4], facts.get("rnnbench", "")
    lines = [
        "@software{rnnbench,",
        "  title   = {rnnbench: how should a network that tags or remembers sequences",
        "             read its words and keep its memory?},",
        "  author  = {{The rnnbench authors}},",
        f"  version = {{{version}}},",
        f"  year    = {{{year}}},",
        "}",
    ]
    return "\n".join(lines)
