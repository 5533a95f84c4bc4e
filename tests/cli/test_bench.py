"""The benchmark of speed: its counts, its ratios, and that a quick one runs. No test asserts a speed."""

import json
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from helpers.networks import CATALOGUE, needs_native, network
from rnnbench import cells
from rnnbench.cli.bench.gpu import bytes_moved
from rnnbench.cli.bench.rates import BATCH, LABELS, Workload, product_operations, rates, ratio, steppers_of, workloads
from rnnbench.cli.bench.tables import bench_rows, gpu_rows, rate_rows
from rnnbench.cli.bench.text import rendered
from rnnbench.cli.bench.time_spent import time_spent
from rnnbench.cli.bench.torch_nn import TorchNetwork, torch_run
from rnnbench.common.registry import names
from rnnbench.models.architectures import lecture
from rnnbench.models.network import count_parameters
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.results import paths
from rnnbench.results.schemas import BENCH, GPU_RATES
from rnnbench.results.tables import frame
from rnnbench.results.timings import Times, read_times, timed


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("input_kind", ["numbers", "words"])
def test_torch_networks_are_as_large_as_ours(name, input_kind):
    """Except torch.nn's second bias of each gate, the output layer in each Jordan layer, and the embedding of words."""
    ours = network(name, hidden=8, input_size=8, output_size=5, input_kind=input_kind)
    torch_network = TorchNetwork(ours)
    inputs = torch.randn(2, 7, 8) if input_kind == "numbers" else torch.zeros(2, 7, dtype=torch.int64)
    assert torch_network(inputs).shape == (2, 7, 5)
    our_matrices = sum(math.prod(shape) for shape in ours.shapes.values() if len(shape) == 2)
    torch_matrices = sum(
        weight.numel() for key, weight in torch_network.named_parameters() if weight.ndim == 2 and "peep" not in key
    )
    jordan_outputs = 8 * 5 * ours.layers * len(ours.directions) if "jordan" in name else 0
    embedding = 64 if input_kind == "words" else 0
    assert torch_matrices == our_matrices + jordan_outputs + embedding
    assert count_parameters(ours)["readout"] == sum(weight.numel() for weight in torch_network.readout.parameters())


@pytest.mark.parametrize("name", CATALOGUE)
def test_torch_networks_learn(name):
    """The task is whether a number is above 0; a network that does not learn would be no baseline of speed."""
    ours = network(name, hidden=16, input_size=3, output_size=2, layers=min(CATALOGUE[name].layers, 2))
    inputs = torch.randn(32, 6, 3, generator=torch.Generator().manual_seed(0))
    targets = (inputs[..., 0] > 0).long()
    run = torch_run(ours, seed=0, learning_rate=0.02)
    for _ in range(60):
        run.step(inputs, targets)
    assert (run.model(inputs).argmax(-1) == targets).float().mean() > 0.9


def test_operations_as_counted_by_hand():
    """An LSTM of 4 units over 4 numbers. The input needs no gradient; the first step has no recurrent input."""
    input_, recurrent, readout = 4 * 16, 4 * 16, 4 * LABELS
    assert product_operations(Workload("lstm", 4, 5)) == 2 * BATCH * (
        5 * 2 * input_ + 4 * 3 * recurrent + 5 * 3 * readout
    )


MEASURED = {*names(cells), *(architecture.name for architecture in lecture())}
"""The networks that are measured: variants with other settings of a cell cost the same."""


def test_every_cell_and_every_network_of_the_lecture_is_measured():
    for quick in (False, True):
        assert {workload.architecture for workload in workloads(quick=quick)} == MEASURED
    sizes = {(w.hidden, w.length) for w in workloads(quick=False) if w.architecture == "gru"}
    assert sizes == {(hidden, length) for hidden in (32, 64, 128) for length in (16, 100)}
    assert Workload("gru", 32, 16).network.output_size == LABELS


def test_ratios_are_of_the_same_round():
    """The machine was half as fast in the second round, for both engines."""
    assert ratio({"native": [100, 50, 100], "torch_nn": [10, 5, 10]}, "native", "torch_nn") == 10


SETTINGS = {"tasks": [{"task": "register", "length": 4}], "encoders": ["one_of_n"], "architectures": ["elman"]}


def test_the_time_of_an_experiment_is_that_of_its_steps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(parse_settings(SETTINGS))
    for second, step in enumerate(plan):
        timed_at(step.kind, step.digest, Times(float(second), second + 0.25, second + 1.0))
    assert time_spent(plan) is None
    timed_at("report", plan.collect.digest, Times(10.0, 11.0, 13.0))
    spent = time_spent(plan)
    assert spent is not None
    kinds = [step.kind for step in plan]
    analysis = sum(kind in ("describe", "rivals", "collect") for kind in kinds)
    assert spent.wall == len(kinds) + 3.0  # the pause before the report does not count
    assert spent.parts == {
        "start-up": 0.25 * len(kinds) + 1,
        "data": 0.75,
        "training": 0.75,
        "analysis": 0.75 * analysis,
        "report": 2.0,
    }


def timed_at(kind, name, times):
    path = paths.TIMINGS / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vars(times)))


