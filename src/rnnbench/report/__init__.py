"""The report: tidy tables -> one HTML file that needs nothing but a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rnnbench import summaries
from rnnbench.figures import Picture, curve_metric, figure_files, pictures
from rnnbench.figures.style import plain
from rnnbench.report import opening, showcase, table
from rnnbench.report.inline import inline
from rnnbench.report.modules import MODULES
from rnnbench.report.script import digest, script, text_of
from rnnbench.report.tryout import Demo
from rnnbench.summaries import METRICS, Tables, sizes
from rnnbench.summaries import memory as memories

__all__ = ["build_report", "figure_files"]

SECTIONS = {
    "claims": "Claims",
    "grid": "The grid",
    "accuracy": "Accuracy",
    "certainty": "How sure",
    "luck": "How lucky",
    "hard": "What is hard",
    "learnt": "What was learnt",
    "try": "Type a sentence",
    "errors": "Where they disagree",
    "inside": "Inside the memory",
    "memory": "Memory",
    "overfitting": "Overfitting",
    "parameters": "Parameters",
    "learning": "Learning curves",
    "showcase": "What they answer",
    "failures": "Failed runs",
    "networks": "Network cards",
    "encoders": "Encoder cards",
    "data": "Data cards",
    "speed": "Speed",
    "method": "How this was made",
    "reproduce": "Make it again",
}
"""The page's sections in order, and what the navigation calls them; each is a template that names its anchor."""


@dataclass(frozen=True)
class Section:
    """A part of the page that has something to say."""

    anchor: str
    words: str
    html: Markup


def build_report(
    tables: Tables, facts: dict[str, str], *, drawn: list[Picture] | None = None, demo: Demo | None = None
) -> str:
    """Return the report as HTML.

    `facts`: what was run, in words, by name (version, commit, device, ...); `configuration` is shown as a text of
    its own. `drawn`: the pictures of these tables, for who has drawn them already. `demo`: what `rnnbench.demo` made,
    for readers to try; without it the page has no such part.
    """
    environment = _environment()
    known = _known(tables, facts, pictures(tables) if drawn is None else drawn) | {"demo": demo or []}
    sections = list(_sections(environment, known))
    return environment.get_template("report.html").render(known, sections=sections)


def _known(tables: Tables, facts: dict[str, str], drawn: list[Picture]) -> dict[str, Any]:
    """Return what the templates know, by name: `every` are all tables, `tables` those of the tasks that are told.

    `of`: those of each.
    """
    every, tables = tables, sizes.told(tables)
    shown, tasks = _by_place(drawn), sizes.alone(tables)
    return {
        "css": text_of("style.css"),
        "script": script(),
        "every": every,
        "tables": tables,
        "untold": len(summaries.tasks(every)) - len(summaries.tasks(tables)),
        "facts": {name: text for name, text in facts.items() if name != "configuration"},
        "configuration": facts.get("configuration", ""),
        "tasks": tasks,
        "of": summaries.by_task(every),
        "families": list(sizes.families(tables)),
        "nothing": "" if tasks else "Nothing is trained yet: no table, no picture.",
        "progress": opening.progress(every),
        "pairs": showcase.pairs(tables),
        "picture": lambda kind, task, encoder="": shown.get((kind, task, encoder)),
        "metric_of_curves": {task: curve_metric(tables, task) for task in summaries.tasks(tables)},
    }


def _sections(environment: Environment, known: dict[str, Any]) -> Iterator[Section]:
    for anchor, words in SECTIONS.items():
        html = environment.get_template(f"{anchor}.html").render(known).strip()
        if html:
            yield Section(anchor, words, Markup(html))


def _by_place(drawn: list[Picture]) -> dict[tuple[str, str, str], Markup]:
    return {
        (one.kind, one.task, one.encoder): inline(one.svg, prefix=f"p{number}-", label=_label(one))
        for number, one in enumerate(drawn)
    }


def _label(picture: Picture) -> str:
    words = [picture.kind.replace("_", " "), plain(picture.task), plain(picture.encoder)]
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
    environment.globals |= {"several": table.several, "metric_names": METRICS, "memories": memories}
    environment.globals |= _macros(environment)
    return environment


def _macros(environment: Environment) -> dict[str, Any]:
    """Return the pieces that every template uses, by name."""
    pieces = vars(environment.get_template("parts.html").module)
    return {name: piece for name, piece in pieces.items() if not name.startswith("_")}


def _clean(text: str, limit: int = 48) -> str:
    """Return a name or a text from outside without what controls, line ends apart, and not without end."""
    return "\n".join(plain(line, limit) for line in str(text).splitlines()) if limit > 48 else plain(str(text), limit)
