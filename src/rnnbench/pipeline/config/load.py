"""Reads configuration files: merged in order, checked as a whole, every mistake on a line with its place."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, get_origin

from rnnbench import cells, encoders, tasks
from rnnbench.analysis.claims import CLAIMS, QUALIFICATIONS, OwnClaim
from rnnbench.cells import Cell
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.common.registry import Member, load, names, with_names
from rnnbench.encoders import Encoder
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.models.architectures import Architecture, catalogue, lecture
from rnnbench.models.size import Size
from rnnbench.pipeline.config.checks import check_amounts, check_architectures, check_readers, check_sizes
from rnnbench.pipeline.config.reader import MAX_MESSAGES, SettingsReader, TooManyMistakes
from rnnbench.pipeline.config.settings import Settings, Workflow
from rnnbench.pipeline.config.yaml_files import SettingPath, Tree, locate, merged, read_yaml
from rnnbench.tasks import Task
from rnnbench.training.settings import Training

SCORED = (*HIGHER_IS_BETTER, "calibrated_score", "squared_error", "loss")
"""The metrics that a claim can be about."""
CHOICES = ("device", "engine", "on_failure", "max_failed")
"""Settings that are a value by themselves."""
MAX_TASKS = 10_000
"""When every axis is spread out."""
LECTURE = [claim.name for claim in (*CLAIMS, *QUALIFICATIONS)]


def load_settings(paths: Sequence[Path]) -> Settings:
    """Return the settings of configuration files, each merged over those before it (lists are replaced).

    Raises UserError with all mistakes at once.
    """
    values: dict[str, Any] = {}
    trees: dict[Path, Tree] = {}
    for path in paths:
        own, trees[path] = read_yaml(path)
        values = merged(values, own)
    return _parsed(values, trees)


def parse_settings(values: Mapping[str, Any], paths: Iterable[Path] = ()) -> Settings:
    """Return the settings that a merged configuration stands for; `paths` are the files that it came from.

    Somebody else has read and merged them, and may have let something pass: they are read again.
    Raises UserError with all mistakes at once: file, line, key, what is wrong, and the nearest valid name.
    """
    return _parsed(values, {path: read_yaml(path)[1] for path in paths})


def _parsed(values: Mapping[str, Any], trees: Mapping[Path, Tree]) -> Settings:
    reader, settings = SettingsReader(), None
    with suppress(TooManyMistakes):
        settings = _settings(values, reader)
    if reader.mistakes:
        told = [f"{locate(trees, place)}: {text}" for place, text in reader.mistakes[:MAX_MESSAGES]]
        raise UserError("\n".join([*told, *["... and more mistakes"] * (len(reader.mistakes) > MAX_MESSAGES)]))
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
    check_readers(reader.reject, parts["tasks"], parts["encoders"])
    check_architectures(reader.reject, parts["tasks"], parts["architectures"])
    parts["size"] = tuple(_sizes(values, reader)) or (Size(),)
    check_sizes(reader.reject, parts["size"], parts["architectures"])
    for key, model in (("training", Training), ("workflow", Workflow)):
        own = values.get(key)
        parts[key] = reader.model(model, {} if own is None else own, (key,)) or model()
    parts["claims"] = _unique(reader, _claims(values, reader, parts))
    choices = {key: value for key, value in values.items() if key in CHOICES}
    settings = reader.model(Settings, parts | choices, ())
    if settings and not reader.mistakes:
        check_amounts(reader.reject, settings)
    return settings


def _tasks(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Task]]:
    left = MAX_TASKS
    for place, entry in reader.items(values, "tasks"):
        number = math.prod(len(choices) for choices in _lists(entry).values())
        if number > left:
            return reader.reject(place, f"its lists make {number:,} tasks of it; at most {MAX_TASKS:,} in all will do")
        left -= number
        for settings in _axes(entry, reader, place):
            if task := _member(tasks, Task, "task", settings, reader, place):
                reader.model(Training, task.training, (*place, "training"))
                yield place, task


def _encoders(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Encoder]]:
    for place, entry in reader.items(values, "encoders"):
        if encoder := _member(encoders, Encoder, "encoder", entry, reader, place):
            yield place, encoder


def _architectures(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[tuple[SettingPath, Architecture]]:
    known = catalogue()
    for place, entry in reader.items(values, "architectures"):
        if entry == "lecture":
            yield from ((place, architecture) for architecture in lecture())
        elif isinstance(entry, Mapping):
            if architecture := _composed(entry, reader, place):
                yield place, architecture
        elif str(entry) in known:
            yield place, known[str(entry)]
        else:
            reader.reject(place, f"unknown architecture {str(entry)!r}{did_you_mean(entry, [*known, 'lecture'])}")


def _sizes(values: Mapping[str, Any], reader: SettingsReader) -> Iterator[Size]:
    """Yield the size, or each of a list of them."""
    own = values.get("size")
    entries = reader.items(values, "size") if isinstance(own, list) else [(("size",), {} if own is None else own)]
    seen: set[Size] = set()
    for place, entry in entries:
        size = reader.model(Size, entry, place)
        if size in seen:
            reader.reject(place, f"this size is there twice: {size.matched_on}")
        elif size:
            seen.add(size)
            yield size


def _claims(
    values: Mapping[str, Any], reader: SettingsReader, parts: Mapping[str, Any]
) -> Iterator[tuple[SettingPath, OwnClaim]]:
    """Yield the user's claims; what they name must be there."""
    networks = [architecture.name for architecture in parts["architectures"]]
    networks += [name for task in parts["tasks"] for name in task.architectures]
    labels = [task.label for task in parts["tasks"]]
    known = {"first": networks, "second": ["", *networks], "metric": SCORED}
    known["task"] = [*labels, *(label.partition(" ")[0] for label in labels)]
    for place, entry in reader.items(values, "claims") if values.get("claims") else []:
        claim = reader.model(OwnClaim, entry, place)
        wrong = [(key, value) for key, names in known.items() if claim and (value := getattr(claim, key)) not in names]
        for key, value in wrong:
            reader.reject((*place, key), f"the experiment has no {value!r}{did_you_mean(value, known[key])}")
        if claim and claim.name in LECTURE:
            reader.reject((*place, "name"), f"{claim.name!r} is a claim of the lecture; give it another name")
        elif claim and not wrong:
            yield place, claim


