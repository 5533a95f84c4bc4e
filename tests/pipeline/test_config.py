"""Configuration files: defaults, merging, and mistakes, which are reported all at once, each with its location."""

from pathlib import Path

import pytest

from helpers.project_copy import ROOT
from rnnbench.common.errors import UserError
from rnnbench.models.architectures import lecture
from rnnbench.pipeline.config.load import load_settings, parse_settings
from rnnbench.pipeline.config.settings import as_configuration

SMALL = "tasks: [travel]\nencoders: [one_of_n]\narchitectures: [lstm]\n"


@pytest.fixture
def load(tmp_path):
    def read(*texts):
        paths = [tmp_path / f"{i}.yaml" for i in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text)
        return load_settings(paths)

    return read


def mistakes(load, *texts):
    with pytest.raises(UserError) as error:
        load(*texts)
    return [line.split("/")[-1] for line in str(error.value).splitlines()]


def test_the_default_experiment_is_the_lectures():
    settings = load_settings([ROOT / "config.yaml"])
    kinds = [*["travel"] * 4, *["delayed_recall"] * 4, "adding", "register", "order"]
    assert [task.kind for task in settings.tasks] == kinds
    assert len(settings.encoders) == 4
    assert [architecture.name for architecture in settings.architectures[:13]] == [
        network.name for network in lecture()
    ]
    assert settings.training.seeds >= 20
    assert settings.training.learning_rates == "auto"


def test_every_bundled_experiment_is_valid():
    for path in (ROOT / "workflow/experiments").glob("*.yaml"):
        load_settings([ROOT / "config.yaml", path])


def test_a_later_file_is_merged_over_an_earlier_one_and_replaces_lists(load):
    settings = load(SMALL + "training: {seeds: 3, batch: 9}\n", "encoders: [letter_trigram]\ntraining: {batch: 2}\n")
    assert [encoder.kind for encoder in settings.encoders] == ["letter_trigram"]
    assert (settings.training.seeds, settings.training.batch) == (3, 2)


def test_a_list_is_an_axis_and_its_values_are_in_the_names(load):
    settings = load(SMALL.replace("[travel]", "[travel, {task: register, length: [5, 9], train: 64}]"))
    assert [task.label for task in settings.tasks] == ["travel", "register length=5", "register length=9"]


def test_an_axis_with_a_name_has_that_name_and_its_values(load):
    settings = load(SMALL.replace("[travel]", "[travel, {task: travel, name: few, train: [50, 99]}]"))
    assert [task.label for task in settings.tasks] == ["travel", "few train=50", "few train=99"]


def test_a_name_of_ones_own(load):
    settings = load(SMALL.replace("[travel]", "[{task: register, length: 5, name: short}]"))
    assert settings.tasks[0].label == "short"


def test_an_architecture_of_ones_own(load):
    text = SMALL.replace("[lstm]", "[{name: mine, cell: lstm, layers: 2, bidirectional: true, forget_bias: 0}]")
    (mine,) = load(text).architectures
    assert (mine.name, mine.cell.kind, mine.layers, mine.bidirectional) == ("mine", "lstm", 2, True)
    assert mine.cell.settings["forget_bias"] == 0


def test_a_task_has_its_own_architectures_and_training(load):
    """It may name architectures that the experiment does not; its other training settings are the experiment's."""
    entry = "{task: register, architectures: [gru, mine], training: {max_steps: 9}}"
    architectures = "[lstm, {name: mine, cell: elman}]"
    settings = load(
        SMALL.replace("[travel]", f"[travel, {entry}]").replace("[lstm]", architectures)
        + "training: {seeds: 2, max_steps: 4}\n"
    )
    travel, register = settings.tasks
    assert [architecture.name for architecture in settings.architectures_of(travel, "one_of_n")] == ["lstm", "mine"]
    assert [architecture.name for architecture in settings.architectures_of(register, "raw")] == ["gru", "mine"]
    assert [settings.training_of(task).max_steps for task in settings.tasks] == [4, 9]
    assert [settings.training_of(task).seeds for task in settings.tasks] == [2, 2]


