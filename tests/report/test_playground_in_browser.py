"""The networks and the oracle of the playground answer as those of the package; hostile words change nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpers.browser import Visitor
from helpers.playground_page import EMBEDDING, copied_runs, demo, randomize_weights, train
from helpers.small_benchmark import make_tables
from rnnbench.data.batches import encode
from rnnbench.data.corpus import split_of_words
from rnnbench.evaluation.scoring import predict
from rnnbench.report.build import build_report
from rnnbench.report.demo.networks import NetworkCopy
from rnnbench.training.engines.eager import TorchPredictor

SENTENCES = ["leave taipei on november 2nd", "mordor please arrive"]


def by_torch(copy: NetworkCopy, words: list[str], *, rounded: bool) -> np.ndarray[Any, Any]:
    """Return torch's output for a sentence, (T, K), with weights rounded as in the page or as they were trained."""
    dtypes = (np.float16, np.float32) if rounded else (np.float32,)
    weights = copy.weights
    for dtype in dtypes:
        weights = {name: values.astype(dtype) for name, values in weights.items()}
    predictor = TorchPredictor(copy.network, {name: torch.from_numpy(values)[None] for name, values in weights.items()})
    split = split_of_words([(words, [copy.corpus.labels[0]] * len(words))])
    encoded = encode(split, copy.built[0], copy.corpus.labels, window=copy.network.window)
    return predict(predictor, encoded)[0, 0]


def typed(page: Page, sentence: str) -> None:
    """Type a sentence, and wait for its answer."""
    page.locator("#playground-text").fill(sentence)
    expect(page.locator("#playground caption").first).to_have_text(f"“{sentence}”")


def by_page(page: Page, sentence: str) -> Mapping[str, np.ndarray[Any, Any]]:
    """Return the page's output for a sentence, (T, K) for each row of its tables."""
    typed(page, sentence)
    by_row: dict[str, list[list[float]]] = {}
    for place in range(len(sentence.split())):
        page.locator(f'#playground button[data-place="0-{place}"]').click()
        for row in page.locator("#playground table.numbers tbody tr").all():
            values = row.locator("td").evaluate_all("cells => cells.map(cell => Number(cell.dataset.value))")
            by_row.setdefault(row.locator("th").inner_text(), []).append(values)
    return {name: np.array(rows) for name, rows in by_row.items()}


@dataclass(frozen=True)
class Experiment:
    """A page with a playground, and the runs whose copies it has."""

    html: str
    copies: list[NetworkCopy]


@pytest.fixture(scope="module", params=["learned_embedding", "one_of_n_other"])
def experiment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    encoder = EMBEDDING if request.param == "learned_embedding" else request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        plan = train(encoders=[encoder])
        randomize_weights(plan)
        yield Experiment(build_report(make_tables(), {}, drawn=[], demo=demo(plan)), copied_runs(plan))


def test_every_network_answers_as_it_does_in_torch(experiment: Experiment, visit: Visitor) -> None:
    opened = visit(experiment.html, address="#playground?text=leave")
    for sentence in SENTENCES:
        answers = by_page(opened.page, sentence)
        assert {copy.runs.names["architecture"] for copy in experiment.copies} <= answers.keys()
        for copy in experiment.copies:
            # Weights are the same 16 bits; torch counts in float32, over large weights and several layers.
            expected = by_torch(copy, sentence.split(), rounded=True)
            np.testing.assert_allclose(answers[copy.runs.names["architecture"]], expected, atol=1e-3)
    assert opened.errors == []


def test_the_oracle_answers_as_the_automaton_does(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    task = experiment.copies[0].runs.task
    drawn = islice(task.automaton.samples(np.random.default_rng(0)), 6)
    for sentence in (" ".join(one.words) for one in drawn):
        answers, (labels, expected) = by_page(page, sentence), task.explain(sentence.split())
        order = [labels.index(label) for label in experiment.copies[0].corpus.labels]
        whole, before = answers["the oracle, seeing the whole sentence"], answers["the oracle, up to the word"]
        np.testing.assert_allclose(whole, expected["sentence"][:, order], atol=1e-9)
        np.testing.assert_allclose(before, expected["prefix"][:, order], atol=1e-9)


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("leave mordor", "Word 2, “mordor”, is not a word of it"),
        ("taipei taipei taipei", "Word 3, “taipei”, cannot stand there"),
        ("i want to", "It stops too early"),
    ],
)
def test_says_why_there_is_no_exact_answer(experiment: Experiment, visit: Visitor, sentence: str, problem: str) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    typed(page, sentence)
    assert problem in page.locator("#playground-page").inner_text()
    assert "the oracle" not in page.locator("#playground-page").inner_text()


def test_opens_with_the_pair_and_comes_back_to_it(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html).page
    page.locator("#playground").scroll_into_view_if_needed()
    text = page.locator("#playground-text")
    pair = "arrive taipei on november 2nd\nleave taipei on november 2nd"
    expect(text).to_have_value(pair)
    assert page.locator("#playground caption").all_inner_texts() == [f"“{line}”" for line in pair.splitlines()]
    text.fill("leave mordor")
    page.get_by_role("button", name="The lecture's pair").click()
    expect(text).to_have_value(pair)


def test_the_address_keeps_what_was_typed(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    page.locator("#playground-text").fill("leave a&b? 50%\narrive")
    page.reload()
    expect(page.locator("#playground-text")).to_have_value("leave a&b? 50%\narrive")


def test_unknown_words_are_marked(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, address="#playground?text=leave").page
    typed(page, "leave mordor")
    heads = page.locator("#playground thead th").all_inner_texts()
    assert [" ".join(head.split()) for head in heads] == ["architecture", "leave", "mordor unknown word"]


def test_hostile_words_change_nothing(experiment: Experiment, visit: Visitor) -> None:
    opened = visit(experiment.html, address="#playground?text=leave")
    words = [
        "<script>alert(1)</script>",
        '"onload="alert(1)',
        "</textarea><img/src=x/onerror=alert(1)>",
        "\u202egnp",
        "y" * 9999,
    ]
    opened.page.locator("#playground-text").fill("\n".join(words))
    caption = opened.page.locator("#playground caption").first
    expect(caption).to_have_text("“<script>alert(1)</script>”")
    assert opened.page.locator("img, script:not([type])").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert opened.errors == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier(experiment: Experiment, visit: Visitor, colours: Literal["light", "dark"]) -> None:
    page = visit(experiment.html, address="#playground?text=leave%20mordor", colours=colours).page
    page.locator('#playground button[data-place="0-1"]').click()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()


def test_without_a_script_the_page_says_where_the_answers_are(experiment: Experiment, visit: Visitor) -> None:
    page = visit(experiment.html, scripted=False).page
    assert "This needs JavaScript" in page.locator("#playground").inner_text()
