"""Loads configuration files: merges them in order, checks the result, and reports all mistakes at once."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, get_origin

from rnnbench import cells, encoders, tasks
from rnnbench.analysis.claims import PUBLISHED_CLAIMS, OwnClaim
from rnnbench.cells import Cell
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.registry import Member, load, names, with_names
from rnnbench.encoders import Encoder
from rnnbench.evaluation.metrics import METRIC_TABLE
from rnnbench.evaluation.predictions import NAMING
from rnnbench.models.architectures import Architecture, catalogue, lecture
from rnnbench.models.size import Size
from rnnbench.pipeline.config.checks import check_architectures, check_encoders, check_sizes, check_totals
from rnnbench.pipeline.config.reader import MAX_MESSAGES, SettingsReader, TooManyMistakes
from rnnbench.pipeline.config.settings import Settings, Workflow
from rnnbench.pipeline.config.yaml_files import SettingPath, Tree, locate, merged, read_yaml
from rnnbench.tasks import Task
from rnnbench.training.settings import Training

CLAIM_METRICS = tuple(metric for metric in METRIC_TABLE if metric != NAMING)
"""Metrics that a claim may compare: all that trained networks have."""
SCALAR_SETTINGS = ("device", "engine", "on_failure", "max_failed")
"""Top-level settings that are a single value."""
MAX_TASKS = 10_000
"""Largest number of tasks, counted after every axis is expanded."""
CLAIM_NAMES = [claim.name for claim in PUBLISHED_CLAIMS]
"""Names of the claims of the lecture and of papers, which no other claim may have."""


def load_settings(paths: Sequence[Path]) -> Settings:
    """Return the settings of configuration files, each merged over those before it (lists are replaced).

    Raises UserError with all mistakes at once.
    """
    values: dict[str, Any] = {}
    trees: dict[Path, Tree] = {}
    for path in paths:
        contents, trees[path] = read_yaml(path)
        values = merged(values, contents)
    return _parsed(values, trees)


def parse_settings(values: Mapping[str, Any], paths: Iterable[Path] = ()) -> Settings:
    """Return the settings of a configuration that is already merged; `paths` are the files that it was merged from.

    The files are read again, because another program merged them and may have accepted what is rejected here.
    Raises UserError with all mistakes at once: file, line, key, what is wrong, and the nearest valid name.
    """
    return _parsed(values, {path: read_yaml(path)[1] for path in paths})


def _parsed(values: Mapping[str, Any], trees: Mapping[Path, Tree]) -> Settings:
    reader, settings = SettingsReader(), None
    with suppress(TooManyMistakes):
        settings = _settings(values, reader)
    if reader.mistakes:
        messages = [f"{locate(trees, location)}: {text}" for location, text in reader.mistakes[:MAX_MESSAGES]]
        raise UserError("\n".join([*messages, *["... and more mistakes"] * (len(reader.mistakes) > MAX_MESSAGES)]))
    assert settings is not None
    return settings


def _settings(values: Mapping[str, Any], reader: SettingsReader) -> Settings | None:
    for key in values:
        if key not in Settings.model_fields:
            reader.reject((key,), f"unknown key {key!r}{did_you_mean(key, Settings.model_fields)}")
    parts: dict[str, Any] = {
        "tasks": _unique(reader, _named(reader, _tasks(values, reader))),
        "encoders": _unique(reader, _named(reader, _encoders(values, reader))),
        "architectures": _unique(reader, _architectures(values, reader)),
    }
    check_encoders(reader.reject, parts["tasks"], parts["encoders"])
    check_architectures(reader.reject, parts["tasks"], parts["architectures"], parts["encoders"])
    parts["size"] = tuple(_sizes(values, reader)) or (Size(),)
    check_sizes(reader.reject, parts["size"], parts["architectures"])
    for key, model in (("training", Training), ("workflow", Workflow)):
        section = values.get(key)
        parts[key] = reader.model(model, {} if section is None else section, (key,)) or model()
    parts["claims"] = _unique(reader, _claims(values, reader, parts))
    scalars = {key: value for key, value in values.items() if key in SCALAR_SETTINGS}
    settings = reader.model(Settings, parts | scalars, ())
    if settings and not reader.mistakes:
        check_totals(reader.reject, settings)
    return settings


def _tasks(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Task]]:
    remaining = MAX_TASKS
    for location, entry in reader.items(values, "tasks"):
        number = math.prod(len(choices) for choices in _axes(entry).values())
        if number > remaining:
            text = f"its lists make {number:,} tasks; at most {MAX_TASKS:,} in all are allowed"
            return reader.reject(location, text)
        remaining -= number
        for settings in _expanded(entry, reader, location):
            if task := _member(tasks, Task, "task", settings, reader, location):
                reader.model(Training, task.training, (*location, "training"))
                # Before tasks without a name get one that their settings are part of.
                yield location, task.model_copy(update={"family": task.family_label})


def _encoders(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Encoder]]:
    for location, entry in reader.items(values, "encoders"):
        if encoder := _member(encoders, Encoder, "encoder", entry, reader, location):
            yield location, encoder


def _architectures(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Architecture]]:
    by_name = catalogue()
    for location, entry in reader.items(values, "architectures"):
        if entry == "lecture":
            yield from ((location, architecture) for architecture in lecture())
        elif isinstance(entry, Mapping):
            if architecture := _own_architecture(entry, reader, location):
                yield location, architecture
        elif str(entry) in by_name:
            yield location, by_name[str(entry)]
        else:
            suggestion = did_you_mean(entry, [*by_name, "lecture"])
            reader.reject(location, f"unknown architecture {str(entry)!r}{suggestion}")


def _sizes(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[Size]:
    """Yield the one size of a configuration, or each size of its list."""
    section = values.get("size")
    is_list = isinstance(section, list)
    entries = reader.items(values, "size") if is_list else [(("size",), {} if section is None else section)]
    sizes: set[Size] = set()
    for location, entry in entries:
        size = reader.model(Size, entry, location)
        if size in sizes:
            reader.reject(location, f"duplicate size: {size.matched_on}")
        elif size:
            sizes.add(size)
            yield size


def _claims(
    values: Mapping[str, Any], reader: SettingsReader, parts: Mapping[str, Any]
) -> Iterator[tuple[SettingPath, OwnClaim]]:
    """Yield the user's own claims; a claim about something that is not in the experiment is a mistake."""
    architectures = [architecture.name for architecture in parts["architectures"]]
    architectures += [name for task in parts["tasks"] for name in task.architectures]
    labels = [task.label for task in parts["tasks"]]
    names = {"architecture": architectures, "encoder": [encoder.label for encoder in parts["encoders"]]}
    known_tasks = [*labels, *(task.family_label for task in parts["tasks"])]
    for location, entry in reader.items(values, "claims") if values.get("claims") else []:
        claim = reader.model(OwnClaim, entry, location)
        sides = names[claim.over] if claim else []
        valid = {"first": sides, "second": ["", *sides], "metric": CLAIM_METRICS, "task": known_tasks}
        wrong = [(key, value) for key, known in valid.items() if claim and (value := getattr(claim, key)) not in known]
        for key, value in wrong:
            reader.reject((*location, key), f"the experiment has no {value!r}{did_you_mean(value, valid[key])}")
        if claim and claim.name in CLAIM_NAMES:
            text = f"there already is a claim {claim.name!r}; choose another name"
            reader.reject((*location, "name"), text)
        elif claim and not wrong:
            yield location, claim


