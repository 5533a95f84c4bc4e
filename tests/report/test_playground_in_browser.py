"""The networks and the oracle of the playground answer as those of the package; hostile words change nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpers.browser import Visitor
from helpers.playground_page import EMBEDDING, copied_runs, randomize_weights, train
from helpers.small_benchmark import make_tables
from rnnbench.data.batches import encode
from rnnbench.data.corpus import split_of_words
from rnnbench.evaluation.scoring import predict
from rnnbench.report.build import build_report
from rnnbench.report.demo.networks import NetworkCopy
from rnnbench.report.demo.pack import LETTERS, part_of
from rnnbench.report.demo.rounding import round_network

SENTENCES = ["leave taipei on november 2nd", "fly to gandalf zürich o'hare 42 ﬁnland ünbekannt"]
"""Words of the training split and others: with accents, signs and ligatures, and without letters."""
READ_ROWS = """rows => rows.map(row => [
    row.dataset.row ?? row.querySelector("th bdi").title,
    [...row.querySelectorAll("td")].map(cell => Number(cell.dataset.value)),
])"""
Answers = Mapping[str, list[dict[str, float]]]
"""By row, for each word: the probability of each label that is shown."""


def by_torch(copy: NetworkCopy, words: list[str]) -> np.ndarray[Any, Any]:
    """Return torch's output for a sentence, (T, K), with weights rounded as in the page."""
    split = split_of_words([(words, [copy.corpus.labels[0]] * len(words))])
    encoded = encode(split, copy.feature_index, copy.corpus.labels, window=copy.network.window)
    return predict(copy.predictor(round_network(copy).weights), encoded)[0, 0]


def typed(page: Page, sentence: str) -> None:
    """Type a sentence, and wait for its answer."""
    page.locator("#playground-text").fill(sentence)
    expect(page.locator("#playground caption").first).to_have_text(f"“{sentence}”")


def by_page(page: Page, sentence: str) -> Answers:
    """Return the page's output for a sentence."""
    typed(page, sentence)
    by_row: dict[str, list[dict[str, float]]] = {}
    for place in range(len(sentence.split())):
        page.locator(f'#playground button[data-place="{place}"]').click()
        expect(page.locator(f'#playground button[data-place="{place}"]')).to_have_attribute("aria-pressed", "true")
        heads = page.locator("#playground table.numbers thead th[data-label]")
        labels = heads.evaluate_all("heads => heads.map(head => head.dataset.label)")
        for name, values in page.locator("#playground table.numbers tbody tr").evaluate_all(READ_ROWS):
            by_row.setdefault(name, []).append(dict(zip(labels, values, strict=False)))
    return by_row


def assert_close(shown: list[dict[str, float]], expected: Any, labels: Sequence[str], *, atol: float) -> None:
    """Assert that the probabilities of a row are the expected ones (T, K); labels that are not shown have little."""
    for probabilities, row in zip(shown, expected, strict=True):
        for label, value in zip(labels, row, strict=True):
            assert probabilities.get(label, 0.0) == pytest.approx(value, abs=atol if label in probabilities else 0.006)


@dataclass(frozen=True)
class Experiment:
    """A page with a playground, and the runs whose copies it has, by encoder."""

    html: str
    copies: dict[str, list[NetworkCopy]]


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        plan = train(encoders=["one_of_n", "one_of_n_other", "letter_trigram", EMBEDDING])
        randomize_weights(plan)
        copies = copied_runs(plan)
        parts = [part_of(copies["one_of_n"][0].runs.task, copies, letters=100_000_000)]
        yield Experiment(build_report(make_tables(), {}, drawn=[], demo=parts), copies)


