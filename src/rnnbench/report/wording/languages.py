"""Texts in two languages: both stand in the page, and the language of the page says which one is shown."""

from markupsafe import Markup

from rnnbench.report.figures.style import printable

MAX_LENGTH = 300
"""Largest number of characters of a value inside a text."""
PHRASES = {
    "training step": "训练步数",
    "training steps": "训练步数",
    "training sentences": "训练句数",
    "training sequences": "训练序列数",
    "test score": "测试得分",
    "share of blocks": "种子的比例",
    "no curve": "没有曲线",
    "parameters": "参数量",
    "architecture": "架构",
    "encoder": "编码",
    "score": "得分",
    "gap": "差距",
    "loss": "损失",
    "token accuracy": "词准确率",
    "slot accuracy": "槽准确率",
    "sequence accuracy": "整句准确率",
    "pair accuracy": "句对准确率",
    "calibrated score": "校准得分",
    "delay": "延迟",
    "length": "长度",
    "oracle": "最优",
    "times the length in training": "训练长度的倍数",
}
"""The words that our own pictures write -> their Chinese. Another text stays as it is in both languages."""
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


def phrase(english: str) -> Markup:
    """Return a phrase of PHRASES in both languages; another text as it is.

    >>> print(phrase("slot F1"))
    <span class="en"><bdi>slot F1</bdi></span><span class="zh" lang="zh-Hans"><bdi>slot F1</bdi></span>
    """
    return bilingual("{en}", "{zh}", en=english, zh=PHRASES.get(english, english))
