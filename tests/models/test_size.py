"""Sizes: the same networks with equal width, equal parameters or equal states, in one experiment."""

from pathlib import Path

import pytest

from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.config.settings import as_configuration
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.runs import Runs
from rnnbench.results.tables import read_tables

SMALL = {
    "tasks": [{"task": "travel", "train": 32, "validation": 8, "test": 8, "extra": 4}],
    "encoders": ["one_of_n"],
    "architectures": ["elman", "lstm", {"name": "own", "cell": "gru", "hidden": 3}],
    "training": {"seeds": 1, "learning_rates": [0.01], "max_steps": 2, "check": 1},
    "device": "cpu",
}


def settings(**changes):
    return parse_settings(SMALL | changes)


def names_of(configured):
    return [network.name for network in configured.networks_of(configured.tasks[0], "one_of_n")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def digests(configured):
    return {
        Runs(step.job, combination).names["architecture"]: step.job.run(combination, seed=0, learning_rate=0.01).digest
        for step in plan_of(configured).train
        for combination in step.job.combinations
    }


def test_a_list_of_sizes_runs_every_network_at_each_but_for_those_with_a_size_of_their_own():
    configured = settings(size=[{"hidden": 8}, {"hidden": 8, "parameters": "lstm"}, {"states": 16}])
    assert names_of(configured) == [
        *("elman", "lstm", "own"),
        *("elman (parameters of lstm)", "lstm (parameters of lstm)"),
        *("elman (16 states)", "lstm (16 states)"),
    ]
    assert parse_settings(as_configuration(configured)) == configured


@pytest.fixture(scope="module")
def widths(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        sizes = [{"hidden": 8}, {"hidden": 8, "parameters": "lstm"}, {"hidden": 8, "states": 16}, {"parameters": 9000}]
        wide = {"name": "wide", "cell": "elman", "parameters": "lstm"}
        for step in plan_of(settings(size=sizes, architectures=[*SMALL["architectures"], wide])):
            make_step(step.kind, Path(step.plan), Path(step.output))
        tables = read_tables(Path("results/tables"))
        return tables["runs"].set_index("architecture"), tables["architectures"].set_index("architecture")


def test_networks_get_the_width_that_makes_them_equal(widths):
    runs, _ = widths
    assert runs.loc[["elman", "lstm", "own"], "hidden"].tolist() == [8, 8, 3]
    assert runs.loc["lstm (parameters of lstm)", "hidden"] == 8
    elman, wide, lstm = (runs.loc[name] for name in ("elman (parameters of lstm)", "wide", "lstm"))
    assert elman["hidden"] > 2 * 8
    assert abs(elman["parameters"] - lstm["parameters"]) < 0.03 * lstm["parameters"]
    assert (wide["hidden"], wide["digest"]) == (elman["hidden"], elman["digest"])  # the same network by another name
    assert runs.loc[["elman (16 states)", "lstm (16 states)"], "hidden"].tolist() == [16, 8]
    assert runs.loc["lstm (16 states)", "parameters"] == lstm["parameters"]
    for name in ("elman (9000 parameters)", "lstm (9000 parameters)"):
        assert abs(runs.loc[name, "parameters"] - 9000) < 0.05 * 9000


def test_tables_name_what_networks_are_matched_on(widths):
    _, networks = widths
    assert networks.loc[["lstm", "own", "wide"], "fair"].tolist() == ["equal width (8 units)"] * 3
    assert networks.loc["lstm (16 states)", ["base", "size", "fair"]].tolist() == [
        "lstm",
        "16 states",
        "equal state size (16 numbers)",
    ]
    assert networks.loc["wide", ["base", "size"]].tolist() == ["wide", "parameters of lstm"]
    assert networks.loc["own", "size"] == "3 units"


@pytest.mark.usefixtures("folder")
def test_a_run_depends_on_the_architecture_whose_parameters_it_gets_and_not_on_its_name():
    def digest_of_elman(matched_to):
        size = {"hidden": 8, "parameters": matched_to["name"]}
        return digests(settings(size=size, architectures=["elman", matched_to]))["elman"]

    lstm = digest_of_elman({"name": "a", "cell": "lstm"})
    renamed = digest_of_elman({"name": "b", "cell": "lstm"})
    gru = digest_of_elman({"name": "a", "cell": "gru"})
    wider = digest_of_elman({"name": "a", "cell": "lstm", "hidden": 9})
    assert lstm == renamed
    assert len({lstm, gru, wider}) == 3


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"size": {"parameters": "lsmt"}}, "size: parameters: unknown architecture 'lsmt'; did you mean 'lstm'?"),
        ({"size": {"parameters": 0}}, "size.parameters: must be a positive integer, or the name of an architecture"),
        ({"size": {"parameters": 9, "states": 9}}, "size: parameters and states cannot both be given"),
        ({"size": [{"hidden": 8}, {"hidden": 8}]}, "size.1: duplicate size: equal width"),
        ({"size": []}, "size: must be a list with at least one entry"),
        (
            {"architectures": ["lstm", {"name": "x", "cell": "gru", "parameters": "x"}]},
            "architectures: parameters: the size of 'x' is set by parameters or states, too; name another architecture",
        ),
    ],
)
def test_a_size_that_cannot_be_is_one_line(changes, text):
    with pytest.raises(UserError) as error:
        settings(**changes)
    (line,) = str(error.value).splitlines()
    assert text in line
