"""Native code computes what torch computes in float64, for every shape and whatever other runs are in the stack."""

import itertools
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers.native_cases import CASES, gradient_of, native_run, weights_of
from helpers.networks import CATALOGUE, needs_native
from helpers.project_copy import ROOT
from rnnbench.cells import Signals
from rnnbench.cells.gru import Gru
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.raw import Raw
from rnnbench.models.size import Size
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.register import Register
from rnnbench.tasks.travel import Travel
from rnnbench.training.combination import Combination, train_combination
from rnnbench.training.engines.eager import TorchPredictor, TorchTrainer
from rnnbench.training.engines.native.engine import NativeTrainer, native_engine, prepare
from rnnbench.training.engines.native.library import available_libraries, fastest_library
from rnnbench.training.engines.native.sources import FLAGS, FOLDER, digest, variants
from rnnbench.training.loop import Run
from rnnbench.training.settings import Training

pytestmark = needs_native


LIBRARIES = available_libraries()
every_variant = pytest.mark.parametrize("variant", LIBRARIES)
every_architecture = pytest.mark.parametrize("name", CATALOGUE)


@every_variant
@every_architecture
def test_gradients_and_answers_are_those_of_torch_in_float64(name, variant):
    for case in CASES:
        ours, data = case.network(name), case.split()
        weights, indices = weights_of(ours), range(len(data))
        run = native_run(LIBRARIES[variant], ours, weights)
        expected_loss, expected = gradient_of(ours, weights, data, indices)
        loss, gradient = run.gradient(prepare(data), np.array(indices))
        assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-7), case
        assert np.linalg.norm(gradient - expected.numpy()) <= 1e-5 * expected.norm(), case


def test_predictors_take_more_sequences_than_fit_into_a_batch():
    case = replace(CASES[3], hidden=8, lengths=tuple(1 + 7 * i % 9 for i in range(150)))
    ours, data = case.network("bidirectional_lstm"), case.split()
    weights, indices = weights_of(ours), torch.randperm(150, generator=torch.Generator().manual_seed(0))
    native, exact = native_engine().predictor(ours, weights), TorchPredictor(ours, weights)
    inside = data.positions(indices)[1]
    outputs = [predictor.outputs(data, indices)[:, inside].double() for predictor in (native, exact)]
    torch.testing.assert_close(*outputs, rtol=1e-4, atol=1e-5)
    states = [native.states(data, indices).double(), exact.states(data, indices)]
    torch.testing.assert_close(*states, rtol=1e-4, atol=1e-5)


@every_variant
@pytest.mark.parametrize("factor", [1.0, 0.5], ids=["constant", "falling"])
def test_rows_that_were_not_touched_for_long_have_moved_as_they_would_have(variant, factor):
    """All words first, then only a few for 900 steps: late updates of rows must equal Adam's updates at each step.

    The learning rate changes by a factor at two of the steps.
    """
    case = replace(CASES[0], lengths=(1,) * 12, target_share=1.0)
    ours, data = case.network("elman"), case.split()
    weights, rng = weights_of(ours), np.random.default_rng(3)
    order = [*rng.permutation(12), *[0] * 300, *rng.integers(0, 3, 600), *rng.integers(0, 12, 10)]
    batches = [torch.tensor([[i]]) for i in order]
    exact = TorchTrainer(ours, data, weights, 1.0)
    native = NativeTrainer(LIBRARIES[variant], ours, data, weights, 1.0, threads=1)
    for trainer in (exact, native):
        for i, (begin, end) in enumerate(itertools.pairwise((0, 250, 251, len(batches)))):
            trainer.train_steps(batches[begin:end], np.array([0.01 * factor**i]))
    table = "layer0.forward.input"
    change = exact.parameters[table] - weights[table]
    error = (native.parameters[table] - exact.parameters[table])[0].norm(dim=-1)
    touched = change[0].norm(dim=-1) > 0
    assert touched.sum() > 5
    assert (error[touched] <= 1e-3 * change[0].norm(dim=-1)[touched]).all()
    assert not error[~touched].any()


def results(engine, task, encoder, name, runs):
    """Return the result of each run, in their order; each reads the corpus of its own seed."""
    combination = Combination(task, encoder, CATALOGUE[name], Size(hidden=8))
    corpora = {run.seed: task.world(run.seed).generate() for run in runs}
    training = Training(max_steps=8, patience=3, check=2)
    by_run = dict(train_combination(combination, corpora, runs, training, "cpu", engine, examples=task.generate()))
    return [by_run[run] for run in runs]


SMALL = {"train": 40, "validation": 16, "test": 16}
RUNS = [Run(seed, rate) for rate in (0.01, 0.02, 1e30) for seed in range(3)]