def test_a_task_has_its_own_architectures_behind_an_encoder(load):
    """Behind the others it has those that it names for all, or all of the experiment's; an encoder may be unused."""
    entry = (
        "{task: travel, architectures: [elman], architectures_behind: {mine: [gru, lstm], learned_embedding: [gru]}}"
    )
    encoders = "[one_of_n, {encoder: letter_trigram, name: mine}]"
    settings = load(SMALL.replace("[travel]", f"[{entry}]").replace("[one_of_n]", encoders))
    (travel,) = settings.tasks
    networks = {name: settings.networks_of(travel, name) for name in ("one_of_n", "mine")}
    names = {name: [network.name for network in sized] for name, sized in networks.items()}
    assert names == {"one_of_n": ["elman"], "mine": ["gru", "lstm"]}


def test_learning_rates_are_searched_for_or_named(load):
    auto, named = (load(f"{SMALL}training: {{learning_rates: {value}}}\n").training for value in ("auto", "[0.1]"))
    assert (auto.search.rates, auto.search.extends) == ((0.005, 0.01, 0.02), True)
    assert (named.search.rates, named.search.extends) == ((0.1,), False)


def test_yaml_reads_1e_3_as_text_but_it_is_a_number(load):
    assert load(SMALL + "training: {learning_rates: [1e-3]}\n").training.learning_rates == (0.001,)


