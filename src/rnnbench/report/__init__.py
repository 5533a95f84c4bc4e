"""The report: tidy tables -> one HTML file that needs nothing but a browser."""

import hashlib
from base64 import b64encode
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rnnbench import summaries
from rnnbench.figures import Picture, curve_metric, figure_files, pictures
from rnnbench.figures.style import plain
from rnnbench.report import (
    certainty,
    claims,
    data,
    hard,
    limits,
    memory,
    opening,
    overfitting,
    scores,
    showcase,
    speed,
    table,
    verdicts,
)
from rnnbench.report.inline import inline
from rnnbench.summaries import METRICS, Tables, sizes
from rnnbench.summaries import memory as memories

__all__ = ["build_report", "figure_files"]


def build_report(tables: Tables, facts: dict[str, str], *, drawn: list[Picture] | None = None) -> str:
    """Return the report as HTML.

    `facts`: what was run, in words, by name (version, commit, device, ...); `configuration` is shown as a text of
    its own. `drawn`: the pictures of these tables, for who has drawn them already.
    """
    shown = _by_place(pictures(tables) if drawn is None else drawn)
    css = files("rnnbench.report").joinpath("style.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html")
        .render(
            css=Markup(css),
            css_digest=b64encode(hashlib.sha256(css.encode()).digest()).decode(),
            tables=tables,
            facts={name: text for name, text in facts.items() if name != "configuration"},
            configuration=facts.get("configuration", ""),
            tasks=sizes.alone(tables),
            families=list(sizes.families(tables)),
            picture=lambda kind, task, encoder="": shown.get((kind, task, encoder)),
            metric_of_curves={task: curve_metric(tables, task) for task in summaries.tasks(tables)},
            metric_names=METRICS,
            summaries=summaries,
            certainty=certainty,
            claims=claims,
            data=data,
            hard=hard,
            limits=limits,
            memory=memory,
            memories=memories,
            opening=opening,
            overfitting=overfitting,
            scores=scores,
            showcase=showcase,
            speed=speed,
            verdicts=verdicts,
        )
    )


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
    environment.filters |= {"name": _clean, "score": table.score, "spread": table.spread}
    environment.globals |= {"several": table.several}
    return environment


def _clean(text: str, limit: int = 48) -> str:
    """Return a name or a text from outside without what controls, line ends apart, and not without end."""
    return "\n".join(plain(line, limit) for line in str(text).splitlines()) if limit > 48 else plain(str(text), limit)
