"""How each encoder reads a word, in a line with an example of the corpus; and what a word costs it."""

from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.encoders.letter_trigram import BOUNDARY, LETTERS, trigrams
from rnnbench.report.figures.heatmap import count
from rnnbench.report.figures.style import printable
from rnnbench.report.page.languages import bilingual
from rnnbench.report.page.names import named
from rnnbench.report.page.table import whole
from rnnbench.report.views import encoder_comparison, queries
from rnnbench.report.views.blocks import scores_by_block
from rnnbench.report.views.examples import labelled, pivot, sentences
from rnnbench.report.views.queries import Tables, at, of_task

LEAST_LETTERS, MOST_LETTERS = 4, 9
"""How many letters the word of the examples has, so that its trigrams fit on a line."""


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
    return [
        Reading(
            row["encoder"],
            _known(row, word),
            _unknown(row, word),
            _collisions(row),
            weights(tables, task, row["encoder"]),
        )
        for row in rows[rows["kind"] != "raw"].to_dict("records")
    ]


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
    return LEAST_LETTERS <= len(word) <= MOST_LETTERS and LETTERS >= set(word.lower())


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


def _has_boundary(row: dict) -> bool:
    """Return whether an encoder of letter trigrams marks where a word ends: its dimension says so."""
    return row["dimension"] > len(LETTERS) ** 3


def _code(*parts: str) -> Markup:
    return Markup(" ").join(Markup("<code>{}</code>").format(printable(part)) for part in parts)


def _known(row: dict, word: str) -> Markup:
    """Return how a word that training has is read, in a line."""
    size, shown = whole(row["dimension"]), _code(word)
    if row["kind"] == "letter_trigram":
        parts = trigrams(word, boundary=_has_boundary(row))
        if not word:
            return bilingual("Three letters at a time.", "每三个字母一组。")
        marks = (
            bilingual(" {mark} marks where it begins and ends.", " {mark}标出词的开头和结尾。", mark=_code(BOUNDARY))
            if _has_boundary(row)
            else ""
        )
        text = bilingual(
            "Three letters at a time: {word} is {parts}.",
            "每三个字母一组：{word}是{parts}。",
            word=shown,
            parts=_code(*parts),
        )
        return text + marks
    if row["kind"] == "learned_embedding":
        if not word:
            return bilingual(
                "A list of numbers for each word, trained with the network.", "每个词一串数，随网络一起训练。"
            )
        return bilingual(
            "{word} has a list of numbers of its own, trained with the network.",
            "{word}有自己的一串数，随网络一起训练。",
            word=shown,
        )
    if row["kind"] not in ("one_of_n", "one_of_n_other"):
        return bilingual("See its card.", "见它的卡片。")
    other = row["kind"] == "one_of_n_other"
    extra = bilingual(" One of them is “other”.", "其中一个是“other”。") if other else ""
    if not word:
        return bilingual("One of {size} numbers is 1.", "{size}个数里有一个是1。", size=size) + extra
    return (
        bilingual(
            "One of {size} numbers is 1: that of {word}.", "{size}个数里只有{word}那一个是1。", size=size, word=shown
        )
        + extra
    )


def _unknown(row: dict, word: str) -> Markup:
    """Return what a word is that training has not, in a line."""
    wrong = _code(misspelt(word)) if word else Markup("")
    if row["kind"] == "letter_trigram":
        if not word:
            return bilingual("The trigrams that training has.", "训练里有的那些三字母组。")
        parts, total = kept(word, boundary=_has_boundary(row))
        if not parts:
            return bilingual(
                "{wrong} keeps none of its {n} trigrams.", "{wrong}原来的{n}组一组也没留下。", wrong=wrong, n=total
            )
        return bilingual(
            "{wrong} keeps {parts}, {k} of {n}; a trigram that training has not is ignored.",
            "{wrong}还留着{parts}，{n}组里的{k}组；训练里没有的组不算。",
            wrong=wrong,
            parts=_code(*parts),
            k=len(parts),
            n=total,
        )
    if row["kind"] == "one_of_n":
        return bilingual(
            "{wrong} is nothing: all numbers are 0.", "{wrong}什么也不是：所有数都是0。", wrong=wrong or _any()
        )
    if row["kind"] == "one_of_n_other":
        return bilingual(
            "{wrong} is “other”. In training, rare words are read so now and then.",
            "{wrong}是“other”。训练时偶尔也把少见的词读成它。",
            wrong=wrong or _any(),
        )
    if row["kind"] == "learned_embedding":
        return bilingual(
            "{wrong} is “other”, with trained numbers of its own.",
            "{wrong}是“other”，它也有一串训练出来的数。",
            wrong=wrong or _any(),
        )
    return Markup("–")


def _any() -> Markup:
    return bilingual("It", "它")


def _collisions(row: dict) -> Markup:
    """Return how many training words share their code with another, on average over seeds."""
    n, words = row["collisions"], whole(row["training_words"])
    if n <= 0:
        return bilingual("none of {words}", "{words}个词里没有", words=words)
    shown = whole(n) if n >= 1 else f"{n:.1f}"
    return bilingual("{n} of {words}", "{words}个词里有{n}个", n=shown, words=words)


def weights(tables: Tables, task: str, encoder: str) -> Markup:
    """Return how many weights read the input, over the networks that all encoders have: the fewest and the most."""
    scores = scores_by_block(tables, task, "test", encoder_comparison.metric_of(tables, task) or "")
    networks = encoder_comparison.shared_networks(scores)
    counts = at(queries.parameters(tables)["parameters_input"], task=task, encoder=encoder)
    counts = counts[counts.index.isin(networks)].sort_values(kind="stable")
    if counts.empty:
        return Markup("–")
    least, most = counts.index[0], counts.index[-1]
    fewest = Markup("<bdi>{}</bdi> ({})").format(count(float(counts.iloc[0])), named(least))
    if counts.iloc[0] == counts.iloc[-1]:
        return fewest
    largest = Markup("<bdi>{}</bdi> ({})").format(count(float(counts.iloc[-1])), named(most))
    return bilingual("{a} to {b}", "{a}到{b}", a=fewest, b=largest)
