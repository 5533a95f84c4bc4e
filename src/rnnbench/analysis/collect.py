"""From finished steps to tables: every run of the plan has its row, whatever became of it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnbench import cells
from rnnbench.analysis.claims import OwnClaim
from rnnbench.analysis.derived_tables import analysed
from rnnbench.analysis.memory_tables import calibrated_rows, memory_rows, traces_of
from rnnbench.analysis.overfitting import GAP, GAP_AT_END
from rnnbench.analysis.per_sequence import PerSequenceScores
from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.data.corpus import EXAMPLES, Corpus, Split, merge_pairs, read_corpus
from rnnbench.evaluation.memory_horizon import CALIBRATED, calibrated, horizon_rows
from rnnbench.models.size import Size
from rnnbench.results.runs import Record, Runs, command, is_done
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.store import read_tensors
from rnnbench.results.tables import frame
from rnnbench.tasks import Task
from rnnbench.tasks._memory import MemoryTask

Row = dict[str, Any]
LOST = "no result was found; run snakemake again"
"""The message of a run of which nothing is known."""
PARTS = ("input", "recurrent", "readout")
POINT = ("epoch", "split", "metric", "value")
PART = ("split", "phenomenon", "metric", "value")
SHARES = (("token_accuracy", "right", "counted"), ("slot_accuracy", "slot_right", "slot_counted"))
"""Metric, and the two counts that it is the ratio of."""


def tables_of(experiment: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return every table of an experiment by name; of what steps did not make, runs have failed."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    memory: dict[str, MemoryTask] = {}
    networks: dict[str, Any] = {}
    counted = PerSequenceScores()
    for path in filter(_exists, experiment["facts"]):
        for name, found in _read(path)["rows"].items():
            rows[name] += found
    begun = [job for job in experiment["train"] if _has_data(*job)]
    rows["runs"] += _without_data(experiment["train"], begun)
    for plan, output, description in begun:
        job, failed = _read(plan), _read(output)["failed"] if Path(output).exists() else {}
        corpus, oracle = read_corpus(Path(job["data"])), _read(description)["oracle"]
        for combination in job["combinations"]:
            runs = Runs(job, combination)
            counted.add(runs)
            networks[combination["name"]] = combination
            if isinstance(runs.task, MemoryTask):
                memory[runs.task.label] = runs.task
                rows["calibrated"] += calibrated_rows(runs, runs.task, corpus)
                rows["traces"] += traces_of(runs)
            rows["shortfalls"] += shortfalls(runs, oracle)
            for name, found in rows_of(runs, failed, corpus).items():
                rows[name] += found
    rows["architectures"] += map(_architecture, networks.values())
    rows["memory_tasks"] += memory_rows(memory.values())
    rows["horizons"] += horizon_rows(memory.values(), rows["scores"])
    found = {name: frame(name, rows.pop(name)) for name in SCHEMAS}
    own = [OwnClaim(**values).claim for values in experiment["configuration"]["claims"]]
    return found | {name: frame(name, list(made)) for name, made in analysed(found, own, counted).items()}


def tables_now(experiment: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return every table of an experiment that may still be going on; runs that are to come are missing."""
    found = tables_of(experiment)
    found["runs"].loc[found["runs"]["message"] == LOST, ["status", "message", "command"]] = ["missing", "", ""]
    return found


def _has_data(plan: str, _: str, description: str) -> bool:
    return _exists(description) and _exists(_read(plan)["data"])


def _without_data(jobs: list[Any], begun: list[Any]) -> Iterator[Row]:
    """Yield the rows of the runs of jobs for which no data is there."""
    for plan, *_ in (job for job in jobs if job not in begun):
        job = _read(plan)
        for runs in (Runs(job, combination) for combination in job["combinations"]):
            for run, _ in runs.found:
                engine = {"engine": "", "engine_reason": ""}
                yield engine | _run_row(runs.key(run), run["digest"], None, {}, selected=False)


def rows_of(runs: Runs, failed: Mapping[str, str], corpus: Corpus) -> dict[str, list[Row]]:
    """Return the rows of one combination in the tables runs, scores, phenomena, history and showcase.

    `failed` says by digest what went wrong.
    """
    rows: dict[str, list[Row]] = {"runs": [], "scores": [], "phenomena": [], "history": [], "showcase": []}
    for run, record in runs.found:
        key = runs.key(run)
        selected = record is not None and run["learning_rate"] == runs.rate
        engine = {"engine": runs.combination["engine"]["name"], "engine_reason": runs.combination["engine"]["reason"]}
        rows["runs"].append(engine | _run_row(key, run["digest"], record, failed, selected=selected))
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
    for run, record in runs.selected if best else ():
        if is_done(record):
            yield from _shortfalls(runs.key(run), information, run["digest"], best)


