"""The playground's data: weights, words and the automaton survive packing into a page."""

import base64
import json
import re
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnbench.common.typing import Array
from rnnbench.data.corpus import read_corpus
from rnnbench.data.language.automaton import STOP
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.report.build import build_report
from rnnbench.report.demo.automaton import packed_automaton
from rnnbench.report.demo.networks import NetworkCopy, copies
from rnnbench.report.demo.pack import LETTERS, demo_of
from rnnbench.report.demo.packed_encoders import packed_encoders
from rnnbench.report.demo.rounding import AGREEMENT, GRADES, round_network, round_tensor
from rnnbench.report.page.packing import packed, packed_numbers
from rnnbench.results.runs import Runs
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame
from rnnbench.tasks.travel import Travel

EXPERIMENT = {
    "tasks": [
        {
            "task": "travel",
            "train": 60,
            "validation": 10,
            "test": 40,
            "architectures_behind": {"one_of_n_other": ["feed_forward"]},
        },
        {"task": "delayed_recall", "delay": 3, "train": 20, "validation": 8, "test": 8},
    ],
    "encoders": ["letter_trigram", "one_of_n", "one_of_n_other", {"encoder": "learned_embedding", "size": 3}],
    "architectures": ["feed_forward", "bidirectional_gru", {"name": "window", "cell": "elman", "window": 1}],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "max_steps": 10, "learning_rates": [0.01, 0.03]},
    "device": "cpu",
}


def unpacked(numbers: dict[str, str]) -> Array:
    """Return the array that `packed_numbers` packed."""
    kind = np.dtype(numbers["kind"])
    planes = np.frombuffer(zlib.decompress(base64.b64decode(numbers["text"])), np.uint8)
    return np.ascontiguousarray(planes.reshape(kind.itemsize, -1).T).view(kind).reshape(-1)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        plan = plan_of(parse_settings(EXPERIMENT))
        for step in plan:
            if step.kind in ("data", "train"):
                make_step(step.kind, Path(step.plan), Path(step.output))
        yield plan


def runs_of(plan: Plan, task: str) -> list[Runs]:
    jobs = (job.specification for job in plan.train)
    runs_of_all = (Runs(job, combination) for job in jobs for combination in job.combinations)
    return [runs for runs in runs_of_all if runs.task.label == task]


@pytest.fixture(scope="module")
def networks(plan: Plan) -> dict[str, list[NetworkCopy]]:
    runs = runs_of(plan, "travel")
    return copies(runs, read_corpus(Path(runs[0].job.data), seed=0))


@pytest.mark.parametrize("kind", ["uint8", "uint16", "uint32", "float16", "float64"])
def test_numbers_survive(kind: str) -> None:
    numbers = np.array([0, 1, 200, 255]).astype(kind)
    assert unpacked(packed_numbers(numbers)).tolist() == numbers.tolist()


def test_values_survive_and_hold_no_mark_of_html() -> None:
    value = {"</script>": [1, None, "\u202e", "\ud800"]}
    text = packed(value)
    assert not set("<>&\"'") & set(text)
    assert json.loads(zlib.decompress(base64.b64decode(text))) == {"</script>": [1, None, "\u202e", "?"]}


def test_each_network_behind_each_encoder_has_its_run_of_the_first_block(
    networks: dict[str, list[NetworkCopy]],
) -> None:
    every = ["feed_forward", "bidirectional_gru", "window"]
    assert {encoder: [copy.runs.names["architecture"] for copy in of] for encoder, of in networks.items()} == {
        "letter_trigram": every,
        "one_of_n": every,
        "one_of_n_other": ["feed_forward"],
        "learned_embedding": every,
    }
    for copy in (copy for of in networks.values() for copy in of):
        assert (copy.run.seed, copy.run.learning_rate) == (0, copy.runs.learning_rate)


def tensors_of(packed_encoder: dict[str, Any]) -> list[dict[str, Array]]:
    """Return the weights of each network behind a packed encoder."""
    weights, begin, networks = unpacked(packed_encoder["weights"]).astype(np.int64), 0, []
    for network in packed_encoder["networks"]:
        tensors = {}
        for name, shape, step, n_bytes in network["tensors"]:
            size = int(np.prod(shape))
            numbers = weights[begin : begin + n_bytes * size].reshape(n_bytes, size)
            multiples = numbers[0] - 128 if n_bytes == 1 else numbers[0] + 256 * numbers[1] - 32768
            tensors[name] = (multiples.astype(np.float32) * np.float32(step)).reshape(shape)
            begin += n_bytes * size
        networks.append(tensors)
    assert begin == len(weights)
    return networks


def kept_features(packed_encoder: dict[str, Any], copy: NetworkCopy) -> list[str]:
    """Return the features that a packed encoder keeps, the most frequent first, counted here once more."""
    counts: Counter[str] = Counter()
    for word in copy.corpus.splits["train"].inputs:
        counts.update({*copy.feature_index.features(word)})
    return sorted(counts, key=lambda feature: (-counts[feature], feature))[: packed_encoder["kept"]]


@pytest.mark.parametrize("letters", [1_000_000, 12_000])
def test_weights_are_the_rounded_ones_of_the_run(networks: dict[str, list[NetworkCopy]], letters: int) -> None:
    for packed_encoder in packed_encoders(networks, letters):
        of = networks[packed_encoder["encoder"]]
        index = of[0].feature_index
        rows = [index.index[feature] for feature in kept_features(packed_encoder, of[0])]
        rows += [] if index.other is None else [index.other]
        for copy, tensors in zip(of, tensors_of(packed_encoder), strict=True):
            for name, expected in round_network(copy).weights.items():
                if name == "embedding" or ("embedding" not in tensors and re.fullmatch(r"layer0\..*\.input", name)):
                    by_feature = expected.reshape(-1, index.size, expected.shape[1])
                    expected = by_feature[:, rows].reshape(-1, expected.shape[1])
                np.testing.assert_array_equal(tensors[name], expected)