def test_settings_written_as_a_configuration_are_the_same_settings():
    settings = load_settings([ROOT / "config.yaml", ROOT / "workflow/experiments/smoke.yaml"])
    assert parse_settings(as_configuration(settings)) == settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMALL.replace("travel", "travle"), "0.yaml:1: tasks.0: unknown task 'travle'; did you mean 'travel'?"),
        (
            SMALL.replace("one_of_n", "one_off_n"),
            "0.yaml:2: encoders.0: unknown encoder 'one_off_n'; did you mean 'one_of_n'?",
        ),
        (
            SMALL.replace("[lstm]", "[lsmt]"),
            "0.yaml:3: architectures.0: unknown architecture 'lsmt'; did you mean 'lstm'?",
        ),
        (SMALL + "trainning: {}\n", "0.yaml:4: trainning: unknown key 'trainning'; did you mean 'training'?"),
        (
            SMALL + "training: {sedes: 1}\n",
            "0.yaml:4: training.sedes: unknown key 'sedes'; did you mean 'seeds'?",
        ),
        (
            SMALL + "training:\n  max_steps: 0\n",
            "0.yaml:5: training.max_steps: input should be greater than or equal to 1, not 0",
        ),
        (SMALL + "size: {hidden: -3}\n", "0.yaml:4: size.hidden: input should be greater than or equal to 1, not -3"),
        (SMALL + "training: 5\n", "0.yaml:4: training: must be a mapping of settings, not 5"),
        (SMALL.replace("[travel]", "[]"), "0.yaml:1: tasks: must be a list with at least one entry, not []"),
        (SMALL.replace("tasks: [travel]\n", ""), "0.yaml: tasks: must be a list with at least one entry, not nothing"),
        (SMALL + "device: gpu\n", "0.yaml:4: device: input should be 'auto', 'cpu' or 'cuda', not 'gpu'"),
        (
            SMALL.replace("[lstm]", "[{name: deep, cell: jordan, layers: 2}]"),
            "0.yaml:3: architectures.0.layers: jordan feeds back the network's output, so it can have only one layer",
        ),
        (
            SMALL.replace("[lstm]", "[{name: deep, cell: gru, layer: 2}]"),
            "0.yaml:3: architectures.0.layer: unknown key 'layer'; did you mean 'layers'?",
        ),
        (
            SMALL.replace("[lstm]", "[lstm, gru, lstm]"),
            "0.yaml:3: architectures.2: duplicate name 'lstm'; choose another name",
        ),
        (
            SMALL + "training: {learning_rates: [0.1, 0.1]}\n",
            "0.yaml:4: training.learning_rates: learning rates must be distinct, not [0.1, 0.1]",
        ),
        ("tasks: [travel\n", "0.yaml:2: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("- travel\n", "0.yaml: must be a mapping of settings, not list"),
        (
            SMALL.replace("[travel]", "[{task: register, length: [5, 5]}]"),
            "0.yaml:1: tasks.0: duplicate name 'register'; choose another name",
        ),
        (
            SMALL.replace("[travel]", "[travel, {task: register, name: travel}]"),
            "0.yaml:1: tasks.1: duplicate name 'travel'; choose another name",
        ),
        (
            SMALL.replace("[one_of_n]", "[raw]"),
            "0.yaml:2: encoders: none of them reads words, the input of the task 'travel'",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, name: [a, b], train: [50, 99]}]"),
            "0.yaml:1: tasks.0.name: input should be a valid string, not ['a', 'b']",
        ),
        (SMALL + "training: []\n", "0.yaml:4: training: must be a mapping of settings, not []"),
        (
            SMALL.replace("[travel]", "[{task: travel, training: {max_step: 3}}]"),
            "0.yaml:1: tasks.0.training.max_step: unknown key 'max_step'; did you mean 'max_steps'?",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, architectures: [lsmt]}]"),
            "0.yaml:1: tasks: the task 'travel' cannot be run with the architecture 'lsmt'; did you mean 'lstm'?",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, architectures_behind: {one_of_n: [lsmt]}}]"),
            "0.yaml:1: tasks: the task 'travel' cannot be run with the architecture 'lsmt'; did you mean 'lstm'?",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, architectures_behind: {one_off_n: [lstm]}}]"),
            "0.yaml:1: tasks: architectures_behind: the task 'travel' has no encoder 'one_off_n'; "
            "did you mean 'one_of_n'?",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, architectures_behind: {one_of_n: [gru, gru]}}]"),
            "0.yaml:1: tasks: the task 'travel' names 'gru' twice in architectures_behind: one_of_n",
        ),
        (
            SMALL.replace("[travel]", "[{task: travel, architectures_behind: {one_of_n: []}}]"),
            "0.yaml:1: tasks: architectures_behind: the task 'travel' names none behind 'one_of_n'",
        ),
        (
            SMALL + "training: {learning_rates: some}\n",
            "0.yaml:4: training.learning_rates: input should be 'auto' or a valid tuple, not 'some'",
        ),
        (
            SMALL + "training: {learning_rates: []}\n",
            "0.yaml:4: training.learning_rates: tuple should have at least 1 item after validation, not 0, not []",
        ),
        (
            SMALL + "training: {learning_rates: [0.1, -1]}\n",
            "0.yaml:4: training.learning_rates.1: input should be greater than 0, not -1",
        ),
        (
            SMALL + "training: {learning_rates: [fast]}\n",
            "0.yaml:4: training.learning_rates.0: input should be a valid number, unable to parse string as a number, "
            "not 'fast'",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_location_and_the_nearest_name(load, text, expected):
    assert mistakes(load, text) == [expected]


def test_all_mistakes_are_reported_at_once_with_their_files(load):
    lines = mistakes(load, SMALL + "size: {hidden: 0}\n", "encoders: [one]\ntraining: {seeds: x}\n")
    assert [line.split(": ")[0] for line in lines] == ["1.yaml:1", "0.yaml:4", "1.yaml:2"]


RUNS = "30 tasks, with all their encoders, architectures, sizes, seeds and learning rates, make 1,200,000 runs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMALL + "size: {hidden: 4097}\n", "4: size.hidden: input should be less than or equal to 4096, not 4097"),
        (SMALL + "size: {parameters: 100000001}\n", "4: size.parameters: must be at most 100,000,000, not 100000001"),
        (SMALL + "size: {states: 65537}\n", "4: size.states: input should be less than or equal to 65536, not 65537"),
        (SMALL + "training: {seeds: 10001}\n", "4: training.seeds: input should be less than or equal to 10000"),
        (
            SMALL + "training: {max_steps: 100000001}\n",
            "4: training.max_steps: input should be less than or equal to 100000000",
        ),
        (SMALL + "training: {batch: 10001}\n", "4: training.batch: input should be less than or equal to 10000"),
        (
            SMALL.replace("[lstm]", "[{name: x, cell: gru, layers: 65}]"),
            "3: architectures.0.layers: input should be less",
        ),
        (SMALL.replace("[lstm]", "[{name: x, cell: lstm, forget_bias: 1e9}]"), "3: architectures.0.forget_bias: input"),
        (
            SMALL.replace("[travel]", "[{task: travel, train: 1000001}]"),
            "1: tasks.0.train: input should be less than or",
        ),
        (
            SMALL.replace("[travel]", "[{task: copy, delay: 10001}]"),
            "1: tasks.0.delay: input should be less than or equal",
        ),
        (
            SMALL.replace("[travel]", f"[{{task: travel, seed: {2**63}}}]"),
            "1: tasks.0.seed: input should be less than or",
        ),
        (
            SMALL.replace("[travel]", "[{task: copy, delay: 9980, train: 3000}]"),
            "1: tasks.0: 4,500 sequences of 10,000 steps are 45,000,000 steps; at most 20,000,000 fit into memory",
        ),
        (
            SMALL.replace("[travel]", "[{task: register, length: 2000, train: 9}]").replace("one_of_n", "raw"),
            "1: tasks.0: length x length x largest is 24,000,000; at most 10,000,000 will do",
        ),
        (
            SMALL.replace("[travel]", f"[{{task: travel, seed: {[*range(101)]}, train: {[*range(1, 101)]}}}]"),
            "1: tasks.0: its lists make 10,100 tasks; at most 10,000 in all are allowed",
        ),
        (
            SMALL.replace("[lstm]", f"{['lstm'] * 1001}"),
            "3: architectures: has 1,001 entries; at most 1,000 are allowed",
        ),
        (
            SMALL.replace("[travel]", f"[{{task: travel, seed: {[*range(30)]}}}]")
            + "training: {seeds: 10000, search_seeds: 10000, learning_rates: [0.01, 0.02]}\n"
            "size: [{hidden: 8}, {hidden: 9}]\n",
            f"1: tasks: {RUNS}; at most 1,000,000 are allowed",
        ),
        (
            SMALL.replace("[lstm]", "[lstm_5_layers]") + "size: {hidden: 4096}\n",
            "3: architectures: lstm_5_layers has 335,544,320 recurrent weights at 4096 units; at most 100,000,000",
        ),
    ],
)
def test_no_number_needs_more_than_a_computer_has(load, text, expected):
    (line,) = mistakes(load, text)
    assert line.startswith(f"0.yaml:{expected}")


def test_the_number_of_reported_mistakes_is_limited(load):
    lines = mistakes(load, SMALL.replace("[lstm]", f"{[f'x{i}' for i in range(999)]}"))
    assert len(lines) == 51
    assert lines[-1] == "... and more mistakes"


def test_files_that_snakemake_merged_are_read_again(tmp_path):
    """Snakemake accepts duplicate keys and aliases without limit."""
    file = tmp_path / "my.yaml"
    file.write_text(SMALL + "encoders: [raw]\n")
    values = {"tasks": ["travel"], "encoders": ["one_of_n"], "architectures": ["lstm"]}
    with pytest.raises(UserError, match=r"my\.yaml:4: duplicate key 'encoders', already on line 2"):
        parse_settings(values, [file])


def test_an_unprintable_key_is_reported_on_one_line():
    with pytest.raises(UserError, match=r"^'\\n': unknown key '\\n'; valid are: [^\n]*$"):
        parse_settings({"tasks": ["travel"], "encoders": ["one_of_n"], "architectures": ["lstm"], "\n": 1})


def test_a_missing_file_is_reported_on_one_line():
    with pytest.raises(UserError, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_settings([Path("nowhere.yaml")])
