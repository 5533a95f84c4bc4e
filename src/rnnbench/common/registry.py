"""Finds the one public class in each file of a folder: file name = name in the configuration = value in tables."""

import importlib
import inspect
import pkgutil
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rnnbench.common.errors import did_you_mean

Values = Mapping[str, Any]
"""A member as plain values: its kind and its settings."""


def _on_one_line(name: str) -> str:
    if name != name.strip():
        raise ValueError("a name must not begin or end with a space")
    if name.startswith("-"):
        raise ValueError("a name must not begin with -, which commands take for an option")
    if wrong := [character for character in name if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")]:
        raise ValueError(f"a name must be on one line, without the character U+{ord(wrong[0]):04X}")
    return name


Name = Annotated[str, Field(max_length=60), AfterValidator(_on_one_line)]
"""What tables, pictures and commands call something."""


class Registered(BaseModel):
    """A task, an encoder or a cell: its fields are its settings, its file's name is its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    without_effect: ClassVar[frozenset[str]] = frozenset({"name"})
    """The fields on which no result depends."""

    name: Name = Field(default="", description="what tables call it; default: the file's name")

    @property
    def kind(self) -> str:
        """Return the name of the file that this member lives in."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Return what tables call it."""
        return self.name or self.kind

    @property
    def settings(self) -> dict[str, Any]:
        """Return its kind and all its settings as plain values, without those on which no result depends."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude=set(self.without_effect))}


Member = TypeVar("Member", bound=Registered)


def with_names(members: Sequence[Member]) -> list[Member]:
    """Return members of which each has a name: its kind, and the settings in which those without one differ."""
    alike: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for member in members:
        if not member.name:
            alike[member.kind].append(member.settings)
    telling = {kind: _telling(settings) for kind, settings in alike.items()}
    return [
        member if member.name else member.model_copy(update={"name": _name(member, telling[member.kind])})
        for member in members
    ]


def names(package: ModuleType) -> tuple[str, ...]:
    """Return the sorted names of the members in a package, without importing any: its files, not those named `_...`."""
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def load(package: ModuleType, name: str, base: type[Member]) -> type[Member]:
    """Return the one public subclass of `base` in the file `name` of a package.

    Raises ValueError with the nearest valid name, or TypeError when the file does not hold exactly one.
    """
    if name not in names(package):
        kind = package.__name__.rpartition(".")[2].removesuffix("s")
        raise ValueError(f"unknown {kind} {name!r}{did_you_mean(name, names(package))}")
    module = importlib.import_module(f"{package.__name__}.{name}")
    found = [member for member in vars(module).values() if _is_member(member, module, base)]
    if len(found) != 1:
        raise TypeError(f"{module.__file__} must hold exactly one public {base.__name__}, not {len(found)}")
    return found[0]


def build(package: ModuleType, name: str, base: type[Member], settings: Mapping[str, Any]) -> Member:
    """Return the member of that name with these settings; raises ValueError for an unknown name or setting."""
    make: Callable[..., Member] = load(package, name, base)
    return make(**settings)


def _telling(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the settings in which members of one kind differ."""
    first = settings[0]
    return [key for key in first if any(other[key] != first[key] for other in settings)]


def _name(member: Registered, telling: Sequence[str]) -> str:
    own = member.settings
    return " ".join([member.kind, *(f"{key}={own[key]}" for key in telling)])


def _is_member(member: object, module: ModuleType, base: type) -> bool:
    return (
        inspect.isclass(member)
        and issubclass(member, base)
        and member.__module__ == module.__name__
        and not member.__name__.startswith("_")
    )


def label_of(values: Values) -> str:
    """Return what tables call the member that {kind, name, settings} describes, without building it."""
    return values.get("name") or values["kind"]


def from_settings(package: ModuleType, base: type[Member], values: Values) -> Member:
    """Return the member of a package that {kind, settings} describes."""
    return build(package, values["kind"], base, {key: value for key, value in values.items() if key != "kind"})
