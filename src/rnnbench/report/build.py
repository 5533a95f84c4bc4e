"""The report: tidy tables -> one HTML file that needs nothing but a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.catalogue import Picture, figure_files, pictures
from rnnbench.report.figures.learning import curve_metric
from rnnbench.report.figures.style import printable
from rnnbench.report.page import table
from rnnbench.report.page.inline_svg import inline
from rnnbench.report.page.script import digest, script, text_of
from rnnbench.report.sections.catalogue import MODULES, SECTIONS
from rnnbench.report.sections.overview import overview
from rnnbench.report.sections.sentences import examples
from rnnbench.report.sections.sentences.playground import Demo
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.queries import Tables

__all__ = ["build_report", "figure_files"]


@dataclass(frozen=True)
class Rendered:
    """A section that has something to say."""

    name: str
    title: str
    html: Markup


def build_report(
    tables: Tables, facts: dict[str, str], *, drawn: list[Picture] | None = None, demo: Demo | None = None
) -> str:
    """Return the report as HTML.

    `facts`: what was run, in words, by name (version, commit, device, ...); `configuration` is shown as a text of
    its own. `drawn`: the pictures of these tables, for who has drawn them already. `demo`: what `report/demo` made,
    for readers to try; without it the page has no such part.
    """
    environment = _environment()
    known = _known(tables, facts, pictures(tables) if drawn is None else drawn) | {"demo": demo or []}
    sections = list(_sections(environment, known))
    return environment.get_template("page/report.html").render(known, sections=sections)


def _known(tables: Tables, facts: dict[str, str], drawn: list[Picture]) -> dict[str, Any]:
    """Return what the templates know, by name: `every` are all tables, `tables` those of the tasks that are told.

    `of`: those of each.
    """
    every, tables = tables, training_size.shown_tables(tables)
    shown, tasks = _by_place(drawn), training_size.alone(tables)
    return {
        "css": text_of("page/style.css"),
        "script": script(),
        "every": every,
        "tables": tables,
        "untold": len(queries.tasks(every)) - len(queries.tasks(tables)),
        "facts": {name: text for name, text in facts.items() if name != "configuration"},
        "configuration": facts.get("configuration", ""),
        "tasks": tasks,
        "of": queries.by_task(every),
        "families": list(training_size.families(tables)),
        "nothing": "" if tasks else "Nothing is trained yet: no table, no picture.",
        "progress": overview.progress(every),
        "pairs": examples.pairs(tables),
        "picture": lambda kind, task, encoder="": shown.get((kind, task, encoder)),
        "metric_of_curves": {task: curve_metric(tables, task) for task in queries.tasks(tables)},
    }


def _sections(environment: Environment, known: dict[str, Any]) -> Iterator[Rendered]:
    for section in SECTIONS:
        html = environment.get_template(section.template).render(known).strip()
        if html:
            yield Rendered(section.name, section.title, Markup(html))


def _by_place(drawn: list[Picture]) -> dict[tuple[str, str, str], Markup]:
    return {
        (one.kind, one.task, one.encoder): inline(one.svg, prefix=f"p{number}-", label=_label(one))
        for number, one in enumerate(drawn)
    }


def _label(picture: Picture) -> str:
    words = [picture.kind.replace("_", " "), printable(picture.task), printable(picture.encoder)]
    return "Picture: " + ", ".join(filter(None, words)) + ". The table beside it has the same numbers."


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("rnnbench", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"name": _clean, "score": table.score, "spread": table.spread, "digest": digest}
    environment.globals |= MODULES
    environment.globals |= {"several": table.several, "metric_names": METRICS}
    environment.globals |= _macros(environment)
    return environment


def _macros(environment: Environment) -> dict[str, Any]:
    """Return the pieces that every template uses, by name."""
    pieces = vars(environment.get_template("page/parts.html").module)
    return {name: piece for name, piece in pieces.items() if not name.startswith("_")}


def _clean(text: str, limit: int = 48) -> str:
    """Return a name or a text from outside without what controls, line ends apart, and not without end."""
    return (
        "\n".join(printable(line, limit) for line in str(text).splitlines())
        if limit > 48
        else printable(str(text), limit)
    )
