"""How to reproduce every number, and where the tables are."""

from collections.abc import Mapping

from rnnbench.common.fingerprint import digest
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, whole
from rnnbench.report.views.queries import Tables
from rnnbench.results.runs import command

FILE = "again.yaml"
"""The name under which a reader saves the configuration."""
COMMAND = f"make report EXPERIMENT={FILE}"
"""The command that reproduces the whole report."""


def example_command(tables: Tables) -> str:
    """Return the command that trains the first combination of the experiment."""
    runs = tables["runs"]
    return command(*runs[["task", "encoder", "architecture"]].iloc[0]) if len(runs) else "rnnbench train"


def tables_with_rows(tables: Tables) -> list[str]:
    """Return the names of the tables that have rows."""
    return [name for name, table in tables.items() if len(table)]


def tables_table(tables: Tables) -> Table:
    """Return the number of rows and the columns of each table that has rows."""
    rows = [
        Row(name, [TableCell(whole(len(tables[name]))), TableCell(", ".join(tables[name].columns))])
        for name in tables_with_rows(tables)
    ]
    return Table(
        "The tables, as CSV in tables/ beside this page.",
        "table",
        headings("rows", "columns"),
        [Group("", rows)],
        numbers=False,
    )


def digest_of(configuration: str) -> str:
    """Return the digest of the text of a configuration."""
    return digest(configuration)


def bibtex(provenance: Mapping[str, str]) -> str:
    """Return the BibTeX entry of this version of rnnbench."""
    year, version = provenance.get("date", "")[:4], provenance.get("rnnbench", "")
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
