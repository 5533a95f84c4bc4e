"""The benchmark of speed: what it counts, what it compares, and that a rough one runs. No test looks at a speed."""

import json
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from builders import CATALOGUE, needs_native, network
from rnnbench.bench.plain import PlainNetwork, plain_run
from rnnbench.bench.rates import BATCH, LABELS, Workload, product_operations, product_share, ratio, workloads
from rnnbench.bench.shares import spent
from rnnbench.bench.text import rendered
from rnnbench.configfile import parse_settings
from rnnbench.network import count_parameters
from rnnbench.plan import plan_of
from rnnbench.tables import BENCH, frame
from rnnbench.times import FOLDER, Times, read_times, timed


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("reads", ["numbers", "words"])
def test_plain_networks_are_as_large_as_ours(name, reads):
    """But for a second bias of each gate where torch.nn has one, the Jordan network's own readout, a table of words."""
    ours = network(name, hidden=8, inputs=8, outputs=5, reads=reads)
    plain = PlainNetwork(ours)
    inputs = torch.randn(2, 7, 8) if reads == "numbers" else torch.zeros(2, 7, dtype=torch.int64)
    assert plain(inputs).shape == (2, 7, 5)
    matrices = sum(math.prod(shape) for shape in ours.shapes.values() if len(shape) == 2)
    theirs = sum(weight.numel() for key, weight in plain.named_parameters() if weight.ndim == 2 and "peep" not in key)
    own = 8 * 5 * ours.layers * len(ours.directions) if "jordan" in name else 0
    words = 64 if reads == "words" else 0
    assert theirs == matrices + own + words
    assert count_parameters(ours)["readout"] == sum(weight.numel() for weight in plain.readout.parameters())


@pytest.mark.parametrize("name", CATALOGUE)
def test_plain_networks_learn(name):
    """Whether a number is above 0: a network that learns nothing would be no rival in speed either."""
    ours = network(name, hidden=16, inputs=3, outputs=2, layers=min(CATALOGUE[name].layers, 2))
    inputs = torch.randn(32, 6, 3, generator=torch.Generator().manual_seed(0))
    targets = (inputs[..., 0] > 0).long()
    run = plain_run(ours, seed=0, learning_rate=0.02)
    for _ in range(60):
        run.step(inputs, targets)
    assert (run.model(inputs).argmax(-1) == targets).float().mean() > 0.9


def test_operations_as_counted_by_hand():
    """An LSTM of 4 units over 3 numbers with 2 labels, 5 positions. Nobody wants the gradient of the input."""
    forward = 3 * 16 + 4 * 16 + 4 * 2
    ours = network("lstm")
    assert product_operations(ours, 5) == 2 * 5 * (3 * forward - 3 * 16)
    share = product_share(Workload("lstm", 32, 16), 1000.0, 1e9)
    assert share == product_operations(Workload("lstm", 32, 16).network, BATCH * 16) * 1000 / 1e9


def test_every_architecture_of_the_catalogue_is_measured():
    for quick in (False, True):
        assert {one.architecture for one in workloads(quick=quick)} == set(CATALOGUE)
    whole = list(workloads(quick=False))
    assert {(one.hidden, one.length) for one in whole if one.architecture == "gru"} == {
        (hidden, length) for hidden in (32, 64, 128) for length in (16, 100)
    }
    assert Workload("gru", 32, 16).network.outputs == LABELS


def test_ratios_are_of_the_same_round():
    """The machine was half as fast in the second round; both engines felt it."""
    assert ratio({"native": [100, 50, 100], "torch_nn": [10, 5, 10]}, "native", "torch_nn") == 10


SETTINGS = {"tasks": [{"task": "register", "length": 4}], "encoders": ["one_of_n"], "architectures": ["elman"]}


def test_the_time_of_an_experiment_is_that_of_its_steps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(parse_settings(SETTINGS))
    for second, step in enumerate(plan):
        timed_at(step.kind, step.digest, Times(float(second), second + 0.25, second + 1.0))
    assert spent(plan) is None
    timed_at("report", "report", Times(10.0, 11.0, 13.0))
    found = spent(plan)
    assert found is not None
    kinds = [step.kind for step in plan]
    analysis = sum(kind in ("describe", "rivals", "collect") for kind in kinds)
    assert found.wall == 13.0
    assert found.parts == {
        "start-up": 0.25 * len(kinds) + 1,
        "data": 0.75,
        "training": 0.75,
        "analysis": 0.75 * analysis,
        "report": 2.0,
    }


def timed_at(kind, name, times):
    path = FOLDER / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vars(times)))


def test_a_step_writes_down_when_it_began_and_ended(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_times("data", "00ff") is None
    timed("data", "00ff", "rnnbench.times", lambda: None)
    found = read_times("data", "00ff")
    assert found is not None
    assert found.started < found.loaded <= found.ended


@needs_native
def test_a_rough_benchmark_runs_and_says_what_it_found(tmp_path):
    """In a folder of its own; also against processes, where both sides must end well."""
    (tmp_path / "config.yaml").write_text(json.dumps(SETTINGS))
    command = [sys.executable, "-m", "rnnbench", "bench", "--quick", "--against-processes"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    table = pd.read_csv(tmp_path / "reports/tables/bench.csv")
    rates = table[table["measure"] == "steps"]
    assert set(rates["engine"]) == {"native", "torch", "torch_nn"}
    assert set(rates["subject"]) == set(CATALOGUE)
    assert np.isfinite(table["value"]).all()
    assert (table["value"] > 0).all()
    assert set(table["measure"]) >= {"peak_operations", "steps_ratio", "peak_share", "start_up", "run_ratio"}
    assert "lstm_5_layers" in result.stdout
    assert "run ratio" in result.stdout
    assert "run snakemake" in result.stderr


def test_a_machine_without_native_code_has_figures_too():
    rows = [
        {"measure": "steps", "subject": "lstm", "reads": "numbers", "hidden": 32, "length": 16, "engine": "torch"},
        {"measure": "start_up", "subject": "python", "reads": "", "hidden": None, "length": None, "engine": ""},
    ]
    text = rendered(frame(BENCH, [row | {"value": 12.0, "unit": "1/s"} for row in rows]))
    assert "lstm" in text
    assert "nan" not in text


def test_nothing_heavy_is_imported_before_it_is_used():
    program = "import sys, rnnbench.bench; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
