"""Two sides of one experiment compared: which pairs, what numbers, which verdict."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from rnnbench.__main__ import main
from rnnbench.analysis.comparison.answers import Question
from rnnbench.analysis.comparison.compare import answer_questions, judged
from rnnbench.analysis.comparison.experiment import Experiment, of_folder
from rnnbench.analysis.comparison.sides import CombinationPair
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.analysis.statistics.paired import LEVEL
from rnnbench.common.errors import UserError
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
    "training": {
        "seeds": 3,
        "search_seeds": 2,
        "learning_rates": [0.01, 0.03],
        "max_steps": 6,
        "patience": 6,
        "check": 3,
    },
    "device": "cpu",
    "claims": [
        {
            "name": "mine",
            "sentence": "A GRU keeps a number better than an Elman network.",
            "first": "gru",
            "second": "elman",
            "task": "register",
            "metric": "calibrated_score",
            "wanted": "above",
        }
    ],
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


def test_the_interval_is_that_of_the_same_claim(folder, compare_output):
    """The task chooses learning rates by a loss, whose least gain is a share of the loss before training."""
    claims = read_tables(folder / "results/tables")["claims"]
    (mine,) = claims[claims["claim"] == "mine"].to_dict("records")
    line = compare_output("gru", "elman", "--task", "register").splitlines()[5]
    low, _, high = line.split()[3:6]
    assert (float(low), float(high)) == pytest.approx((mine["low"], mine["high"]), abs=1e-4)


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
    assert "with 3 seeds no difference can be claimed: the least p-value is 0.25" in " ".join(out.split())


def test_no_gap_is_better_than_another(compare_output):
    out = compare_output("gru", "elman", "--task", "travel", "--split", "gap")
    assert "train minus test; a gap is no score, neither is better" in out


def test_what_reached_the_maximum_of_steps_is_provisional(compare_output):
    out = compare_output("gru", "elman", "--task", "register")
    assert "provisional, since not all runs of gru and elman were trained to a plateau" in " ".join(out.split())


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".csv.gz"])
def test_a_folder_of_tables_gives_the_same_text_as_the_store(folder, compare_output, tmp_path, ending):
    for name in ("scores", "runs", "convergence", "history"):
        table = read_tables(folder / "results/tables")[name]
        path = tmp_path / "tables" / f"{name}{ending}"
        path.parent.mkdir(exist_ok=True)
        table.to_parquet(path) if ending == ".parquet" else table.to_csv(path, index=False)
    for sides in (("gru", "elman"), ("one_of_n", "letter_trigram")):
        assert compare_output(*sides, "--results", str(tmp_path)) == compare_output(*sides)


def test_a_folder_needs_no_configuration_and_a_wrong_name_is_one_line(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "gru", "elman", "--results", str(folder)]) == 0
    assert "slot F1, test" in capsys.readouterr().out
    assert main(["compare", "gruu", "elman", "--results", str(folder)]) == 2
    assert main(["compare", "gru", "elman", "--results", str(folder), "--task", "travle"]) == 2
    assert main(["compare", "gru", "elman", "--results", str(tmp_path / "none")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "did you mean 'gru'?" in lines[0]
    assert "--task: there is no task 'travle'; did you mean 'travel'?" in lines[1]
    assert "has no scores.parquet, scores.csv or scores.csv.gz" in lines[2]


def test_a_file_that_is_cut_off_is_one_line(tmp_path):
    (tmp_path / "scores.csv.gz").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(UserError, match="cannot be read as the table `scores`"):
        of_folder(tmp_path)


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


def experiment_of(*differences, seeds=10, spread=0.001, metric="slot_f1", split="test", not_converged=()):
    """Return an experiment of a pair of networks for each mean difference, and the pairs."""
    rng = np.random.default_rng(0)
    scores, pairs = [], []
    for number, difference in enumerate(differences):
        sides = [{"task": f"t{number}", "encoder": "e", "architecture": name} for name in ("a", "b")]
        second = rng.normal(0.8, 0.01, seeds)
        first = second + difference + rng.normal(0, spread, seeds)
        pairs.append(CombinationPair(f"pair {number}", *sides))
        for names, values in zip(sides, (first, second), strict=True):
            common = {"learning_rate": 0.01, "selected": True, "split": split, "metric": metric}
            scores += [{**names, **common, "seed": seed, "value": value} for seed, value in enumerate(values)]
    unfinal = frozenset(("t0", "e", name) for name in not_converged)
    return Experiment([], scores, {}, not_converged=unfinal), pairs


def part_of(*differences, metric="slot_f1", split="test", **more):
    question = Question("a", "b", split, metric, 0.005)
    experiment, pairs = experiment_of(*differences, metric=metric, split=split, **more)
    (part,) = answer_questions({question: judged(experiment, question, pairs)})
    return part


@pytest.mark.parametrize(
    ("difference", "metric", "split", "verdict"),
    [
        (0.1, "slot_f1", "test", "better"),
        (-0.1, "slot_f1", "test", "worse"),
        (0.0, "slot_f1", "test", "equivalent"),
        (0.1, "squared_error", "test", "worse"),
        (0.1, "slot_f1", "gap", "larger"),
        (-0.1, "slot_f1", "gap_at_end", "smaller"),
    ],
)
def test_flipped_data_flip_the_verdict(difference, metric, split, verdict):
    part = part_of(difference, metric=metric, split=split)
    assert part.answers[0].verdict == verdict
    wins = difference > 0 if metric == "slot_f1" else difference < 0
    assert difference == 0 or part.answers[0].improvement == wins


def test_the_numbers_are_those_of_paired_blocks():
    experiment, pairs = experiment_of(0.1, 0.2, spread=0.02)
    question = Question("a", "b", "test", "slot_f1", 0.005)
    (part,) = answer_questions({question: judged(experiment, question, pairs)})
    by_side = {name: [row["value"] for row in experiment.scores if row["architecture"] == name] for name in "ab"}
    differences = (np.array(by_side["a"]) - np.array(by_side["b"])).reshape(2, 10)
    for answer, values in zip(part.answers, differences, strict=True):
        assert answer.finding.interval == pytest.approx(interval_of_mean(values))
        assert answer.finding.spread == pytest.approx(values.std(ddof=1))
    assert part.overall.name == "all 2 pairs"
    assert part.overall.finding.interval == pytest.approx(interval_of_mean(differences.mean(0)))


def test_p_values_are_corrected_for_all_pairs():
    part = part_of(0.1, 0.1)
    assert [answer.p_value for answer in part.answers] == pytest.approx([4 / 2**10] * 2)
    assert part.overall.p_value == pytest.approx(2 / 2**10)
    assert [answer.verdict for answer in part_of(0.1, 0.1, seeds=6).answers] == ["undecided"] * 2  # p is 2 * 2 / 2^6
    assert part_of(0.1, seeds=6).answers[0].p_value == pytest.approx(2 / 2**6)
    assert 2 / 2**6 < LEVEL < 4 / 2**6


def test_what_did_not_converge_is_named_in_its_pair_alone():
    part = part_of(0.1, 0.1, not_converged="b")
    sentences = [answer.sentence for answer in part.all_answers]
    assert ["not all runs of b" in sentence for sentence in sentences] == [True, False, True]