def test_a_step_writes_down_when_it_began_and_ended(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_times("data", "00ff") is None
    timed("data", "00ff", "rnnbench.results.timings", lambda: None)
    times = read_times("data", "00ff")
    assert times is not None
    assert times.started < times.loaded <= times.ended


@needs_native
def test_a_rough_benchmark_runs_and_says_what_it_found(tmp_path):
    """In an empty folder, with --against-processes, where both sides must end well."""
    (tmp_path / "config.yaml").write_text(json.dumps(SETTINGS))
    command = [sys.executable, "-m", "rnnbench", "bench", "--quick", "--against-processes"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    table = pd.read_csv(tmp_path / "reports/tables/bench.csv")
    rates = table[table["measure"] == "steps"]
    assert set(rates["engine"]) == {"native", "torch", "torch_nn"}
    assert set(rates["subject"]) == MEASURED
    assert np.isfinite(table["value"]).all()
    assert (table["value"] > 0).all()
    assert set(table["measure"]) >= {"steps_ratio", "peak_share", "start_up", "run_ratio"}
    assert "lstm_5_layers" in result.stdout
    assert "run ratio" in result.stdout
    assert "run snakemake" in result.stderr


def test_a_machine_without_native_code_has_figures_too(monkeypatch):
    monkeypatch.setattr("rnnbench.cli.bench.rates.unavailable_reason", lambda: "no compiler")
    monkeypatch.setattr("rnnbench.cli.bench.rates.workloads", lambda *, quick: [Workload("elman", 4, 3)])
    monkeypatch.setattr("rnnbench.cli.bench.tables.unavailable_reason", lambda: "no compiler")
    rows, messages = list(rate_rows(quick=True, say=lambda text: None)), []
    assert {row["engine"] for row in rows} == {"torch", "torch_nn"}
    assert {row["measure"] for row in rows} == {"steps", "steps_ratio"}
    text = rendered(frame(BENCH, rows))
    assert "elman" in text
    assert "nan" not in text
    monkeypatch.setattr("rnnbench.cli.bench.tables.rate_rows", lambda **_: [])
    monkeypatch.setattr("rnnbench.cli.bench.tables.start_rows", lambda **_: [])
    monkeypatch.setattr("rnnbench.cli.bench.tables.time_spent_rows", lambda *_, **__: [])
    assert list(bench_rows(None, against_processes=True, quick=True, say=messages.append)) == []
    assert messages == ["--against-processes needs native code: no compiler"]


@needs_native
def test_engines_take_turns_with_the_peak():
    rates_by_engine = rates(Workload("elman", 4, 3), rounds=2, seconds=0.0)
    assert (
        list(rates_by_engine) == list(steppers_of(Workload("elman", 4, 3))) == ["torch_nn", "torch", "native", "peak"]
    )
    assert {len(values) for values in rates_by_engine.values()} == {2}


@pytest.mark.parametrize("name", ["elman", "lstm"])
def test_words_are_read_by_networks_of_one_size(name):
    """Except torch.nn's second bias of each gate."""
    ours = Workload(name, 8, 4, "words").network
    torch_parameters = sum(weight.numel() for weight in TorchNetwork(ours).parameters())
    assert torch_parameters == sum(count_parameters(ours).values()) + 8 * len(ours.cell.gates)


def test_nothing_heavy_is_imported_before_it_is_used():
    program = "import sys, rnnbench.cli.bench.tables; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_the_benchmark_of_a_gpu_has_every_figure_also_where_a_cpu_must_do():
    messages = []
    rows = list(gpu_rows(quick=True, say=messages.append, device="cuda" if torch.cuda.is_available() else "cpu"))
    table = frame(BENCH, rows)
    assert (table["value"] > 0).all()
    steps = table[table["measure"] == "gpu_steps"]
    assert set(zip(steps["engine"], steps["runs"], strict=True)) == {
        ("torch_nn", 1),
        *((engine, runs) for engine in ("torch", "cuda") for runs in (1, 40)),
    }
    assert set(table["measure"]) == {*GPU_RATES, "gpu_peak"}
    text = rendered(table)
    assert "nan" not in text
    assert "lstm" in text
    assert messages == ["lstm H32", "elman H32"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a GPU")
def test_without_a_gpu_its_benchmark_says_so_in_one_line(tmp_path):
    command = [sys.executable, "-m", "rnnbench", "bench", "--device", "cuda"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr == "device: cuda cannot be used: torch finds no GPU here; set device: cpu\n"


def test_words_are_looked_up_without_a_product():
    """An Elman network of 4 units: the embeddings need a gradient, and so there are 3 products instead of 2."""
    assert product_operations(Workload("elman", 4, 5, "words")) == 2 * BATCH * (
        5 * 3 * 16 + 4 * 3 * 16 + 5 * 3 * 4 * LABELS
    )


def test_bytes_as_counted_by_hand():
    """An LSTM of 4 units: 4 gates, a and c at each of 5 positions of a sequence."""
    weights = 1000 * 4 + 2 * 4 * 16 + 16 + 4 * LABELS + LABELS
    assert bytes_moved(Workload("lstm", 4, 5, "words")) == 4 * (6 * weights + 2 * BATCH * 5 * 4 * (4 + 2))
