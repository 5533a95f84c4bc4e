"""The data of the playground: copies of networks, Bayes-optimal taggers, names and colours of the networks."""

from markupsafe import Markup

from rnnbench.report.figures.style import printable, styles
from rnnbench.report.page.packing import Demo, packed
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.names import MAX_LENGTH, name_of

ELSEWHERE = ("disagreements", "architectures", "all_labels")
"""What the details show of a part, and the playground does not."""


def data(tables: Tables, demo: Demo) -> Markup:
    """Return the data of playground.js, packed."""
    colours = {name: style.colour for name, style in styles(tables).items()}
    parts = [{name: value for name, value in part.items() if name not in ELSEWHERE} for part in demo]
    names = {name: printable(name_of(name), MAX_LENGTH) for name in _identifiers(demo)}
    return Markup(packed({"parts": parts, "colours": colours, "names": names}))


def has_exact_answers(demo: Demo) -> bool:
    """Return whether the Bayes-optimal tagger of a task can answer."""
    return any(part["oracle"] for part in demo)


def _identifiers(demo: Demo) -> set[str]:
    """Return the identifiers of all encoders and networks."""
    encoders = [encoder for part in demo for encoder in part["encoders"]]
    networks = {network["architecture"] for encoder in encoders for network in encoder["networks"]}
    return networks | {encoder["encoder"] for encoder in encoders}
