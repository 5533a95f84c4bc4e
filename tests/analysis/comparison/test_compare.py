"""Two sides of one experiment compared: which pairs, what numbers, which verdict."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from rnnbench.__main__ import main
from rnnbench.analysis.comparison.answers import Question
from rnnbench.analysis.comparison.compare import answer_questions
from rnnbench.analysis.comparison.comparison import Comparison, pooled
from rnnbench.analysis.statistics.intervals import DRAWS
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.tables import read_tables

EXPERIMENT = {
    "tasks": [
        {"task": "travel", "train": 96, "validation": 16, "test": 24, "extra": 8},
        {"task": "register", "length": 4, "train": 48, "validation": 8, "test": 8},
    ],
    "encoders": ["one_of_n", "letter_trigram"],
    "architectures": ["elman", "gru"],
    "size": {"hidden": 8},
    "training": {"seeds": 3, "learning_rates": [0.01, 0.03], "max_steps": 6, "check": 3},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("experiment")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path)
        Path("config.yaml").write_text(yaml.safe_dump(EXPERIMENT))
        for step in plan_of(parse_settings(EXPERIMENT)):
            make_step(step.kind, Path(step.plan), Path(step.output))
    return path


@pytest.fixture
def compare_output(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    def run(*arguments):
        assert main(["compare", *arguments]) == 0
        return capsys.readouterr().out

    return run


def test_the_numbers_are_those_of_the_tables(folder, compare_output):
    scores = read_tables(folder / "results/tables")["scores"]
    scores = scores[scores["selected"] & (scores["split"] == "test") & (scores["metric"] == "slot_f1")]
    means = scores[scores["encoder"] == "one_of_n"].groupby("architecture")["value"].mean()
    line = compare_output("gru", "elman", "--task", "travel", "--encoder", "one_of_n").splitlines()[5]
    first, second, difference, *_ = line.split()
    assert (float(first), float(second)) == pytest.approx((means["gru"], means["elman"]), abs=1e-4)
    assert float(difference) == pytest.approx(means["gru"] - means["elman"], abs=1e-4)


def test_what_neither_side_names_is_paired(compare_output):
    out = compare_output("gru", "elman")
    for name in ("travel, one_of_n", "travel, letter_trigram", "all 2 pairs", "register, raw"):
        assert f"{name}, 3 seeds" in out
    assert "slot F1, test" in out
    assert "calibrated score, test" in out


def test_encoders_are_compared_too_and_one_combination_with_another(compare_output):
    assert "travel, gru, 3 seeds" in compare_output("one_of_n", "letter_trigram")
    assert "the pair, 3 seeds" in compare_output("travel/one_of_n/gru", "travel/letter_trigram/elman")


def test_few_seeds_say_that_they_are_too_few(compare_output):
    out = compare_output("gru", "elman", "--task", "travel", "--encoder", "one_of_n", "--margin", "0")
    assert "3 seeds can never show a difference at 5 %: the least p is 0.25; train 6 or more" in " ".join(out.split())


def test_a_gap_is_better_when_it_is_lower(compare_output):
    assert "train minus test; lower is better" in compare_output("gru", "elman", "--task", "travel", "--split", "gap")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("gruu", "elman"), "no task, encoder or architecture 'gruu'; did you mean 'gru'?"),
        (("gru", "travel"), "gru names an architecture, travel names a task; both must name the same"),
        (("gru", "gru"), "gru and gru are the same"),
        (("gru/elman", "elman"), "gru/elman names two architectures"),
        (("gru", "elman", "--metric", "slot_f2"), "--metric: test has no 'slot_f2'; did you mean 'slot_f1'?"),
        (("gru", "elman", "--split", "tset"), "--split: no score on 'tset'; did you mean 'test'?"),
    ],
)
def test_wrong_names_are_one_line(folder, monkeypatch, capsys, arguments, text):
    monkeypatch.chdir(folder)
    assert main(["compare", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert text in line


def test_without_runs_it_says_how_to_make_them(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(yaml.safe_dump(EXPERIMENT))
    assert main(["compare", "gru", "elman"]) == 2
    assert "no seed has a finished run of both sides yet" in capsys.readouterr().err


def comparison_of(difference, *, seeds=10, spread=0.001, sentences=None):
    rng = np.random.default_rng(0)
    second = rng.normal(0.8, 0.01, (1, seeds))
    first = second + difference + rng.normal(0, spread, (1, seeds))
    return Comparison("x", 0.005, tuple(range(seeds)), first, second, sentences)


@pytest.mark.parametrize(
    ("difference", "metric", "verdict"),
    [
        (0.1, "slot_f1", "better"),
        (-0.1, "slot_f1", "worse"),
        (0.0, "slot_f1", "equivalent"),
        (0.1, "squared_error", "worse"),
    ],
)
def test_flipped_data_flip_the_verdict(difference, metric, verdict):
    question = Question("a", "b", "test", metric, 0.005)
    ((part,),) = [answer_questions({question: [comparison_of(difference)]})]
    assert part.answers[0].verdict == verdict


def test_other_test_sentences_have_a_say_where_all_seeds_have_the_same():
    sentences = np.random.default_rng(0).normal(0, 0.2, DRAWS)
    question = Question("a", "b", "test", "slot_f1", 0.005)
    (part,) = answer_questions({question: [comparison_of(0.1, sentences=sentences)]})
    assert part.answers[0].verdict == "undecided"
    assert "chance alone could explain the difference" in part.answers[0].sentence


def test_p_values_and_the_fewest_seeds_are_corrected_for_all_pairs():
    question = Question("a", "b", "test", "slot_f1", 0.005)
    (part,) = answer_questions({question: [comparison_of(0.1), comparison_of(0.1)]})
    assert [answer.p_value for answer in part.answers] == pytest.approx([4 / 2**10] * 2)
    assert part.overall.p_value == pytest.approx(2 / 2**10)


def test_pairs_of_the_same_seeds_are_redrawn_together():
    """Twice the same pair is no more evidence than once."""
    one = comparison_of(0.1)
    assert pooled("both", [one, one]).judgement == one.judgement
