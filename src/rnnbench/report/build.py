"""The report and its details: tables of results -> two HTML files that need nothing but a browser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.chapters.catalogue import CHAPTER_MODULES, CHAPTERS
from rnnbench.report.figures.catalogue import Picture, figure_files, pictures
from rnnbench.report.figures.learning import curve_metric
from rnnbench.report.figures.style import printable
from rnnbench.report.page import table
from rnnbench.report.page.inline_svg import inline
from rnnbench.report.page.packing import Demo, packed
from rnnbench.report.page.script import DETAILS_SCRIPTS, REPORT_SCRIPTS, digest, script, text_of
from rnnbench.report.page.section import Section
from rnnbench.report.sections.catalogue import MODULES, SECTIONS
from rnnbench.report.sections.overview import overview
from rnnbench.report.sections.sentences import examples
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named
from rnnbench.report.wording.terms import TERMS

__all__ = ["PageFiles", "build_details", "build_report", "figure_files"]

MAX_NAME_LENGTH = 48
"""Largest number of characters of a name on the page; a text with a larger limit may have several lines."""


@dataclass(frozen=True)
class RenderedSection:
    """A section that has content, as HTML."""

    name: str
    title: str | Markup
    html: Markup


@dataclass(frozen=True)
class PageFiles:
    """The names of the two pages, which lie in one folder."""

    report: str = "report.html"
    details: str = "details.html"


def build_report(tables: Tables, provenance: dict[str, str], **options: Any) -> str:
    """Return the report as HTML: the answer, and the chapters that argue for it. `options` are those of `_page`."""
    return _page("page/report.html", CHAPTERS, REPORT_SCRIPTS, tables, provenance, **options)


def build_details(tables: Tables, provenance: dict[str, str], **options: Any) -> str:
    """Return the details as HTML: every number, and how it was made. `options` are those of `_page`."""
    return _page("page/details.html", SECTIONS, DETAILS_SCRIPTS, tables, provenance, **options)


def _page(
    template: str,
    sections: Sequence[Section],
    scripts: Sequence[str],
    tables: Tables,
    provenance: dict[str, str],
    *,
    drawn: list[Picture] | None = None,
    demo: Demo | None = None,
    files: PageFiles = PageFiles(),
) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    template, sections, scripts
        Its frame, its parts in order, and the files of its script.
    tables
        All tables of results.
    provenance
        Version, commit, device and the like, by name. `configuration` is shown in a block of its own.
    drawn
        The pictures of these tables; drawn here by default.
    demo
        The networks and oracles of the playground, from `rnnbench.report.demo.pack`. Without it there is no
        playground.
    files
        The names of the two pages, for the links between them.
    """
    environment = _environment()
    variables = _variables(tables, provenance, pictures(tables) if drawn is None else drawn)
    variables |= {"demo": demo or [], "files": files, "script": script(scripts)}
    rendered = list(_rendered(environment, sections, variables))
    return environment.get_template(template).render(variables, sections=rendered)


def _variables(all_tables: Tables, provenance: dict[str, str], drawn: list[Picture]) -> dict[str, Any]:
    """Return the variables of the templates, by name.

    `all_tables` has the rows of all tasks, `tables` those of the tasks with sections of their own, and `tables_of`
    those of each task by itself. `tasks` are the tasks with sections of their own that belong to no family of training
    sizes.
    """
    tables = training_size.shown_tables(all_tables)
    markup, tasks = _inlined(drawn), training_size.alone(tables)
    return {
        "css": text_of("page/style.css"),
        "terms": packed(TERMS),
        "all_tables": all_tables,
        "tables": tables,
        "tables_of": queries.by_task(all_tables),
        "n_tasks_left_out": len(queries.tasks(all_tables)) - len(queries.tasks(tables)),
        "provenance": {name: text for name, text in provenance.items() if name != "configuration"},
        "configuration": provenance.get("configuration", ""),
        "tasks": tasks,
        "families": list(training_size.families(tables)),
        "progress": overview.progress(all_tables),
        "pairs": examples.pairs(tables),
        "picture": lambda kind, task, encoder="": markup.get((kind, task, encoder)),
        "metric_of_curves": {task: curve_metric(tables, task) for task in queries.tasks(tables)},
    }


def _rendered(
    environment: Environment, sections: Sequence[Section], variables: dict[str, Any]
) -> Iterator[RenderedSection]:
    """Yield the sections that have content."""
    for section in sections:
        html = environment.get_template(section.template).render(variables).strip()
        if html:
            yield RenderedSection(section.name, section.title, Markup(html))


def _inlined(drawn: list[Picture]) -> dict[tuple[str, str, str], Markup]:
    """Return the pictures as elements of the page, by kind, task and encoder."""
    return {
        (picture.kind, picture.task, picture.encoder): inline(picture.svg, prefix=f"p{i}-", label=_label(picture))
        for i, picture in enumerate(drawn)
    }


def _label(picture: Picture) -> str:
    """Return the text that a screen reader reads in place of a picture."""
    words = [picture.kind.replace("_", " "), printable(picture.task), printable(picture.encoder)]
    return "Picture: " + ", ".join(filter(None, words)) + ". The table beside it has the same numbers."


def _environment() -> Environment:
    """Return the environment of the templates, with its filters, functions and macros."""
    environment = Environment(
        loader=PackageLoader("rnnbench", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "named": named,
        "printable": _printable,
        "score": table.score,
        "spread": table.spread,
        "digest": digest,
    }
    environment.globals |= MODULES | CHAPTER_MODULES
    environment.globals |= {"several": table.several, "metric_names": METRICS, "t": bilingual}
    macros = vars(environment.get_template("page/macros.html").module)
    environment.globals |= {name: macro for name, macro in macros.items() if not name.startswith("_")}
    return environment


def _printable(text: str, limit: int = MAX_NAME_LENGTH) -> str:
    """Return a text from outside without control characters, cut at the limit; a long text keeps its line ends."""
    if limit > MAX_NAME_LENGTH:
        return "\n".join(printable(line, limit) for line in str(text).splitlines())
    return printable(str(text), limit)