def test_rare_features_are_left_out_where_there_is_no_room(networks: dict[str, list[NetworkCopy]]) -> None:
    whole, cut = packed_encoders(networks, LETTERS), packed_encoders(networks, 12_000)
    assert sum(len(one["weights"]["text"]) for one in cut) <= 12_000
    assert sum(one["kept"] for one in cut) < sum(one["kept"] for one in whole)
    for one, other in zip(whole, cut, strict=True):
        assert one["kept"] == networks[one["encoder"]][0].feature_index.size - one["other"] >= other["kept"]
        assert one["most_left_out"] == 0
        assert (other["most_left_out"] > 0) == (other["kept"] < one["kept"])


def test_rounding_is_to_whole_steps_and_no_weight_is_further_than_half_a_step() -> None:
    weight = np.random.default_rng(0).standard_normal((40, 7)).astype(np.float32)
    for step, n_bytes in ((0.0, 1), (0.3, 1), (0.0, 2)):
        rounded = round_tensor(weight, step, n_bytes)
        assert np.abs(rounded.values - weight).max() <= 0.5001 * rounded.step
        multiples = rounded.values / np.float32(rounded.step)
        np.testing.assert_allclose(multiples, np.rint(multiples), rtol=1e-6, atol=0)
    assert not round_tensor(np.zeros(3, np.float32)).values.any()


def test_answers_agree_with_those_before_rounding(networks: dict[str, list[NetworkCopy]]) -> None:
    for copy in (copy for of in networks.values() for copy in of):
        rounded, test = round_network(copy), copy.corpus.splits["test"]
        assert rounded.agreement == np.mean(copy.answers(test, rounded.weights) == copy.answers(test))
        *_, (_, most_bytes) = GRADES
        assert rounded.agreement >= AGREEMENT or rounded.tensors["readout.bias"].n_bytes == most_bytes


def test_only_selected_tasks_without_memory_tasks_are_in_the_demo(plan: Plan) -> None:
    whole = demo_of(plan.experiment, ["travel", "delayed_recall"])
    assert [part["task"] for part in whole] == ["travel"]
    assert demo_of(plan.experiment, []) == []
    (part,) = whole
    assert part["lower"]
    assert part["encoder"] == "letter_trigram"
    assert part["architectures"] == ["feed_forward", "bidirectional_gru", "window"]
    assert {encoder["encoder"]: encoder["features"] for encoder in part["encoders"]} == {
        "letter_trigram": {"kind": "trigrams", "boundary": True},
        "one_of_n": {"kind": "word"},
        "one_of_n_other": {"kind": "word"},
        "learned_embedding": {"kind": "word"},
    }
    assert part["sentences"] == ["arrive taipei on november 2nd", "leave taipei on november 2nd"]
    assert json.loads(json.dumps(part)) is not None


def test_the_networks_disagree_on_each_sentence(plan: Plan) -> None:
    (part,) = demo_of(plan.experiment, ["travel"])
    assert part["disagreements"]
    for sentence in part["disagreements"]:
        targets = sentence["targets"]
        wrong = [any(answer[t] != targets[t] for t in sentence["where"]) for answer in sentence["answers"]]
        assert 0 < sum(wrong) < len(wrong)
        assert len(sentence["words"]) == len(targets) == len(sentence["oracle"])


def test_the_automaton_survives() -> None:
    automaton = Travel(train=30).automaton
    arrays = packed_automaton(automaton)
    columns = {name: unpacked(numbers).astype(int) for name, numbers in arrays["columns"].items()}
    firsts = [0, *np.cumsum(columns["ways"])]
    for number in (0, 1, 17, len(automaton.states) // 2, automaton.start):
        probabilities = {}
        for way in range(firsts[number], firsts[number + 1]):
            probability = arrays["probabilities"][columns["probability"][way]]
            back = int(columns["back"][way])
            if back == 0:
                probabilities["", "", -1] = probability
                continue
            label = arrays["labels"][columns["label"][way]]
            for word, share in arrays["groups"][columns["group"][way]]:
                probabilities[word, label, number - back] = probability * share
        expected: Counter[tuple[str, str, int]] = Counter()
        for arc, probability in automaton.states[number].arcs.items():
            expected["", "", -1] += probability if arc == STOP else 0.0
            if arc != STOP:
                expected[arc.word, arc.label, arc.target] += probability
        assert {key: value for key, value in probabilities.items() if value} == pytest.approx(
            {key: value for key, value in expected.items() if value}, abs=1e-11
        )


def test_without_networks_and_without_a_pair_there_is_no_chapter() -> None:
    html = build_report({name: frame(name, []) for name in SCHEMAS}, {}, drawn=[])
    assert 'id="taipeis"' not in html
    assert 'id="playground"' not in html
    assert 'href="#taipeis"' not in html


def test_the_exact_tagger_is_named_only_where_there_is_one(plan: Plan) -> None:
    (part,) = demo_of(plan.experiment, ["travel"])
    tables = {name: frame(name, []) for name in SCHEMAS}
    for oracle in (part["oracle"], None):
        html = build_report(tables, {}, drawn=[], demo=[part | {"oracle": oracle}])
        text = html.partition('id="playground"')[2].partition('id="playground-page"')[0]
        assert ("Bayes-optimal" in text, "贝叶斯" in text) == (oracle is not None, oracle is not None)
