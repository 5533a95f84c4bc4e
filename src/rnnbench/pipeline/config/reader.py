"""Turns plain values into settings, and gathers what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rnnbench.common.errors import did_you_mean
from rnnbench.pipeline.config.yaml_files import SettingPath

Model = TypeVar("Model", bound=BaseModel)
MAX_MESSAGES, MAX_MESSAGE_LENGTH = 50, 600
"""Mistakes that are told: more would hide the first. Characters of one: there may be very many names to choose from."""
MAX_ENTRIES = 1000
"""Of a list."""


class TooManyMistakes(Exception):
    """There are more mistakes than anybody reads: looking for all of them might take for ever."""


@dataclass
class SettingsReader:
    """Turns plain values into settings and gathers what is wrong with them."""

    mistakes: list[tuple[SettingPath, str]] = field(default_factory=list)

    def reject(self, place: SettingPath, text: str) -> None:
        """Note a mistake, once for all tasks of an axis; raises Enough when no more would be told."""
        mistake = (place, text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[:MAX_MESSAGE_LENGTH]}...")
        self.mistakes += [mistake] * (mistake not in self.mistakes)
        if len(self.mistakes) > MAX_MESSAGES:
            raise TooManyMistakes

    def model(
        self, model: type[Model], values: object, place: SettingPath, *, also: Iterable[str] = ()
    ) -> Model | None:
        """Return model(**values), or note what is wrong with the values; `also` are further valid keys."""
        if not isinstance(values, Mapping):
            return self.reject(place, f"must be a mapping of settings, not {shown(values)}")
        for key, value in values.items():
            if isinstance(value, bool) and key in model.model_fields and model.model_fields[key].annotation is not bool:
                return self.reject((*place, key), f"must not be true or false, but {value!r} is")
        try:
            return model(**{str(key): value for key, value in values.items()})
        except ValidationError as errors:
            for error in errors.errors():
                self.reject((*place, *error["loc"]), _message(error, [*model.model_fields, *also]))
        return None

    def items(self, values: Mapping[str, Any], key: str) -> list[tuple[SettingPath, object]]:
        """Return the entries of a list with their places."""
        entries = values.get(key)
        if not isinstance(entries, list) or not entries:
            self.reject((key,), f"must be a list with at least one entry, not {shown(entries)}")
            return []
        if len(entries) > MAX_ENTRIES:
            self.reject((key,), f"has {len(entries):,} entries; at most {MAX_ENTRIES:,} will do")
            return []
        return [((key, i), entry) for i, entry in enumerate(entries)]


def _message(error: Any, known: Iterable[str]) -> str:
    key = error["loc"][-1] if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"unknown key {key!r}{did_you_mean(key, known)}"
    if error["type"] == "missing":
        return "this setting is needed, and is not there"
    if error["type"] == "no_file":  # it names the path itself
        return error["msg"]
    text = error["msg"].removeprefix("Value error, ")
    instead = f", not {shown(error['input'])}" if error["loc"] else ""
    return f"{text[0].lower()}{text[1:]}{instead}"


def shown(value: object) -> str:
    """Return a value as a message tells it."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
