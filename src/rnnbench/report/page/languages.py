"""Texts in two languages: both stand in the page, and the language of the page says which one is shown."""

from markupsafe import Markup

from rnnbench.report.figures.style import printable

MAX_LENGTH = 300
"""Largest number of characters of a value inside a text."""
BOTH = Markup('<span class="en">{}</span><span class="zh" lang="zh-Hans">{}</span>')


def bilingual(english: str, chinese: str, **values: object) -> Markup:
    """Return a text in English and in Chinese as HTML; style.css shows that of the page's language.

    The texts are our own HTML with `{name}` where a value stands; values are texts from outside.

    >>> print(bilingual("{n} runs", "{n}个运行", n="<2>"))
    <span class="en"><bdi>&lt;2&gt;</bdi> runs</span><span class="zh" lang="zh-Hans"><bdi>&lt;2&gt;</bdi>个运行</span>
    """
    shown = {name: value if isinstance(value, Markup) else _isolated(value) for name, value in values.items()}
    return BOTH.format(Markup(english).format(**shown), Markup(chinese).format(**shown))


def _isolated(value: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(printable(str(value), MAX_LENGTH))
