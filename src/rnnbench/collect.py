"""From finished steps to tables: every run of the plan has its row, whatever became of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnbench.corpus import PAIRS, SHOWCASE, WATCHED, Array, Corpus, Split, read_corpus
from rnnbench.horizon import CALIBRATED, calibrated, families, horizon_rows
from rnnbench.memory_task import MemoryTask
from rnnbench.runs import Record, Runs, merit
from rnnbench.statistics import Estimate, paired_difference
from rnnbench.store import read_record, read_tensors
from rnnbench.tables import SCHEMAS, frame
from rnnbench.tasks import Task
from rnnbench.traces import is_trace, trace_rows

Row = dict[str, Any]
PARTS = ("input", "recurrent", "readout")
POINT = ("epoch", "split", "metric", "value")
PART = ("split", "phenomenon", "metric", "value")
STARTS = ("start", "forget_bias", "update_bias")
"""The settings of cells that change nothing but the start weights."""
SHARES = (("token_accuracy", "right", "counted"), ("slot_accuracy", "slot_right", "slot_counted"))
"""Metric, and the two counts that it is the ratio of."""


def tables_of(experiment: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return every table of an experiment by name."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    memory: dict[str, MemoryTask] = {}
    networks: dict[str, Any] = {}
    for path in experiment["facts"]:
        for name, found in _read(path)["rows"].items():
            rows[name] += found
    for plan, output, description in experiment["train"]:
        job, failed = _read(plan), _read(output)["failed"]
        corpus, oracle = read_corpus(Path(job["data"])), _read(description)["oracle"]
        for combination in job["combinations"]:
            runs = Runs(job, combination)
            networks[combination["architecture"]["name"]] = combination["architecture"]
            if isinstance(runs.task, MemoryTask):
                memory[runs.task.label] = runs.task
                sizes = {split: len(corpus.splits[split]) for split in WATCHED}
                rows["calibrated"] += calibrated_rows(runs, runs.task, oracle, sizes)
                rows["traces"] += _traces(runs)
            rows["shortfalls"] += shortfalls(runs, oracle)
            for name, found in rows_of(runs, failed, corpus).items():
                rows[name] += found
    rows["architectures"] += map(_architecture, networks.values())
    rows["memory_tasks"] += memory_rows(memory.values())
    rows["horizons"] += horizon_rows(memory.values(), rows["scores"])
    return {name: frame(name, found) for name, found in rows.items()}


def rows_of(runs: Runs, failed: Mapping[str, str], corpus: Corpus) -> dict[str, list[Row]]:
    """Return the rows of one combination in the tables runs, scores, phenomena, history and showcase.

    `failed` says by digest what went wrong.
    """
    rows: dict[str, list[Row]] = {"runs": [], "scores": [], "phenomena": [], "history": [], "showcase": []}
    for run, record in runs.found:
        key = {**runs.names, "seed": run["seed"], "learning_rate": run["learning_rate"]}
        selected = record is not None and run["learning_rate"] == runs.rate
        rows["runs"].append(_run_row(key, run["digest"], record, failed, selected=selected))
        if record:
            rows["scores"] += _scores(key, record, runs.task, selected=selected)
            rows["history"] += [key | _named(POINT, point) for point in record["history"]]
        if record and selected:
            rows["phenomena"] += [key | _named(PART, part) for part in record["phenomena"]]
            rows["showcase"] += _showcase(key, run["digest"], corpus, runs.task.tolerance)
    return rows


def shortfalls(runs: Runs, oracle: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of the table `shortfalls` for one combination; `oracle` is what `describe` counted."""
    information = runs.combination["information"]
    best = {split: known[information] for split, known in oracle.items()}
    for run in runs.selected if best else ():
        key = {**runs.names, "seed": run["seed"], "learning_rate": run["learning_rate"]}
        yield from _shortfalls(key, information, run["digest"], best)