def _composed(entry: Mapping[str, Any], reader: SettingsReader, place: SettingPath) -> Architecture | None:
    """Return an architecture of the user's own: keys that are not its own are settings of its cell."""
    own = {key: value for key, value in entry.items() if key in Architecture.model_fields}
    if missing := [key for key in ("name", "cell") if key not in own]:
        return reader.reject(place, f"an architecture needs {' and '.join(missing)}, as in {{name: mine, cell: gru}}")
    rest = {key: value for key, value in entry.items() if key not in own}
    cell = _member(cells, Cell, "cell", {"cell": own["cell"], **rest}, reader, place, also=Architecture.model_fields)
    if cell is None:
        return None
    built = reader.model(Architecture, own | {"cell": cell}, place)
    if built and built.layers > 1 and "y" in cell.feedback:
        return reader.reject((*place, "layers"), f"{cell.kind} stores the network's output, so it has one layer")
    return built


def _member(
    package: ModuleType,
    base: type[Member],
    key: str,
    entry: object,
    reader: SettingsReader,
    place: SettingPath,
    *,
    also: Iterable[str] = (),
) -> Member | None:
    """Return the member of a folder that an entry names: a bare name, or a mapping with the name under `key`."""
    settings = dict(entry) if isinstance(entry, Mapping) else {key: entry}
    if key not in settings:
        return reader.reject(place, f"needs the key {key!r} with one of: {', '.join(names(package))}")
    name = settings.pop(key)
    try:
        model = load(package, str(name), base)
    except ValueError as error:
        return reader.reject((*place, key) if isinstance(entry, Mapping) else place, str(error))
    return reader.model(model, settings, place, also=also)


def _axes(entry: object, reader: SettingsReader, place: SettingPath) -> Iterator[object]:
    """Yield an entry once for each value of its lists: {task: register, length: [10, 20]} is two tasks.

    A setting that is a list by itself, like a task's encoders, stays one. A name is a name for all of them.
    """
    if not isinstance(entry, Mapping):
        return (yield entry)
    lists, name = _lists(entry), entry.get("name")
    for key, value in lists.items():
        if not value:
            reader.reject((*place, key), "must have at least one value")
    for values in itertools.product(*lists.values()):
        chosen = dict(zip(lists, values, strict=True))
        told = [f"{key}={value}" for key, value in chosen.items()]
        named = {"name": " ".join([name, *told])} if name and isinstance(name, str) else {}
        yield {**entry, **chosen, **named}


def _lists(entry: object) -> dict[str, list[object]]:
    """Return the settings of an entry that are axes."""
    whole = {"name", *(key for key, field in Task.model_fields.items() if get_origin(field.annotation) is tuple)}
    entries = entry.items() if isinstance(entry, Mapping) else ()
    return {key: value for key, value in entries if isinstance(value, list) and key not in whole}


def _named(
    reader: SettingsReader, entries: Iterable[tuple[SettingPath, Member]]
) -> Iterator[tuple[SettingPath, Member]]:
    """Yield the entries, each with a name; one that is too long is a mistake."""
    found = list(entries)
    for (place, _), member in zip(found, with_names([member for _, member in found]), strict=True):
        if named := reader.model(type(member), member.model_dump(), place):
            yield place, named


def _unique(reader: SettingsReader, entries: Iterable[tuple[SettingPath, Any]]) -> tuple[Any, ...]:
    """Return the entries; two of one name are a mistake."""
    found: dict[str, Any] = {}
    for place, entry in entries:
        if entry.name in found:
            reader.reject(place, f"{entry.name!r} is there twice; give it another name")
        found[entry.name] = entry
    return tuple(found.values())
