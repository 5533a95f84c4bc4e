"""How each encoder reads a word, in a line with an example of the corpus; and what a word costs it."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.encoders.letter_trigram import BOUNDARY, LETTERS, trigrams
from rnnbench.report.figures.heatmap import count
from rnnbench.report.figures.style import printable
from rnnbench.report.page.table import whole
from rnnbench.report.views import encoder_comparison, queries
from rnnbench.report.views.blocks import scores_by_block
from rnnbench.report.views.examples import labelled, pivot, sentences
from rnnbench.report.views.queries import Column, Tables, at, of_task
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named

LEAST_LETTERS, MOST_LETTERS = 4, 9
"""How many letters the word of the examples has, so that its trigrams fit on a line."""


NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Reading:
    """How an encoder reads a word that training has and one that it has not, and what that costs."""

    encoder: str
    known: Markup
    unknown: Markup
    collisions: Markup
    weights: Markup


def readings(tables: Tables, task: str) -> list[Reading]:
    """Return how each encoder of a task reads its words."""
    word = example(tables, task)
    rows = of_task(tables["encoders"], task)
    counts = input_weights(tables, task)
    return [_reading(row, word, counts) for row in rows[rows["kind"] != "raw"].to_dict("records")]


def _reading(row: dict, word: str, counts: Column) -> Reading:
    known, unknown = READS.get(row["kind"], _other_kind)(row, word)
    return Reading(row["encoder"], known, unknown, _collisions(row), _weights(at(counts, encoder=row["encoder"])))


def example(tables: Tables, task: str) -> str:
    """Return a word of the task's examples: the one that the first two sentences share, else the longest short one.

    The empty string where no word has LEAST_LETTERS to MOST_LETTERS of the letters a to z, and nothing else.
    """
    examples = of_task(tables["showcase"], task)
    if examples.empty:
        return ""
    steps = sentences(examples)["input"]
    place = pivot(examples) if labelled(examples) else None
    words = [steps[0, place]] if place is not None else []
    words += sorted(dict.fromkeys(steps), key=lambda word: -len(word))
    return next((word for word in words if _fits(word)), "")


def _fits(word: str) -> bool:
    return LEAST_LETTERS <= len(word) <= MOST_LETTERS and set(word.lower()) <= LETTERS


def misspelt(word: str) -> str:
    """Return a word with one wrong letter, the one in its middle.

    >>> misspelt("taipei"), misspelt("aqua")
    ('taiqei', 'aqxa')
    """
    middle = len(word) // 2
    return word[:middle] + ("x" if "q" in word else "q") + word[middle + 1 :]


def kept(word: str, *, boundary: bool) -> tuple[list[str], int]:
    """Return the trigrams that a word shares with itself misspelt, and the number of all its trigrams.

    >>> kept("taipei", boundary=True)
    (['#ta', 'tai', 'ei#'], 6)
    """
    all_of_it = list(dict.fromkeys(trigrams(word, boundary=boundary)))
    wrong = trigrams(misspelt(word), boundary=boundary)
    return [part for part in all_of_it if part in wrong], len(all_of_it)


def _code(*parts: str) -> Markup:
    return Markup(" ").join(Markup("<code>{}</code>").format(printable(part)) for part in parts)


def _one_of_n(row: dict, word: str) -> tuple[Markup, Markup]:
    return _one_number(row, word), bilingual(
        "{wrong} is nothing: all numbers are 0.", "{wrong}什么也不是：所有数都是0。", wrong=_wrong(word)
    )


def _one_of_n_other(row: dict, word: str) -> tuple[Markup, Markup]:
    known = _one_number(row, word) + bilingual(" The last one is for “other”.", "最后一个留给“other”。")
    return known, bilingual(
        "{wrong} is “other”. In training, rare words are read so now and then.",
        "{wrong}是“other”。训练时偶尔也把少见的词读成它。",
        wrong=_wrong(word),
    )


def _one_number(row: dict, word: str) -> Markup:
    size = whole(row["dimension"])
    if not word:
        return bilingual("One of {size} numbers is 1.", "{size}个数里有一个是1。", size=size)
    return bilingual(
        "One of {size} numbers is 1: that of {word}.", "{size}个数里只有{word}那一个是1。", size=size, word=_code(word)
    )


def _learned_embedding(_: dict, word: str) -> tuple[Markup, Markup]:
    known = bilingual(
        "{word} has a list of numbers of its own, trained with the network.",
        "{word}有自己的一串数，随网络一起训练。",
        word=_code(word) if word else bilingual("Each word", "每个词"),
    )
    return known, bilingual(
        "{wrong} is “other”, with trained numbers of its own.",
        "{wrong}是“other”，它也有一串训练出来的数。",
        wrong=_wrong(word),
    )


def _letter_trigram(row: dict, word: str) -> tuple[Markup, Markup]:
    if not word:
        known = bilingual("Three letters at a time.", "每三个字母一组。")
        return known, bilingual("It keeps the trigrams that training has.", "训练里有的三字母组还在。")
    boundary = row["dimension"] > len(LETTERS) ** 3  # the marks are letters, too
    known = bilingual(
        "Three letters at a time: {word} is {parts}.",
        "每三个字母一组：{word}是{parts}。",
        word=_code(word),
        parts=_code(*dict.fromkeys(trigrams(word, boundary=boundary))),
    )
    if boundary:
        known += bilingual(
            " {mark} marks where it begins and ends.", "{mark}标出词的开头和结尾。", mark=_code(BOUNDARY)
        )
    parts, total = kept(word, boundary=boundary)
    return known, bilingual(
        "{wrong} keeps {k} of {n}: {parts}. What training never had is ignored.",
        "{wrong}还留着{n}组里的{k}组：{parts}。训练里没有的组不算。",
        wrong=_wrong(word),
        k=len(parts),
        n=total,
        parts=_code(*parts) if parts else Markup(NOTHING),
    )


READS: dict[str, Callable[[dict, str], tuple[Markup, Markup]]] = {
    "one_of_n": _one_of_n,
    "one_of_n_other": _one_of_n_other,
    "letter_trigram": _letter_trigram,
    "learned_embedding": _learned_embedding,
}
"""Kind of an encoder -> how it reads a word that training has, and one that it has not."""


def _other_kind(_: dict, __: str) -> tuple[Markup, Markup]:
    return bilingual("See its card.", "见它的卡片。"), Markup(NOTHING)


def _wrong(word: str) -> Markup:
    return _code(misspelt(word)) if word else bilingual("It", "它")


def _collisions(row: dict) -> Markup:
    """Return how many training words share their code with another, on average over seeds."""
    n, words = row["collisions"], whole(row["training_words"])
    if n <= 0:
        return bilingual("none of {words} words share a code", "{words}个词的编码都不同", words=words)
    shown = whole(n) if n >= 1 else f"{n:.1f}"
    return bilingual("{n} of {words} words share a code", "{words}个词里有{n}个编码相同", n=shown, words=words)


def input_weights(tables: Tables, task: str) -> Column:
    """Return how many weights read the input, by encoder and architecture, of the networks that all encoders have."""
    scores = scores_by_block(tables, task, "test", encoder_comparison.metric_of(tables, task) or "")
    networks = encoder_comparison.shared_networks(scores)
    runs = of_task(tables["runs"], task)
    counts = at(queries.parameters(tables | {"runs": runs})["parameters_input"], task=task)
    return counts[counts.index.get_level_values("architecture").isin(networks)]


def _weights(counts: Column) -> Markup:
    """Return the fewest and the most of the input weights of an encoder, by architecture, in words."""
    if counts.empty:
        return Markup(NOTHING)
    fewest, most = (
        Markup("<bdi>{}</bdi> ({})").format(count(float(counts[name])), named(name))
        for name in (counts.idxmin(), counts.idxmax())
    )
    return fewest if counts.min() == counts.max() else bilingual("{a} to {b}", "{a}到{b}", a=fewest, b=most)
