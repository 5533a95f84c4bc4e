"""Finds the one public class in each file of a folder: file name = name in the configuration = value in tables.

The folders (shelves) are `tasks`, `encoders` and `cells`; their files that begin with `_` are no members.
"""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rnnbench.common.errors import did_you_mean
from rnnbench.common.text import code_point, forbidden

Values = Mapping[str, Any]
"""A member as plain values: its kind and its settings."""


_FORBIDDEN_IN_NAMES = forbidden()


def _check_name(name: str) -> str:
    if name != name.strip():
        raise ValueError("a name must not begin or end with a space")
    if name.startswith("-"):
        raise ValueError("a name must not begin with -, which commands take for an option")
    if match := _FORBIDDEN_IN_NAMES.search(name):
        raise ValueError(f"a name must be on one line, without the character {code_point(match[0])}")
    return name


Name = Annotated[str, Field(max_length=60), AfterValidator(_check_name)]
"""A name in tables, pictures and commands: at most 60 characters, on one line."""


class Registered(BaseModel):
    """A task, an encoder or a cell: its fields are its settings, its file's name is its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    without_effect: ClassVar[frozenset[str]] = frozenset({"name"})
    """Names of the fields on which no result depends."""

    name: Name = Field(default="", description="its name in tables; default: the file's name")

    @property
    def kind(self) -> str:
        """Return the name of the file that this member lives in."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Return its name in tables."""
        return self.name or self.kind

    @property
    def settings(self) -> dict[str, Any]:
        """Return its kind and all its settings as plain values, except those on which no result depends."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude=set(self.without_effect))}


Member = TypeVar("Member", bound=Registered)


def with_names(members: Sequence[Member]) -> list[Member]:
    """Return the members, each with a name: one that has none is named by its kind and by what sets it apart.

    What sets it apart are the settings in which the unnamed members of its kind differ.
    """
    settings_of_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for member in members:
        if not member.name:
            settings_of_kind[member.kind].append(member.settings)
    keys_of_kind = {kind: _differing_keys(settings) for kind, settings in settings_of_kind.items()}
    return [
        member if member.name else member.model_copy(update={"name": _name(member, keys_of_kind[member.kind])})
        for member in members
    ]


def names(package: ModuleType) -> tuple[str, ...]:
    """Return the sorted names of a package's members: its files, except those that begin with `_`. Imports none."""
    files = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in files if not name.startswith("_")))


def load(package: ModuleType, name: str, base: type[Member]) -> type[Member]:
    """Return the one public subclass of `base` in the file `name` of a package.

    Raises ValueError with the nearest valid name, or TypeError when the file does not hold exactly one.
    """
    if name not in names(package):
        kind = package.__name__.rpartition(".")[2].removesuffix("s")
        raise ValueError(f"unknown {kind} {name!r}{did_you_mean(name, names(package))}")
    module = importlib.import_module(f"{package.__name__}.{name}")
    classes = [value for value in vars(module).values() if _is_member(value, module, base)]
    if len(classes) != 1:
        raise TypeError(f"{module.__file__} must hold exactly one public {base.__name__}, not {len(classes)}")
    return classes[0]


def build(package: ModuleType, name: str, base: type[Member], settings: Mapping[str, Any]) -> Member:
    """Return the member of that name with these settings; raises ValueError for an unknown name or setting."""
    make: Callable[..., Member] = load(package, name, base)
    return make(**settings)


def _differing_keys(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of the settings in which members of one kind differ."""
    first = settings[0]
    return [key for key in first if any(other[key] != first[key] for other in settings)]


def _name(member: Registered, keys: Sequence[str]) -> str:
    settings = member.settings
    return " ".join([member.kind, *(f"{key}={settings[key]}" for key in keys)])


def _is_member(value: object, module: ModuleType, base: type) -> bool:
    """Return whether a value of a module is a public subclass of `base` that is defined there."""
    return (
        inspect.isclass(value)
        and issubclass(value, base)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    )


def label_of(values: Values) -> str:
    """Return the name in tables of the member that {kind, name, settings} describes, without building it."""
    return values.get("name") or values["kind"]


def from_settings(package: ModuleType, base: type[Member], values: Values) -> Member:
    """Return the member of a package that {kind, settings} describes."""
    return build(package, values["kind"], base, {key: value for key, value in values.items() if key != "kind"})
