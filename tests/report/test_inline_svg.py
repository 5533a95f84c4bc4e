"""Pictures on the page: phrases in both languages, identifiers as names for readers."""

from xml.etree import ElementTree

from rnnbench.report.figures.svg import drawing, label
from rnnbench.report.page.inline_svg import inline
from rnnbench.report.views.convergence import marked
from rnnbench.report.wording.languages import PHRASES


def texts(*words: str) -> list[ElementTree.Element]:
    figure = drawing(10, 10, [label(word, 0, 0) for word in words])
    return list(ElementTree.fromstring(inline(figure.svg, prefix="p-", label="x")).iter("text"))


def test_a_phrase_stands_there_in_both_languages() -> None:
    english, chinese = texts("training step")
    assert (english.text, english.get("class")) == ("training step", "en")
    assert (chinese.text, chinese.get("class"), chinese.get("lang")) == (PHRASES["training step"], "zh", "zh-Hans")
    assert english.get("x") == chinese.get("x")


def test_an_identifier_becomes_a_name_that_keeps_its_sign() -> None:
    plain, unfinal = texts("bidirectional_lstm", marked("lstm", converged=False))
    assert plain.text == "bidirectional LSTM"
    assert [child.text for child in plain] == ["bidirectional_lstm"], "the tooltip"
    assert unfinal.text == marked("LSTM", converged=False)


def test_other_words_stay_as_they_are() -> None:
    (text,) = texts("mine <b>")
    assert (text.text, text.get("class")) == ("mine <b>", None)
