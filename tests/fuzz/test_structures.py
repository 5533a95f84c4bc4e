"""Settings of any value and type are an experiment that can be planned, or mistakes reported in a few lines."""

import math
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import BaseModel

from helpers.fuzzing import check_message, examples, files_below, without_hanging
from rnnbench import cells, encoders, tasks
from rnnbench.analysis.claims import OwnClaim
from rnnbench.cells import Cell
from rnnbench.common.errors import UserError
from rnnbench.common.registry import load, names
from rnnbench.encoders import Encoder
from rnnbench.models.architectures import Architecture, catalogue
from rnnbench.models.size import Size
from rnnbench.pipeline.config.load import load_settings, parse_settings
from rnnbench.pipeline.config.settings import Settings, Workflow, as_configuration
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.tasks import Task
from rnnbench.training.settings import Training

SPLITS = {"train": 6, "validation": 2, "test": 4}
INTEGERS = (
    st.sampled_from([-1, 0, 1, 2, 3, 20, 26, 27, 1000, 10**4, 10**6, 10**9, 2**31, 2**63, 10**30]) | st.integers()
)
FLOATS = st.sampled_from([0.0, 1e-320, 1e-9, 0.5, 1.0, 1e9, 1e300, math.inf, math.nan]) | st.floats()
NAMES = st.sampled_from(
    [*names(tasks), *names(encoders), *catalogue(), "lecture", "", " ", "..", "a/b", "x" * 61, "None"]
)
TEXTS = NAMES | st.text(max_size=20) | st.sampled_from(["1e-3", "1e999", "auto", "cuda", "above", "raw", "/dev/zero"])
SCALARS = st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def likely(model: type[BaseModel], key: str) -> st.SearchStrategy[Any]:
    """Return a strategy for values that are probably valid for a setting."""
    field = model.model_fields[key]
    kind = field.annotation
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    numbers = {int: st.integers(1, 30), float: st.floats(0.01, 0.99), bool: st.booleans()}
    return numbers.get(kind, st.none() if field.is_required() else st.just(field.default))  # type: ignore[arg-type]


@st.composite
def section(draw, model: type[BaseModel]):
    """Draw up to two of a model's settings, most of them with values that are probably valid."""
    keys = draw(st.sets(st.sampled_from([*model.model_fields]), max_size=2)) if model.model_fields else ()
    return {key: plain(draw(VALUES if draw(st.integers(0, 5)) == 5 else likely(model, key))) for key in keys}


def plain(value: Any) -> Any:
    """Return a value as plain data that YAML can hold."""
    return value.model_dump() if isinstance(value, BaseModel) else [*value] if isinstance(value, tuple) else value


@st.composite
def task(draw, corpus):
    """Draw a very small task with up to two settings of any value."""
    kind = draw(st.sampled_from(names(tasks)))
    entry: dict[str, Any] = {"task": kind}
    entry |= {"train": str(corpus), "test": str(corpus)} if kind == "columns" else SPLITS
    entry |= {"extra": 2} if kind == "travel" else {}
    return entry | draw(section(load(tasks, kind, Task)))


@st.composite
def encoder(draw):
    kind = draw(st.sampled_from(names(encoders)))
    return {"encoder": kind} | draw(section(load(encoders, kind, Encoder)))


@st.composite
def architecture(draw):
    kind = draw(st.sampled_from(names(cells)))
    entry = draw(section(Architecture)) | draw(section(load(cells, kind, Cell)))
    return entry | {"name": draw(st.sampled_from(["mine", "yours"])), "cell": kind}


@st.composite
def claim(draw):
    entry: dict[str, Any] = {"name": "mine", "sentence": "x", "first": "lstm", "task": "travel", "wanted": "above"}
    return entry | draw(section(OwnClaim))


@st.composite
def configuration(draw, corpus):
    """Draw an experiment with one or two tasks, in which sometimes one section has any value."""
    sections: dict[str, Any] = {
        "tasks": [draw(task(corpus)), "travel"][: draw(st.integers(1, 2))],
        "encoders": ["one_of_n", *draw(st.lists(encoder(), max_size=1))],
        "architectures": ["lstm", *draw(st.lists(architecture(), max_size=1))],
        "size": draw(section(Size) | st.lists(section(Size), max_size=2)),
        "training": {"seeds": 1} | draw(section(Training)),
        "workflow": draw(section(Workflow)),
        "claims": draw(st.lists(claim(), max_size=1)),
    }
    optional = draw(st.sets(st.sampled_from(["size", "training", "workflow", "claims"]), max_size=2))
    present = {"tasks", "encoders", "architectures", *optional}
    sections = {key: value for key, value in sections.items() if key in present}
    if draw(st.integers(0, 9)) == 9:
        sections[draw(st.sampled_from([*Settings.model_fields, "x"]))] = draw(VALUES)
    return sections


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("structures")
    (path / "corpus").write_text("to\tO\nRome\tB-city\n\nto\tO\n")
    return path


def has_few_runs(settings: Settings) -> bool:
    labels = [encoder.label for encoder in settings.encoders]
    networks = sum(len(settings.networks_of(task, label)) for task in settings.tasks for label in labels)
    return networks < 60 and networks * settings.training.seeds * len(settings.training.search.rates) < 2000


def approximate_steps(task: Task) -> float:
    """Return the approximate number of steps in a task's corpus."""
    sequences = sum(getattr(task, name) for name in SPLITS) if task.kind != "columns" else 2
    return sequences * max(getattr(task, "steps", 20), 20)


@pytest.fixture(autouse=True)
def in_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)


@examples(500)
@given(data=st.data())
def test_any_settings(folder, data):
    values = data.draw(configuration(folder / "corpus"))
    file = folder / "my.yaml"
    file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8", errors="surrogatepass")
    with without_hanging():
        try:
            settings = load_settings([file])
        except UserError as error:
            event("rejected")
            return check_message(str(error))
        event("read")
        assert parse_settings(as_configuration(settings)) == settings
        if has_few_runs(settings):
            plan_of(settings)
            assert {path.partition("/")[0] for path in files_below(folder)} <= {"results", "corpus", "my.yaml"}
    return None


@examples(200)
@given(data=st.data())
def test_any_task_is_generated_or_rejected(folder, data):
    values = {"tasks": [data.draw(task(folder / "corpus"))], "encoders": ["one_of_n"], "architectures": ["lstm"]}
    with without_hanging():
        try:
            corpora = [task.generate() for task in parse_settings(values).tasks if approximate_steps(task) < 20_000]
        except UserError as error:
            return check_message(str(error))
    for corpus in corpora:
        event("generated")
        assert all(len(split) for split in corpus.splits.values())
    return None
