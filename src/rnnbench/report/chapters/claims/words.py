"""What the forest plot says of a contrast, in English and in Chinese."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from rnnbench.analysis.claims_in_chinese import REASONS, WHYS
from rnnbench.analysis.contrast_names import ContrastName
from rnnbench.analysis.evidence.scope import Scope
from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.style import printable
from rnnbench.report.sections.overview.claims import OVERALL_IN_CHINESE
from rnnbench.report.wording.languages import BOTH
from rnnbench.report.wording.names import NAMES, named

MAX_LENGTH = 400
"""Largest number of characters of a text from a table."""
METRICS_IN_CHINESE = {
    "token_accuracy": "词准确率",
    "slot_accuracy": "slot准确率",
    "sequence_accuracy": "整句准确率",
    "pair_accuracy": "句对准确率",
    "calibrated_score": "校准得分",
}
SPLITS = {
    "test": ("", ""),
    "train": ("training sentences", "训练句"),
    "validation": ("validation sentences", "验证句"),
    "test_unseen": ("unseen cities", "没见过的城市"),
    "test_typos": ("misspelt cities", "拼错的城市"),
    "test_longer": ("cues further away", "线索更远"),
    "test_patterns": ("new sentence patterns", "新句型"),
    "pairs": ("minimal pairs", "只差一处的句对"),
    "gap": ("train minus test", "训练减测试"),
    "gap_at_end": ("train minus validation at the end", "结束时训练减验证"),
}
"""Split, or a gap in its place -> its name in a few words."""
PHENOMENA = {
    "cue_before": ("cue before", "线索在前"),
    "cue_after": ("cue after", "线索在后"),
    "switch": ("two places, two cues", "两个地点、两个线索"),
    "order": ("known by order alone", "只能靠顺序判断"),
    "correction": ("a place taken back", "改口的地点"),
    "homograph": ("words with two uses", "一词两用"),
    "several_words": ("cities of several words", "几个词的城市"),
    "ambiguous": ("no cue", "没有线索"),
}
SIZES = (
    (r"equal width \((\d+) units\)", "equal width ({} units)", "宽度相同（{}个单元）"),
    (r"equal parameters \(those of (.+)\)", "equal parameters (those of {})", "参数量相同（与{}一样）"),
    (r"equal parameters \((\d+)\)", "equal parameters ({})", "参数量相同（{}个）"),
    (r"equal state size \((\d+) numbers\)", "equal state size ({} numbers)", "状态大小相同（{}个数）"),
)
"""What sizes are matched on, as `Size.matched_on` writes it -> the same in both languages."""


class Text(NamedTuple):
    """A text in both languages, as HTML."""

    english: Markup
    chinese: Markup

    @property
    def html(self) -> Markup:
        """Return the text for the page; what is the same in both languages stands there once."""
        return self.english if self.english == self.chinese else BOTH.format(self.english, self.chinese)


def outside(text: str) -> Text:
    """Return a text from outside, which is the same in both languages."""
    html = Markup("<bdi>{}</bdi>").format(printable(text, MAX_LENGTH))
    return Text(html, html)


def own(english: str, chinese: str) -> Text:
    """Return a text of our own; it may have HTML."""
    return Text(Markup(english), Markup(chinese))


def verdict(name: str) -> Text:
    """Return a verdict in both languages."""
    return own(name, {str(overall): chinese for overall, chinese in OVERALL_IN_CHINESE.items()}[name])


def joined(texts: Sequence[Text], comma: str, chinese_comma: str) -> Text:
    """Return texts one after the other."""
    return Text(
        Markup(comma).join(text.english for text in texts), Markup(chinese_comma).join(text.chinese for text in texts)
    )


def why(text: str, *, published: bool) -> Text:
    """Return why a contrast tests its claim; a reason of the user's own is in the user's words."""
    return _translated(text, WHYS) if published else outside(text)


def reason(text: str) -> Text:
    """Return why differences smaller than a margin do not matter."""
    return _translated(text, REASONS)


def _translated(text: str, chinese: dict[str, str]) -> Text:
    if text not in chinese:
        return outside(text)
    return Text(_with_names(text), _with_names(chinese[text]))


def _with_names(text: str) -> Markup:
    """Return a text with names of networks in place of identifiers.

    >>> print(_with_names("elman_wide has one layer"))
    “<bdi title="elman_wide">Elman, wide</bdi>” has one layer
    """
    parts = re.split(r"([a-z0-9]+(?:_[a-z0-9]+)+)", text)
    return Markup("").join(Markup("“{}”").format(named(part)) if part in NAMES else escape(part) for part in parts)


def sides(name: ContrastName | None, contrast: str) -> Text:
    """Return what is subtracted from what."""
    if name is None:
        return outside(contrast)
    minus = Markup(" \N{MINUS SIGN} {}").format(named(name.second)) if name.second else Markup("")
    html = named(name.first) + minus
    return Text(html, html)


def measured(metric: str, name: ContrastName | None) -> Text:
    """Return what is compared: a metric, on which sentences and slots."""
    english = METRICS.get(metric, printable(metric.replace("_", " ")))
    chinese = METRICS_IN_CHINESE.get(metric, english)
    about = [] if name is None else [_short(name.split, SPLITS), *_phenomena(name)]
    parts = [part for part in about if part.english]
    if not parts:
        return Text(escape(english), escape(chinese))
    where = joined(parts, ", ", "，")
    return Text(Markup("{} ({})").format(english, where.english), Markup("{}（{}）").format(chinese, where.chinese))


def _phenomena(name: ContrastName) -> list[Text]:
    if name.phenomenon == ALL:
        return []
    first = _short(name.phenomenon, PHENOMENA)
    if not name.minus_phenomenon:
        return [first]
    second = _short(name.minus_phenomenon, PHENOMENA)
    return [
        Text(
            Markup("{}, minus {}").format(first.english, second.english),
            Markup("{}，减去{}").format(first.chinese, second.chinese),
        )
    ]


def _short(identifier: str, names: dict[str, tuple[str, str]]) -> Text:
    return own(*names[identifier]) if identifier in names else outside(identifier)


def size(matched_on: str) -> Text:
    """Return what the sizes of networks are matched on."""
    for pattern, english, chinese in SIZES:
        if match := re.fullmatch(pattern, matched_on):
            value = named(match[1])
            return Text(Markup(english).format(value), Markup(chinese).format(value))
    return outside(matched_on)


def place(read: Scope) -> Text:
    """Return on which task a verdict holds, and with what both sides share."""
    task = Markup("<bdi>{}</bdi>").format(printable(read.task))
    shared, with_networks = _shared(read), read.over == "encoder"
    english = Markup("on {}").format(task) + (f" ({read.n_tasks} tasks)" if read.n_tasks > 1 else "")
    chinese = Markup("在{}上").format(task) + (f"（{read.n_tasks}个任务）" if read.n_tasks > 1 else "")
    return Text(
        english + (", with " if with_networks else ", reading ") + shared.english,
        chinese + ("，网络：" if with_networks else "，编码：") + shared.chinese,
    )


def training(read: Scope) -> Text:
    """Return for networks of which size, how many seeds, and how long a training a verdict holds."""
    matched, plateau, n = size(read.matched_on), _plateau(read), read.seeds
    at = Markup("at {}, ").format(matched.english) if read.matched_on else ""
    return Text(
        Markup("{}{}, {}").format(at, "1 seed" if n == 1 else f"{n} seeds", plateau.english),
        Markup("{}{}个种子，{}").format(matched.chinese + "，" if read.matched_on else "", n, plateau.chinese),
    )


def _shared(read: Scope) -> Text:
    if not read.shared:
        unit, measure = ("networks", "种网络") if read.over == "encoder" else ("encoders", "种")
        return own(f"{read.n_shared} {unit}", f"{read.n_shared}{measure}")
    return _listed(read.shared)


def _plateau(read: Scope) -> Text:
    if not read.unfinished:
        return own("trained to a plateau", "训练到不再提升")
    names = _listed(read.unfinished)
    return Text(
        Markup("not all trained to a plateau: {}").format(names.english),
        Markup("没有都训练到不再提升：{}").format(names.chinese),
    )


def _listed(names: tuple[str, ...]) -> Text:
    shown = [named(name) for name in names]
    english = Markup(", ").join(shown[:-1]) + (Markup(" and ") if len(shown) > 1 else Markup("")) + shown[-1]
    return Text(english, Markup("、").join(shown))
