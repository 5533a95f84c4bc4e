"""The chapters on words and on the choice: their numbers are those of the tables, and odd experiments tell no lie."""

import re
from html import unescape

import numpy as np
import pytest

from helpers.grid_tables import make_grid
from helpers.memory_tables import memory_tables
from helpers.report_rows import Page
from helpers.small_benchmark import make_tables
from helpers.word_tables import ENCODERS, NETWORKS, SEEDS, word_tables
from rnnbench.report.build import build_report
from rnnbench.report.chapters.words.readings import example, kept
from rnnbench.report.sections.catalogue import SECTIONS
from rnnbench.report.views.queries import Frame, Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

SPLITS = ("test", "test_unseen", "test_typos")


def chapter(tables: Tables, name: str) -> str:
    """Return the HTML of a chapter; "" where the page has none."""
    found = re.search(rf'<section id="{name}">.*?</section>', build_report(tables, {}, drawn=[]), re.DOTALL)
    return found[0] if found else ""


def without(html: str, language: str) -> str:
    """Return HTML without its texts in a language; spans nest, so they are counted."""
    parts, depth, left_at = [], 0, 0
    for part in re.split(r"(<[^>]+>)", html):
        depth += part.startswith("<span")
        if part.startswith(f'<span class="{language}"') and not left_at:
            left_at = depth
        if not left_at:
            parts.append(part)
        if part == "</span>":
            left_at = 0 if left_at == depth else left_at
            depth -= 1
    return "".join(parts)