@pytest.mark.parametrize(
    ("task", "encoder", "name"),
    [
        (Travel(**SMALL, extra=8), LetterTrigram(), "bidirectional_lstm"),
        (Travel(**SMALL, extra=8), OneOfN(), "jordan"),
        (Register(**SMALL, length=6), Raw(), "gru"),
        (Adding(**SMALL, length=6), Raw(), "deep_elman"),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_a_run_is_the_same_to_the_bit_in_any_company_and_on_any_number_of_threads(task, encoder, name):
    whole = results(native_engine(threads=3), task, encoder, name, RUNS)
    for i in (0, 4, 8):
        (alone,) = results(native_engine(), task, encoder, name, [RUNS[i]])
        assert alone.tensors.keys() == whole[i].tensors.keys()
        for key, value in alone.tensors.items():
            np.testing.assert_array_equal(value, whole[i].tensors[key], err_msg=key)
        assert {**alone.record, "seconds": 0} == {**whole[i].record, "seconds": 0}


def test_every_variant_is_what_its_name_says():
    best = fastest_library()
    assert best is not None
    assert best.instructions == next(iter(LIBRARIES.values())).instructions
    for name, variant in LIBRARIES.items():
        assert variant.instructions == name or (name == "plain" and variant.instructions == "neon")
        assert variant.source == digest()
        assert variant.compiler


def test_without_a_library_there_is_none(tmp_path):
    assert fastest_library(tmp_path) is None


def test_an_empty_batch_and_one_without_targets_have_no_gradient():
    case = replace(CASES[0], target_share=0.0)
    ours, data = case.network("lstm"), case.split()
    run = native_run(fastest_library(), ours, weights_of(ours))
    for indices in (np.arange(len(data)), np.arange(0)):
        loss, gradient = run.gradient(prepare(data), indices)
        assert loss == 0
        assert not gradient.any()


def test_a_run_that_diverged_stays_so():
    case = CASES[0]
    ours, data = case.network("lstm"), case.split()
    run = native_run(fastest_library(), ours, weights_of(ours))
    everything = [np.arange(len(data))] * 3
    for rate in (1e38, 1e-3):
        run.train_steps(prepare(data), everything, rate, 1.0)
        loss, _ = run.gradient(prepare(data), np.arange(len(data)))
        assert not math.isfinite(loss)


def test_small_numbers_stay_numbers_for_the_rest_of_the_process():
    case = CASES[0]
    ours, data = case.network("elman"), case.split()
    native_run(fastest_library(), ours, weights_of(ours)).train_steps(prepare(data), [np.arange(len(data))], 0.1, 1.0)
    assert np.float32(1e-40) * np.float32(1.0) > 0
    assert torch.tensor(1e-40).mul(torch.tensor(0.5)).item() > 0


def test_a_split_of_another_kind_than_the_network_is_for_is_refused():
    words, numbers = CASES[0], replace(CASES[0], input_kind="numbers")
    run = native_run(fastest_library(), words.network("lstm"), weights_of(words.network("lstm")))
    with pytest.raises(ValueError, match="the network is for words and labels, the split is not"):
        run.gradient(prepare(numbers.split()), np.arange(2))


@pytest.mark.parametrize("edited", ["output", "memory"])
def test_native_code_that_is_not_what_the_cells_file_says_is_not_used(monkeypatch, edited):
    """The edited equation is that of the output, or that of the memory, which the first step does not use."""
    case = replace(CASES[0], lengths=(1, 1, 5, 6, 7))
    ours, data = case.network("gru"), case.split()
    weights = {name: value.float() for name, value in weights_of(ours).items()}
    engine = native_engine()
    engine.trainer(ours, data, weights, 1.0)
    step = Gru.step

    def edited_step(self, s, memory, weights):
        if edited == "memory":
            memory = Signals(a=0.5 * memory.a)
        signals = step(self, s, memory, weights)
        return Signals(**vars(signals) | {"a": signals.a * (1.1 if edited == "output" else 1)})

    monkeypatch.setattr(Gru, "step", edited_step)
    with pytest.raises(RuntimeError, match=r"does not agree with the equations in cells/gru\.py; set engine: torch"):
        engine.trainer(ours, data, weights, 1.0)


def test_a_cell_without_native_code_is_refused():
    library = fastest_library()
    assert library is not None
    assert library.cell("no_such_cell") is None
    assert all(library.cell(architecture.cell.kind) is not None for architecture in CATALOGUE.values())


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize(("name", "setting"), [("elman", "activation"), ("lstm", "g"), ("lstm_peephole", "h")])
def test_every_activation(name, setting, activation):
    """Padding must not affect the network where an activation of 0 is not 0."""
    case = replace(CASES[3], hidden=19)
    ours, data = case.network(name), case.split()
    ours = replace(ours, cell=ours.cell.model_copy(update={setting: activation}))
    weights, indices = weights_of(ours), range(len(data))
    _, expected = gradient_of(ours, weights, data, indices)
    native = NativeTrainer(fastest_library(), ours, data, weights, 1e9, threads=1)
    for _ in range(2):  # the second time after a step, which must not have trained padding
        _, gradient = native.runs[0].gradient(prepare(data), np.array(indices))
        assert np.linalg.norm(gradient - expected.numpy()) <= 1e-5 * expected.norm()
        native.train_steps([torch.tensor([list(indices)])], np.array([0.003]))
        stepped = {key: value.double() for key, value in native.parameters.items()}
        _, expected = gradient_of(ours, stepped, data, indices)


def test_sanitizers_find_nothing(tmp_path):
    """Address and undefined behaviour sanitizers, over every network, shape and function."""
    runtime = subprocess.run(["c++", "-print-file-name=libasan.so"], capture_output=True, text=True, check=False)
    if runtime.returncode or not Path(runtime.stdout.strip()).is_absolute():
        pytest.skip("no C++ compiler with sanitizers here")
    name, flags = next((name, flags) for name, flags in variants().items() if name in LIBRARIES)
    built = tmp_path / f"{name}.so"
    checks = (
        "-O1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-fno-omit-frame-pointer",
        "-shared",
        "-fPIC",
    )
    subprocess.run(["c++", *FLAGS, *flags, *checks, str(FOLDER / f"cpp/{name}.cpp"), "-o", str(built)], check=True)
    program = (
        "import sys; from pathlib import Path; from helpers.native_cases import exercise;"
        "from rnnbench.training.engines.native.library import open_library;"
        "print(len(list(exercise(open_library(Path(sys.argv[1]))))))"
    )
    environment = {
        "LD_PRELOAD": runtime.stdout.strip(),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": str(ROOT / "tests"),
    }
    result = subprocess.run(
        [sys.executable, "-c", program, str(built)], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]
    assert int(result.stdout) == len(CATALOGUE) * len(CASES)
