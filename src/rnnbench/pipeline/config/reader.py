"""Converts plain values into settings and collects the mistakes in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

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
            for error in errors.errors():
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