@pytest.mark.parametrize("encoder", ["one_of_n", "one_of_n_other", "letter_trigram", "embedding"])
def test_every_network_answers_as_it_does_in_torch(experiment: Experiment, visit: Visitor, encoder: str) -> None:
    opened = visit(experiment.html, address=f"#playground?encoder={encoder}&text=leave")
    for sentence in SENTENCES:
        answers, copies = by_page(opened.page, sentence), experiment.copies[encoder]
        assert {copy.runs.names["architecture"] for copy in copies} <= answers.keys()
        for copy in copies:
            # Weights are the same; torch counts in float32, over large weights and several layers.
            expected = by_torch(copy, sentence.split())
            assert_close(answers[copy.runs.names["architecture"]], expected, copy.corpus.labels, atol=1e-3)
    assert opened.errors == []


def test_the_oracle_answers_as_the_automaton_does(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    task = experiment.copies["one_of_n"][0].runs.task
    drawn = islice(task.automaton.samples(np.random.default_rng(0)), 6)
    for sentence in (" ".join(one.words) for one in drawn):
        answers, (labels, expected) = by_page(page, sentence), task.explain(sentence.split())
        for row in ("sentence", "prefix"):
            assert_close(answers[row], expected[row], labels, atol=1e-9)


@pytest.mark.parametrize(
    ("sentence", "english", "chinese"),
    [
        ("leave mordor", "Word 2, “\u2068mordor\u2069”, is not a word of it", "第2个词“\u2068mordor\u2069”不是它的词"),
        ("taipei taipei taipei", "Word 3, “\u2068taipei\u2069”, cannot stand there", "不能出现在那里"),
        ("i want to", "It stops too early", "它结束得太早"),
    ],
)
@pytest.mark.parametrize("chosen", ["en", "zh"])
def test_says_why_there_is_no_exact_answer(
    experiment: Experiment, visit: Visitor, sentence: str, english: str, chinese: str, chosen: str
) -> None:
    page = visit(experiment.html, address=f"?lang={chosen}#playground?text=leave").page
    typed(page, sentence)
    text = page.locator("#playground-page").inner_text()
    assert (english in text, chinese in text) == (chosen == "en", chosen == "zh")
    assert page.locator("#playground tbody.exact").count() == 0


def test_opens_with_the_first_sentence_of_the_pair_and_shows_the_other(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html).page
    page.locator("#playground").scroll_into_view_if_needed()
    text, captions = page.locator("#playground-text"), page.locator("#playground caption")
    expect(text).to_have_value("arrive taipei on november 2nd")
    assert captions.all_inner_texts() == ["“arrive taipei on november 2nd”"]
    page.get_by_role("button", name="leave taipei on november 2nd").click()
    expect(captions.first).to_have_text("“leave taipei on november 2nd”")
    assert "text=leave+taipei" in page.url


def test_the_address_keeps_encoder_and_sentence(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    page.locator("#playground-text").fill("leave a&b? 50%")
    chosen = page.get_by_role("button", name="word hashing")
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(chosen).to_be_focused()
    page.reload()
    expect(page.locator("#playground-text")).to_have_value("leave a&b? 50%")
    expect(chosen).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("encoder", "note", "reading"),
    [
        ("one_of_n", "unknown word", "networks read nothing, a vector of zeros"),
        ("one_of_n_other", "unknown word", "networks read the dimension “other”"),
        ("embedding", "unknown word", "networks read the vector of “other”"),
    ],
)
def test_says_what_is_read_of_an_unknown_word(
    experiment: Experiment, visit: Visitor, encoder: str, note: str, reading: str
) -> None:
    page = visit(experiment.html, address=f"#playground?encoder={encoder}&text=leave").page
    typed(page, "leave mordor")
    heads = page.locator("#playground thead th").all_inner_texts()
    assert [" ".join(head.split()) for head in heads] == ["network", "leave", f"mordor {note}"]
    expected = f"“\u2068mordor\u2069” is in no training sentence: {reading}."
    assert page.locator("#playground .readings li").all_inner_texts() == [expected]


def test_lists_the_trigrams_that_are_read(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?encoder=letter_trigram&text=leave").page
    typed(page, "fly to gandalf 42")
    index = experiment.copies["letter_trigram"][0].feature_index.index
    trigrams = ["#ga", "gan", "and", "nda", "dal", "alf", "lf#"]
    known, unknown = [t for t in trigrams if t in index], [t for t in trigrams if t not in index]
    assert known
    assert unknown
    gandalf, number = page.locator("#playground .readings li").all_inner_texts()[-2:]
    assert f"networks read {len(known)} letter trigrams of it: {' '.join(known)}" in gandalf
    assert f"no training word has {' '.join(unknown)}" in gandalf
    assert "networks read nothing of it, a vector of zeros; it has no letter trigram" in number


def test_words_without_room_are_named(experiment: Experiment, visit: Visitor) -> None:
    corpus = experiment.copies["one_of_n"][0].corpus
    part = part_of(experiment.copies["one_of_n"][0].runs.task, experiment.copies, LETTERS // 2)
    html = build_report(make_tables(), {}, drawn=[], demo=[part])
    kept = {encoder["encoder"]: encoder["kept"] for encoder in part["encoders"]}
    assert 0 < kept["one_of_n"] < len(part["words"]) == len(set(corpus.splits["train"].inputs))
    rare = part["words"][kept["one_of_n"]]
    page = visit(html, address="#playground?encoder=one_of_n&text=leave").page
    typed(page, f"{part['words'][0]} {rare}")
    assert page.locator("#playground .strange").all_inner_texts() == ["left out of this page"]
    page.locator("#playground summary").click()
    expect(page.locator("#playground details p")).to_contain_text(part["words"][-1])
    shown = page.locator("#playground details p").inner_text().replace("\u2068", "").replace("\u2069", "").split()
    assert shown == part["words"][kept["one_of_n"] :]


def test_every_text_is_in_both_languages(experiment: Experiment, visit: Visitor) -> None:
    for encoder in experiment.copies:
        page = visit(experiment.html, address=f"?lang=zh#playground?encoder={encoder}&text=fly%20gandalf%2042").page
        page.locator('#playground button[data-place="1"]').click()
        texts = page.locator("#playground").evaluate(
            """root => {
                const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                const texts = [];
                while (walker.nextNode()) {
                    const parent = walker.currentNode.parentElement;
                    const isName = parent.closest("bdi, td, .zh, caption.unseen, script");
                    if (parent.checkVisibility() && !isName) texts.push(walker.currentNode.data);
                }
                return texts;
            }"""
        )
        assert not [text for text in texts if re.search("[A-Za-z]", text)]


def test_hostile_words_change_nothing(experiment: Experiment, visit: Visitor) -> None:
    opened = visit(experiment.html, address="#playground?text=leave")
    for encoder in ("1-of-N", "word hashing"):
        opened.page.get_by_role("button", name=encoder, exact=True).click()
        words = [
            "<script>alert(1)</script>",
            "</input><img/src=x/onerror=alert(1)>",
            "\u202egnp",
            "y" * 9999,
            "__proto__",
        ]
        opened.page.locator("#playground-text").fill(" ".join(words))
        expect(opened.page.locator("#playground caption").first).to_contain_text("__proto__")
        assert opened.page.locator("img, script:not([type])").count() == 0
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert opened.errors == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier(experiment: Experiment, visit: Visitor, colours: Literal["light", "dark"]) -> None:
    page = visit(experiment.html, address="#playground?text=leave%20mordor", colours=colours).page
    page.locator('#playground button[data-place="1"]').click()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()


def test_words_are_chosen_by_keyboard(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave%20taipei").page
    button = page.locator('#playground button[data-place="1"]')
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#playground table.numbers caption")).to_contain_text("taipei")
    expect(button).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_is_never_wider_than_the_window(experiment: Experiment, visit: Visitor, width: int) -> None:
    page = visit(
        experiment.html, width=width, address="#playground?text=leave%20mordor%20taipei%20" + "on%20" * 30
    ).page
    page.locator('#playground button[data-place="1"]').click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_the_page_says_where_the_answers_are(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, scripted=False).page
    assert "This needs JavaScript" in page.locator("#playground").inner_text()