def _shortfalls(key: Row, information: str, digest: str, best: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    shares = [(split, *share) for split, known in best.items() for share in SHARES if share[1] in known]
    # The counts alone: the weights beside them may be a thousand times as large.
    own = read_tensors(digest, *(f"{split}.{right}" for split, _, right, _ in shares))
    for split, metric, right, counted in shares:
        known = best[split]
        columns = (
            merge_pairs(split, np.asarray(values)) for values in (known[right], own[f"{split}.{right}"], known[counted])
        )
        told = {"split": split, "information": information, "metric": metric}
        yield key | told | paired_difference(*columns)._asdict()


def _architecture(combination: Mapping[str, Any]) -> Row:
    """Return the row of the table `architectures`."""
    network = combination["architecture"]
    cell = dict(network["cell"])
    own = {"architecture": combination["name"], "base": network["name"], "cell": cell.pop("kind")}
    start = {name: cell.pop(name) for name in cells.from_settings(network["cell"]).start_settings}
    texts = {"settings": json.dumps(cell, sort_keys=True), "start": json.dumps(start, sort_keys=True)}
    size = {"size": Size(**combination["size"]).label, "fair": combination["fair"]}
    return own | {name: network[name] for name in ("layers", "bidirectional", "window")} | texts | size


def _named(columns: tuple[str, ...], values: list[Any]) -> Row:
    """Return the values by the names of their columns; the last is a number."""
    return dict(zip(columns, (*values[:-1], _number(values[-1])), strict=True))


def _run_row(key: Row, digest: str, record: Record | None, failed: Mapping[str, str], *, selected: bool) -> Row:
    parameters = record["parameters"] if record else {}
    return {
        **key,
        "selected": selected,
        "status": record["status"] if record else "failed",
        "message": "" if record else failed.get(digest, LOST),
        "hidden": record["hidden"] if record else None,
        "parameters": sum(parameters.values()) if record else None,
        **{f"parameters_{part}": parameters.get(part) for part in PARTS},
        "epochs": record["epochs"] if record else None,
        "best_epoch": record["best_epoch"] if record else None,
        "seconds": record["seconds"] if record else None,
        "chosen_by": record["chosen_by"] if record else "",
        "device": record["device"] if record else "",
        "digest": digest,
        "command": "" if is_done(record) else command(key["task"], key["encoder"], key["architecture"]),
    }


def _scores(key: Row, record: Record, task: Task, *, selected: bool) -> Iterator[Row]:
    values = {(split, metric): _number(value) for split, metric, value in record["scores"]}
    values |= {(split, CALIBRATED): score for split, score in _calibrated(values, task)}
    gaps = {(GAP, m): value - values["test", m] for (split, m), value in values.items() if split == "train"}
    gaps |= {(GAP_AT_END, metric): value for metric, value in _gaps_at_end(record)}
    for (split, metric), value in (values | gaps).items():
        yield {**key, "selected": selected, "split": split, "metric": metric, "value": value}


def _gaps_at_end(record: Record) -> Iterator[tuple[str, float]]:
    """Yield metric and train minus validation after the last epoch."""
    last = {(split, m): _number(value) for epoch, split, m, value in record["history"] if epoch == record["epochs"]}
    yield from ((m, value - last["validation", m]) for (split, m), value in last.items() if split == "train")


def _calibrated(values: Mapping[tuple[str, str], float], task: Task) -> Iterator[tuple[str, float]]:
    """Yield the calibrated score of every split, where it is known what a tagger without memory scores there."""
    metric = task.calibrated_by
    for split, value in ((split, value) for (split, name), value in values.items() if name == metric):
        without_memory = task.task_of_split(split).memoryless_score
        if without_memory is not None:
            yield split, calibrated(metric, value, without_memory)


def _showcase(key: Row, digest: str, corpus: Corpus, tolerance: float) -> Iterator[Row]:
    split, answers = corpus.splits[EXAMPLES], read_tensors(digest, EXAMPLES)[EXAMPLES]
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


def _exists(path: str) -> bool:
    return Path(path).exists()


def _read(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_text(encoding="utf-8"))
