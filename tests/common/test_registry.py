"""Files as names: one public class in each, and distinct names for members."""

import importlib
import sys

import pytest
from pydantic import ValidationError

from helpers.column_files import task_settings
from rnnbench import cells, encoders, tasks
from rnnbench.cells import Cell
from rnnbench.common.registry import Registered, build, load, names, with_names
from rnnbench.encoders import Encoder
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.tasks import Task
from rnnbench.tasks.register import Register
from rnnbench.tasks.travel import Travel

FOLDERS = [(tasks, Task), (encoders, Encoder), (cells, Cell)]
MEMBERS = [(folder, base, name) for folder, base in FOLDERS for name in names(folder)]
for_every_member = pytest.mark.parametrize(
    ("folder", "base", "name"), MEMBERS, ids=[f"{base.__name__}-{name}" for _, base, name in MEMBERS]
)


def labels(*members):
    return [member.label for member in with_names(members)]


@for_every_member
def test_every_file_holds_one_class_that_says_what_it_is(folder, base, name):
    member = load(folder, name, base)
    assert issubclass(member, base)
    assert member.__name__.lower() == name.replace("_", "")
    assert member.__doc__
    assert all(field.description for field in member.model_fields.values())


@for_every_member
def test_every_member_comes_back_from_its_settings(folder, base, name, tmp_path):
    sizes = {"train": 4, "validation": 2, "test": 4}
    member = build(folder, name, base, task_settings(name, tmp_path, sizes) if base is Task else {})
    settings = member.settings
    assert settings.pop("kind") == member.kind == name
    assert build(folder, name, base, settings | {"name": member.name}) == member


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="unknown cell 'lsmt'; did you mean 'lstm'"):
        load(cells, "lsmt", Cell)


def test_an_unknown_setting_is_refused():
    with pytest.raises(ValueError, match="lenght"):
        build(tasks, "register", Task, {"lenght": 5})


@pytest.mark.parametrize(("classes", "n_public"), [(("_Hidden",), 0), (("One", "_Hidden"), 1), (("One", "Two"), 2)])
def test_a_file_must_hold_one_public_class(tmp_path, monkeypatch, classes, n_public):
    lines = [
        "from rnnbench.common.registry import Registered",
        *(f"class {name}(Registered): pass" for name in classes),
    ]
    (tmp_path / "things").mkdir()
    (tmp_path / "things/__init__.py").touch()
    (tmp_path / "things/thing.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("things", "things.thing"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    things = importlib.import_module("things")
    assert names(things) == ("thing",)
    if n_public == 1:
        assert load(things, "thing", Registered).__name__ == "One"
    else:
        with pytest.raises(TypeError, match=f"exactly one public Registered, not {n_public}"):
            load(things, "thing", Registered)


def test_one_of_a_kind_is_called_by_its_kind():
    assert labels(OneOfN(), LetterTrigram(boundary=False)) == ["one_of_n", "letter_trigram"]


def test_several_of_a_kind_are_named_by_the_settings_in_which_they_differ():
    members = Register(length=5, seed=3), Travel(), Register(length=9, seed=3, largest=2)
    assert labels(*members) == ["register length=5 largest=6", "travel", "register length=9 largest=2"]


def test_ten_thousand_members_are_named_in_seconds():
    """A comparison of every pair of members would take ten thousand times as long."""
    names_of_members = labels(*(Register.model_construct(length=n, training={}) for n in range(10_000)))
    assert names_of_members[-1] == "register length=9999"


@pytest.mark.parametrize("name", ["a\nb", "a\u2028b", "\x1b[31m", " a", "a ", "-n", "--task", "x" * 61, "\ud800"])
def test_a_name_is_short_and_on_one_line_and_no_option(name):
    with pytest.raises(ValidationError):
        OneOfN(name=name)


@pytest.mark.parametrize("name", ["", "a b", "../..", "$(id)", "'\"", "\u202eabc", "語", "e\u0301", "<b>", "a-b"])
def test_any_other_text_is_a_name(name):
    assert OneOfN(name=name).name == name


def test_a_name_of_ones_own_stays_and_tells_it_apart_already():
    assert labels(Register(name="short", length=5), Register(length=9)) == ["short", "register"]
