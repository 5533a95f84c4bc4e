"""The playground's data: weights, words and the automaton survive packing into a page."""

import base64
import json
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
from rnnbench.report.demo.automaton import packed_automaton
from rnnbench.report.demo.networks import NetworkCopy, copies, packed_networks
from rnnbench.report.demo.pack import demo_of
from rnnbench.report.page.packing import packed, packed_numbers
from rnnbench.results.runs import Runs
from rnnbench.tasks.travel import Travel

EXPERIMENT = {
    "tasks": [
        {"task": "travel", "train": 60, "validation": 10, "test": 40},
        {"task": "delayed_recall", "delay": 3, "train": 20, "validation": 8, "test": 8},
    ],
    "encoders": ["letter_trigram", "one_of_n", {"encoder": "learned_embedding", "size": 3}],
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
def networks(plan: Plan) -> list[NetworkCopy]:
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


def test_each_architecture_has_its_run_of_the_first_block_and_the_encoder_with_the_fewest_weights(
    networks: list[NetworkCopy],
) -> None:
    assert [copy.runs.names["architecture"] for copy in networks] == ["feed_forward", "bidirectional_gru", "window"]
    assert {copy.runs.names["encoder"] for copy in networks} == {"learned_embedding"}
    for copy in networks:
        assert (copy.run.seed, copy.run.learning_rate) == (0, copy.runs.learning_rate)


def test_weights_are_those_of_the_run(networks: list[NetworkCopy]) -> None:
    packed_copies = packed_networks(networks)
    weights, begin = unpacked(packed_copies["weights"]), 0
    for copy, network in zip(networks, packed_copies["networks"], strict=True):
        for name, shape in network["tensors"]:
            size = int(np.prod(shape))
            np.testing.assert_array_equal(weights[begin : begin + size].reshape(shape), copy.weights[name].astype("f2"))
            begin += size
    assert begin == len(weights)
    assert packed_copies["left_out"] == []


@pytest.mark.parametrize("encoder", ["one_of_n", "learned_embedding"])
def test_rare_words_are_left_out_where_there_is_no_room(plan: Plan, encoder: str) -> None:
    runs = [runs for runs in runs_of(plan, "travel") if runs.names["encoder"] == encoder]
    corpus = read_corpus(Path(runs[0].job.data), seed=0)
    networks = copies(runs, corpus)
    whole = packed_networks(networks)
    cut = packed_networks(networks, numbers=len(unpacked(whole["weights"])) // 2)
    counts = Counter(corpus.splits["train"].inputs)
    assert sorted(cut["words"] + cut["left_out"]) == sorted(whole["words"])
    assert min(counts[word] for word in cut["words"]) >= max(counts[word] for word in cut["left_out"])
    assert len(unpacked(cut["weights"])) <= len(unpacked(whole["weights"])) // 2
    name = {"one_of_n": "layer0.forward.input", "learned_embedding": "embedding"}[encoder]
    (first, shape), *_ = cut["networks"][0]["tensors"]
    assert first == name
    rows = [whole["words"].index(word) for word in cut["words"]]
    weight = unpacked(cut["weights"])[: int(np.prod(shape))].reshape(shape)[: len(rows)]
    np.testing.assert_array_equal(weight, networks[0].weights[name].astype("f2")[rows])


def test_only_selected_tasks_without_memory_tasks_are_in_the_demo(plan: Plan) -> None:
    whole = demo_of(plan.experiment, ["travel", "delayed_recall"])
    assert [part["task"] for part in whole] == ["travel"]
    assert demo_of(plan.experiment, []) == []
    (part,) = whole
    assert part["lower"]
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