def _shortfalls(key: Row, information: str, digest: str, best: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    shares = [(split, *share) for split, known in best.items() for share in SHARES if share[1] in known]
    # The counts alone: the weights beside them may be a thousand times as large.
    own = read_tensors(digest, *(f"{split}.{right}" for split, _, right, _ in shares))
    for split, metric, right, counted in shares:
        known = best[split]
        columns = (_units(split, values) for values in (known[right], own[f"{split}.{right}"], known[counted]))
        told = {"split": split, "information": information, "metric": metric}
        yield key | told | paired_difference(*columns)._asdict()


def calibrated_rows(runs: Runs, task: MemoryTask, oracle: Mapping[str, Any], sizes: Mapping[str, int]) -> Iterator[Row]:
    """Yield the rows of the table `calibrated` for one combination.

    `oracle` is what `describe` counted, `sizes` the sequences of the splits that it did not count.
    """
    for run in runs.selected:
        key = {**runs.names, "seed": run["seed"], "learning_rate": run["learning_rate"]}
        watched = {split: _bound(run["digest"], split, size) for split, size in sizes.items()}
        for split, found in (watched | _counted(run["digest"], oracle)).items():
            guess = task.of(split).without_memory
            value, error = calibrated(found.value, guess), found.standard_error / (1 - guess)
            told = {"split": split, "times": task.longer.get(split, 1)}
            yield key | told | {"value": value, "standard_error": error}


def _counted(digest: str, oracle: Mapping[str, Any]) -> dict[str, Estimate]:
    """Return the token accuracy of a run on every split whose answers are kept by sequence."""
    own = read_tensors(digest, *(f"{split}.right" for split in oracle))
    counted = {split: np.asarray(known["word"]["counted"]) for split, known in oracle.items()}
    return {split: paired_difference(own[f"{split}.right"], 0 * n, n) for split, n in counted.items()}


def _bound(digest: str, split: str, sequences: int) -> Estimate:
    """Return the token accuracy of a run on a split, and the standard error if all answers of a sequence were one."""
    scores = {(name, metric): _number(value) for name, metric, value in read_record(digest)["scores"]}
    share = scores[split, "token_accuracy"]
    return Estimate(share, (share * (1 - share) / sequences) ** 0.5)


def _architecture(network: Mapping[str, Any]) -> Row:
    """Return the row of the table `architectures`."""
    cell = dict(network["cell"])
    own = {"architecture": network["name"], "cell": cell.pop("kind")}
    start = {name: cell.pop(name) for name in STARTS if name in cell}
    texts = {"settings": json.dumps(cell, sort_keys=True), "start": json.dumps(start, sort_keys=True)}
    return own | {"layers": network["layers"], "bidirectional": network["bidirectional"]} | texts


def memory_rows(tasks: Iterable[MemoryTask]) -> Iterator[Row]:
    """Yield the rows of the table `memory_tasks`."""
    for family, alike in families(tasks).items():
        for task in alike:
            metric, without_memory = task.paper_score
            yield {
                "task": task.label,
                "kind": task.kind,
                "family": family,
                "setting": task.axis,
                "at": getattr(task, task.axis),
                "lag": task.lag,
                "metric": metric,
                "without_memory": without_memory,
                "guess": task.without_memory,
                "literature": task.literature,
            }


def _traces(runs: Runs) -> Iterator[Row]:
    """Yield the rows of the table `traces` for one combination: of the selected run that is best on validation."""
    run = max(runs.selected, key=lambda run: merit(read_record(run["digest"])), default=None)
    if run is not None:
        key = {**runs.names, "seed": run["seed"], "learning_rate": run["learning_rate"]}
        found = read_tensors(run["digest"])
        yield from (key | row for row in trace_rows({name: found[name] for name in found if is_trace(name)}))


def _units(split: str, counts: Any) -> Array:
    """Return counts of sequences as counts of what was drawn as one: the sentences of a pair hang together."""
    values = np.asarray(counts)
    return values.reshape(-1, 2).sum(1) if split == PAIRS else values


def _named(columns: tuple[str, ...], values: list[Any]) -> Row:
    """Return the values by the names of their columns; the last is a number."""
    return dict(zip(columns, (*values[:-1], _number(values[-1])), strict=True))


def _run_row(key: Row, digest: str, record: Record | None, failed: Mapping[str, str], *, selected: bool) -> Row:
    parameters = record["parameters"] if record else {}
    return {
        **key,
        "selected": selected,
        "status": record["status"] if record else "failed",
        "message": "" if record else failed.get(digest, "no result was found; run snakemake again"),
        "hidden": record["hidden"] if record else None,
        "parameters": sum(parameters.values()) if record else None,
        **{f"parameters_{part}": parameters.get(part) for part in PARTS},
        "epochs": record["epochs"] if record else None,
        "best_epoch": record["best_epoch"] if record else None,
        "seconds": record["seconds"] if record else None,
        "device": record["device"] if record else "",
        "digest": digest,
    }


def _scores(key: Row, record: Record, task: Task, *, selected: bool) -> Iterator[Row]:
    values = {(split, metric): _number(value) for split, metric, value in record["scores"]}
    values |= {(split, CALIBRATED): score for split, score in _calibrated(values, task)}
    gaps = {("gap", m): value - values["test", m] for (split, m), value in values.items() if split == "train"}
    for (split, metric), value in (values | gaps).items():
        yield {**key, "selected": selected, "split": split, "metric": metric, "value": value}


def _calibrated(values: Mapping[tuple[str, str], float], task: Task) -> Iterator[tuple[str, float]]:
    """Yield the calibrated score of every split, where it is known what a tagger without memory scores there."""
    for split, value in ((split, value) for (split, metric), value in values.items() if metric == "token_accuracy"):
        without_memory = task.of(split).without_memory
        if without_memory is not None:
            yield split, calibrated(value, without_memory)


def _showcase(key: Row, digest: str, corpus: Corpus, tolerance: float) -> Iterator[Row]:
    split, answers = corpus.splits[SHOWCASE], read_tensors(digest, SHOWCASE)[SHOWCASE]
    outputs = corpus.labels or [f"y{i + 1}" for i in range(split.targets.shape[1])]
    for sequence, position, shown, target in _positions(split):
        for k, output in enumerate(outputs):
            yield {
                **key,
                "sequence": sequence,
                "position": position,
                "input": shown,
                "target": target,
                "output": output,
                "value": float(answers[sequence, position, k]),
                "tolerance": tolerance,
            }


def _positions(split: Split) -> Iterator[tuple[int, int, str, str]]:
    """Yield sequence, position, input and target of every position of a split, as text."""
    for sequence, (start, length) in enumerate(zip(split.starts, split.lengths, strict=True)):
        for position in range(length):
            here = start + position
            yield sequence, position, _text(split.inputs[here]), _text(split.targets[here])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else " ".join("" if np.isnan(number) else f"{number:g}" for number in value)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _read(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_text(encoding="utf-8"))
