"""The chapter on overfitting: gaps by the number of training sentences, curves, and what is left out."""

import re
from typing import Any

import numpy as np
import pytest

from helpers.memory_tables import memory_tables
from helpers.report_rows import Page, row
from rnnbench.report.build import build_report
from rnnbench.report.chapters.overfitting.learning_curves import CurvesPart, curves_part
from rnnbench.report.chapters.overfitting.overfitting_chapter import SizesPart, sizes_part
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

GAPS = {"elman": {100: 0.5, 1000: 0.2}, "gru": {100: 0.3, 1000: 0.005}}
SEEDS = (0, 1, 2, 3)
LOSS = {"train": (2.0, 0.5, 0.1), "validation": (2.0, 0.6, 0.9)}
"""Losses at the steps 0, 10 and 20."""
EMPTY: Tables = {name: frame(name, []) for name in SCHEMAS}


def noise(seed: int) -> float:
    return 0.001 * (seed - 1.5)


def size_tables(gaps: dict[str, dict[int, float]] = GAPS, seeds: tuple[int, ...] = SEEDS) -> Tables:
    """Return tables of a family of sizes, with curves at every size."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    sizes = sorted({size for by_size in gaps.values() for size in by_size})
    for size in sizes:
        task = f"small train={size}"
        rows["corpora"].append(
            row("corpora", {"task": task, "family": "small"}, split="train", fact="sequences", value=size)
        )
        rows["encoders"].append(row("encoders", {"task": task, "encoder": "one_of_n"}))
        for name, by_size in gaps.items():
            for seed in seeds:
                key = {"task": task, "encoder": "one_of_n", "architecture": name, "seed": seed, "learning_rate": 0.1}
                rows["runs"].append(row("runs", key, selected=True, status="done", stopped_by="plateau"))
                for split, value in (("gap", by_size[size] + noise(seed)), ("test", 0.8)):
                    rows["scores"].append(row("scores", key, selected=True, split=split, metric="slot_f1", value=value))
                for split, values in LOSS.items():
                    for step, value in zip((0, 10, 20), values, strict=True):
                        shown = {"split": split, "metric": "loss", "step": step}
                        rows["history"].append(row("history", key, value=value + noise(seed), **shown))
        for name in gaps:
            key = {"task": task, "encoder": "one_of_n", "architecture": name}
            turn = {"runs": 4, "steps": 20, "step": 10.0, "low": 10.0, "high": 10.0, "turned": 1.0, "rise": 0.3}
            rows["turning"].append(row("turning", key, **turn))
    rows["architectures"] += [row("architectures", {"architecture": name, "cell": name}) for name in gaps]
    return {name: frame(name, values) for name, values in rows.items()}


def part_of(tables: Tables) -> SizesPart:
    part = sizes_part(tables)
    assert part
    return part


def english(part: SizesPart | CurvesPart) -> str:
    text = " ".join(part.sentences)
    while '<span class="zh"' in text:  # texts stand inside of texts: the innermost go first
        text = re.sub(r'<span class="zh"[^>]*>((?!<span).)*?</span>', "", re.sub("</?(bdi|small)[^>]*>", "", text))
        text = re.sub(r'<span class="en">((?!<span).)*?</span>', lambda match: match[0][17:-7], text)
    return re.sub("<[^>]*>", "", text)


def test_the_largest_gap_and_the_size_from_which_on_it_is_small() -> None:
    text = english(part_of(size_tables()))
    assert re.search(r"With the fewest training sentences, 100, Elman \(1-of-N\) has the largest gap: 0.500 \[", text)
    assert re.search(r"The gap is below 0.01 for GRU \(1-of-N\) from 1,000 sentences on \(0.005 \[", text)
    assert "the smallest of the others is that of Elman (1-of-N), 0.200 [" in text
    assert "overlap" not in text


def test_the_mean_is_that_of_the_seeds() -> None:
    part = part_of(size_tables())
    expected = np.mean([0.5 + noise(seed) for seed in SEEDS])
    assert part.rows[0].first[1] == pytest.approx(expected)
    assert [row.name for row in part.rows] == ["elman", "gru"]


def test_a_gap_that_never_gets_small_is_not_said_to() -> None:
    text = english(part_of(size_tables({"elman": {100: 0.5, 1000: 0.2}, "gru": {100: 0.005, 1000: 0.3}})))
    assert "With 1,000 sentences no gap is below 0.01: the smallest is that of Elman (1-of-N), 0.200" in text
    assert "from 100" not in text, "a gap that is large again with more sentences does not count"


def test_overlapping_intervals_are_named() -> None:
    text = english(part_of(size_tables({"elman": {100: 0.5, 1000: 0.2}, "gru": {100: 0.4995, 1000: 0.2}})))
    assert (
        "The intervals overlap with GRU (1-of-N), 0.499" in text
        or "The intervals overlap with GRU (1-of-N), 0.500" in text
    )


def test_one_network_is_not_compared_and_one_seed_has_no_interval() -> None:
    text = english(part_of(size_tables({"gru": {100: 0.3, 1000: 0.2}}, seeds=(1,))))
    assert "With 100 training sentences the gap of GRU (1-of-N) is 0.299" in text or "is 0.300" in text
    assert "largest" not in text
    assert "[" not in text


def test_curves_end_apart_and_turn() -> None:
    part = curves_part(size_tables(), ["small train=100"])
    assert part
    text = english(part)
    assert "In 2 of 2 networks the validation loss is lowest before the last step" in text
    assert "loss 0.100 and 0.900" in text
    assert "lowest at step 10." in text
    assert len(part.panels) == 2


def test_the_chapter_is_there_with_its_panels_and_tables() -> None:
    page = Page(build_report(size_tables(), {}, drawn=[]))
    assert "overfitting" in page.ids
    assert any(cells[:1] == ["elman one_of_n"] for cells in page.rows)


def test_memory_tasks_alone_have_curves_but_no_sizes() -> None:
    tables = memory_tables()
    assert sizes_part(tables) is None
    part = curves_part(tables, ["parity"])
    assert part
    assert part.panels


def test_no_results_no_chapter() -> None:
    assert sizes_part(EMPTY) is None
    assert curves_part(EMPTY, []) is None
    assert "overfitting" not in Page(build_report(EMPTY, {}, drawn=[])).ids


def test_runs_without_a_curve_leave_the_curves_out() -> None:
    bare = size_tables() | {"history": frame("history", []), "turning": frame("turning", [])}
    assert curves_part(bare, ["small train=100"]) is None