def english(html: str) -> str:
    """Return the English text of HTML, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", without(html, "zh"))).split())


@pytest.fixture(scope="module")
def tables() -> Tables:
    return word_tables()


@pytest.fixture(scope="module")
def words(tables: Tables) -> str:
    return chapter(tables, "words")


@pytest.fixture(scope="module")
def choice(tables: Tables) -> str:
    return chapter(tables, "choice")


def by_seed(tables: Tables, task: str, split: str) -> Frame:
    """Return scores, seeds down and networks behind encoders across, from the rows of the table alone."""
    scores = tables["scores"]
    rows = scores[(scores["task"] == task) & (scores["split"] == split)]
    return rows.pivot(index="seed", columns=["encoder", "architecture"], values="value")


def test_scores_of_encoders_are_means_over_networks_and_seeds(tables: Tables, words: str) -> None:
    rows = Page(words).rows
    for encoder in ENCODERS:
        (shown,) = (line for line in rows if line and line[0] == encoder)
        for split, cell in zip(SPLITS, shown[1:4], strict=True):
            values = by_seed(tables, "travel", split)[[(encoder, network) for network in NETWORKS]].mean(axis=1)
            assert cell.startswith(f"{values.mean():.3f} ")
            low, high = map(float, re.findall(r"\d\.\d{3}", cell)[1:3])
            rng = np.random.default_rng(7)
            drawn = rng.choice(values.to_numpy(), (20_000, len(values))).mean(1)
            spread = np.quantile(drawn, 0.975) - np.quantile(drawn, 0.025)
            assert high - low >= spread - 0.002  # the expanded interval is wider than plain percentiles
            assert low <= values.mean() <= high


def test_differences_between_encoders_are_paired_by_seed(tables: Tables, words: str) -> None:
    unseen = by_seed(tables, "travel", "test_unseen").T.groupby(level=0).mean().T
    difference = (unseen["one_of_n_other"] - unseen["learned_embedding"]).mean()
    text = english(words)
    assert f"cities never seen: 1-of-N with “other” is best, {difference:.3f} (" in text
    assert "typos in the cities: word hashing is best" in text
    assert re.search(r"words seen: no difference shown between 1-of-N.* and 1-of-N.*; lower: word hashing \(by", text)
    assert "100 training sentences: 1-of-N is best" in text


def test_words_of_the_corpus_are_read(tables: Tables, words: str) -> None:
    assert example(tables, "travel") == "taipei"
    text = english(words)
    assert "taipei is #ta tai aip ipe pei ei#." in text
    assert "taiqei keeps 3 of 6: #ta tai ei#." in text
    assert "12 of 1,000 words share a code" in text
    assert "155k (bidirectional LSTM)" in text  # 160,000 parameters less 5,000 that do not read the input
    assert kept("taipei", boundary=False) == (["tai"], 4)


def test_reasons_have_the_numbers_of_the_tables(tables: Tables, choice: str) -> None:
    rows = Page(without(choice, "zh")).rows
    reasons = {line[0]: line[1:] for line in rows}
    for need, split, best in (
        ("many words are new", "test_unseen", "one_of_n_other"),
        ("many typos", "test_typos", "letter_trigram"),
    ):
        scores = by_seed(tables, "travel", split)
        means = scores.mean().sort_values(ascending=False)
        assert means.index[0] == (best, "bidirectional_lstm")
        use, reason = reasons[need]
        assert use == f"bidirectional_lstm reading {best}"
        assert f" is {means.iloc[0]:.3f} (" in reason
        assert f"the best of {len(ENCODERS) * len(NETWORKS)} ; the next, {means.index[1][1]} reading" in reason
        difference = (scores[means.index[0]] - scores[means.index[1]]).mean()
        assert f" is {difference:.3f} (" in reason
    assert all(reason[1].startswith("Because ") for need, reason in reasons.items() if need != "if")


def test_links_lead_to_sections_of_the_details(words: str, choice: str) -> None:
    anchors = {section.name for section in SECTIONS}
    addresses = {*Page(words).addresses, *Page(choice).addresses}
    assert addresses
    assert {address.removeprefix("details.html#") for address in addresses} <= anchors


def test_every_text_is_in_both_languages(words: str, choice: str) -> None:
    for html in (words, choice):
        assert not re.search(r"[\u4e00-\u9fff]", english(html))
        chinese = re.sub(r"<(bdi|code)[^>]*>.*?</\1>", "", without(html, "en"))
        assert set(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]+>", "", chinese))) <= {"other"}


def test_one_seed_says_no_difference_and_decides_nothing() -> None:
    tables = word_tables(seeds=(0,))
    text = english(chapter(tables, "words"))
    assert "no difference shown" in text
    assert "is best" not in text
    assert "nan" not in text.lower()
    assert chapter(tables, "choice") == ""


def test_one_encoder_is_read_and_not_compared() -> None:
    tables = word_tables(encoders=("one_of_n", "one_of_n_other"), family=False)
    only = {
        name: table[table["encoder"] == "one_of_n"] if "encoder" in table else table for name, table in tables.items()
    }
    text = english(chapter(only, "words"))
    assert "No two encoders have a score to compare." in text
    assert "How each reads a word" in text


def test_one_architecture() -> None:
    tables = word_tables(networks=("lstm",))
    assert "LSTM alone" in english(chapter(tables, "words"))
    text = english(chapter(tables, "choice"))
    assert "many typos" in text
    assert "right context" not in text


def test_a_corpus_of_ones_own() -> None:
    """It has no further splits, some words of its test split are new, and its sentences are given."""
    tables = word_tables(splits=("test",), family=False, kind="columns")
    tables |= {"encoders": tables["encoders"].assign(unseen_share=0.031)}
    text = english(chapter(tables, "words"))
    assert "test, 3.1 % of the words never seen" in text
    assert "words seen" not in text
    choice = english(chapter(tables, "choice"))
    assert "no special need, or the device is small" in choice
    assert "cities" not in text + choice
    assert "The sentences of this corpus are given" in choice


def test_memory_tasks_alone_have_no_words_but_a_longest_lag() -> None:
    tables = memory_tables()
    assert chapter(tables, "words") == ""
    text = english(chapter(tables, "choice"))
    assert "Because the longest delay of delayed_recall that it solves is at least 160" in text
    assert "The rule" not in text
    assert "Provisional" in text  # elman did not converge


def test_what_did_not_converge_is_provisional() -> None:
    tables = word_tables()
    key = {"task": "travel", "encoder": "letter_trigram", "architecture": "bidirectional_lstm", "converged": False}
    unfinal = frame("convergence", [dict.fromkeys(SCHEMAS["convergence"], 0) | key])
    assert english(chapter(tables | {"convergence": unfinal}, "choice")).count("Provisional") >= 1


@pytest.mark.parametrize("tables", [make_tables(), make_grid(), {name: frame(name, []) for name in SCHEMAS}])
def test_odd_experiments_have_no_empty_chapter(tables: Tables) -> None:
    for name in ("words", "choice"):
        html = chapter(tables, name)
        text = english(html)
        assert not html or len(text) > 100
        assert "nan" not in text.lower().split()
        assert Page(html).open == []


def test_seeds_that_are_still_missing_are_not_waited_for() -> None:
    tables = word_tables()
    rows = tables["scores"]
    running = rows[(rows["encoder"] != "learned_embedding") | (rows["seed"] < SEEDS[2])]
    text = english(chapter(tables | {"scores": running}, "words"))
    assert f"({'travel'}, {len(SEEDS)} seeds)" in text