def _own_architecture(entry: Mapping[str, Any], reader: SettingsReader, location: SettingPath) -> Architecture | None:
    """Return the architecture that a mapping describes; keys that are not an architecture's are its cell's."""
    settings = {key: value for key, value in entry.items() if key in Architecture.model_fields}
    if missing := [key for key in ("name", "cell") if key not in settings]:
        text = f"an architecture needs {' and '.join(missing)}, as in {{name: mine, cell: gru}}"
        return reader.reject(location, text)
    cell_entry = {"cell": settings["cell"]} | {key: value for key, value in entry.items() if key not in settings}
    cell = _member(cells, Cell, "cell", cell_entry, reader, location, also=Architecture.model_fields)
    if cell is None:
        return None
    architecture = reader.model(Architecture, settings | {"cell": cell}, location)
    if architecture and architecture.layers > 1 and "y" in cell.feedback:
        text = f"{cell.kind} feeds back the network's output, so it can have only one layer"
        return reader.reject((*location, "layers"), text)
    return architecture


def _member(
    package: ModuleType,
    base: type[Member],
    key: str,
    entry: object,
    reader: SettingsReader,
    location: SettingPath,
    *,
    also: Iterable[str] = (),
) -> Member | None:
    """Return the member of a package that an entry names: a bare name, or a mapping with the name under `key`.

    `also` are keys that are valid besides the member's own settings.
    """
    settings = dict(entry) if isinstance(entry, Mapping) else {key: entry}
    if key not in settings:
        return reader.reject(location, f"needs the key {key!r} with one of: {', '.join(names(package))}")
    name = settings.pop(key)
    try:
        model = load(package, str(name), base)
    except ValueError as error:
        return reader.reject((*location, key) if isinstance(entry, Mapping) else location, str(error))
    return reader.model(model, settings, location, also=also)


def _expanded(entry: object, reader: SettingsReader, location: SettingPath) -> Iterator[object]:
    """Yield an entry once for each combination of values of its axes.

    {task: register, length: [10, 20]} is two tasks. The values are appended to a name that the entry has.
    """
    if not isinstance(entry, Mapping):
        return (yield entry)
    axes, name = _axes(entry), entry.get("name")
    for key, values in axes.items():
        if not values:
            reader.reject((*location, key), "must have at least one value")
    for values in itertools.product(*axes.values()):
        settings = dict(zip(axes, values, strict=True))
        labels = [f"{key}={value}" for key, value in settings.items()]
        names: dict[str, object] = {}
        if name and isinstance(name, str):
            names = {"name": " ".join([name, *labels]), "family": entry.get("family") or name}
        yield {**entry, **settings, **names}


def _axes(entry: object) -> dict[str, list[object]]:
    """Return the lists of an entry that are alternatives, not those of settings whose value is itself a list."""
    no_axes = {
        "name",
        "family",
        *(key for key, field in Task.model_fields.items() if get_origin(field.annotation) is tuple),
    }
    settings = entry.items() if isinstance(entry, Mapping) else ()
    return {key: value for key, value in settings if isinstance(value, list) and key not in no_axes}


def _named(
    reader: SettingsReader, entries: Iterable[tuple[SettingPath, Member]]
) -> Iterator[tuple[SettingPath, Member]]:
    """Yield the entries, each with a name; a name that is too long is a mistake."""
    unnamed = list(entries)
    members = with_names([member for _, member in unnamed])
    for (location, _), member in zip(unnamed, members, strict=True):
        if checked := reader.model(type(member), member.model_dump(), location):
            yield location, checked


def _unique(reader: SettingsReader, entries: Iterable[tuple[SettingPath, Any]]) -> tuple[Any, ...]:
    """Return the entries; a name that occurs twice is a mistake."""
    by_name: dict[str, Any] = {}
    for location, entry in entries:
        if entry.name in by_name:
            reader.reject(location, f"duplicate name {entry.name!r}; choose another name")
        by_name[entry.name] = entry
    return tuple(by_name.values())
