"""Converts plain values into settings and collects the mistakes in them."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from rnnbench.common.errors import did_you_mean
from rnnbench.pipeline.config.yaml_files import SettingPath

Model = TypeVar("Model", bound=BaseModel)
MAX_MESSAGES = 50
"""Largest number of mistakes that are reported; more would hide the first ones."""
MAX_MESSAGE_LENGTH = 600
"""Largest number of characters in a message, which may list very many valid names."""
MAX_ENTRIES = 1000
"""Largest number of entries in a list."""


class TooManyMistakes(Exception):
    """There are more mistakes than are reported, so the search for further ones ends."""


@dataclass
class SettingsReader:
    """Converts plain values into settings and collects the mistakes in them."""

    mistakes: list[tuple[SettingPath, str]] = field(default_factory=list)

    def reject(self, location: SettingPath, text: str) -> None:
        """Record a mistake, once even if several tasks of an axis share it; raises TooManyMistakes above the limit."""
        mistake = (location, text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[:MAX_MESSAGE_LENGTH]}...")
        self.mistakes += [mistake] * (mistake not in self.mistakes)
        if len(self.mistakes) > MAX_MESSAGES:
            raise TooManyMistakes

    def model(
        self, model: type[Model], values: object, location: SettingPath, *, also: Iterable[str] = ()
    ) -> Model | None:
        """Return model(**values), or record the mistakes in the values; `also` are further valid keys."""
        if not isinstance(values, Mapping):
            return self.reject(location, f"must be a mapping of settings, not {quoted(values)}")
        for key, value in values.items():
            if isinstance(value, bool) and key in model.model_fields and model.model_fields[key].annotation is not bool:
                return self.reject((*location, key), f"must not be true or false, but is {str(value).lower()}")
        try:
            return model(**{str(key): value for key, value in values.items()})
        except ValidationError as errors:
            for error in _without_choices(model, errors.errors()):
                self.reject((*location, *error["loc"]), _message(error, [*model.model_fields, *also]))
        return None

    def items(self, values: Mapping[str, Any], key: str) -> list[tuple[SettingPath, object]]:
        """Return the entries of the list `values[key]` with their locations."""
        entries = values.get(key)
        if not isinstance(entries, list) or not entries:
            self.reject((key,), f"must be a list with at least one entry, not {quoted(entries)}")
            return []
        if len(entries) > MAX_ENTRIES:
            self.reject((key,), f"has {len(entries):,} entries; at most {MAX_ENTRIES:,} are allowed")
            return []
        return [((key, i), entry) for i, entry in enumerate(entries)]


def _without_choices(model: type[BaseModel], errors: Sequence[Any]) -> Iterator[Any]:
    """Yield pydantic's errors; those of a setting that may be one kind of value or another become errors of one kind.

    Of such a setting pydantic reports what is wrong for each kind, and names the kind in the location. When an entry of
    the value is wrong, or its size, the value is meant to be of that kind; else one error says what kinds there are.
    """
    for name, group in itertools.groupby(errors, key=lambda error: error["loc"][:1]):
        of_setting = list(group)
        if not (name and name[0] in model.model_fields and _is_choice(model.model_fields[str(name[0])].annotation)):
            yield from of_setting
            continue
        entries = [error for error in of_setting if len(error["loc"]) > 2]
        meant = entries or [error for error in of_setting if not error["type"].endswith(("_type", "literal_error"))]
        if meant:
            yield from ({**error, "loc": (*name, *error["loc"][2:])} for error in meant)
        else:
            kinds = " or ".join(error["msg"].removeprefix("Input should be ") for error in of_setting)
            yield {**of_setting[0], "loc": name, "msg": f"Input should be {kinds}"}


def _is_choice(annotation: Any) -> bool:
    kinds = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    return len(set(kinds) - {NoneType}) > 1


def _message(error: Any, valid_keys: Iterable[str]) -> str:
    """Return one of pydantic's errors as a message."""
    key = error["loc"][-1] if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"unknown key {key!r}{did_you_mean(key, valid_keys)}"
    if error["type"] == "missing":
        return "this setting is required, but missing"
    if error["type"] == "no_file":  # its message names the path already
        return error["msg"]
    text = error["msg"].removeprefix("Value error, ")
    value = f", not {quoted(error['input'])}" if error["loc"] else ""
    return f"{text[0].lower()}{text[1:]}{value}"


def quoted(value: object) -> str:
    """Return a value as messages quote it: its representation, shortened to 60 characters."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
