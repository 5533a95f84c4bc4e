"""Panels side by side with one legend, and names in sentences: what the chapters on memory and overfitting share."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.common.text import listed
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.panels import swatch
from rnnbench.report.figures.style import Style
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.page.inline_svg import inline
from rnnbench.report.views.convergence import SIGN
from rnnbench.report.wording.languages import phrase
from rnnbench.report.wording.names import named

JOINED = Markup("{} {}")


@dataclass(frozen=True)
class ShownPanel:
    """A panel as HTML, with its title."""

    title: Markup
    svg: Markup


@dataclass(frozen=True)
class Names:
    """Names as an enumeration in either language."""

    en: Markup
    zh: Markup
    count: int


def shown_panel(title: Markup, drawing: Drawing, *, prefix: str, label: str) -> ShownPanel:
    """Return a drawing with its title as HTML; `prefix` keeps its ids apart, screen readers read `label`."""
    return ShownPanel(title, inline(drawing.svg, prefix=prefix, label=label))


def metric_name(metric: str) -> Markup:
    """Return a metric's name in both languages."""
    return phrase(METRICS.get(metric, metric))


def legend_piece(style: Style) -> Markup:
    """Return a piece of a network's line with its mark."""
    return Markup(swatch(style))


def enumerated(names: Sequence[Markup]) -> Names:
    """Return HTML texts as an enumeration in either language.

    >>> names = enumerated([Markup("a"), Markup("b"), Markup("c")])
    >>> str(names.en), str(names.zh)
    ('a, b and c', 'a、b和c')
    """
    chinese = "和".join(filter(None, ["、".join(names[:-1]), *names[-1:]]))
    return Names(Markup(listed(names)), Markup(chinese), len(names))


def network(name: str, *, converged: bool = True, reads: str = "") -> Markup:
    """Return a network's name, the encoder that it reads, and the sign where it did not converge."""
    shown = JOINED.format(named(name), Markup("<small>({})</small>").format(named(reads))) if reads else named(name)
    return shown if converged else JOINED.format(shown, SIGN)
