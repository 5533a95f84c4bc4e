"""From finished steps to tables: every run of the plan has its row, whatever became of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnbench import cells
from rnnbench.analysis.claims import OwnClaim
from rnnbench.analysis.convergence import convergence_rows
from rnnbench.analysis.derived_tables import analysed
from rnnbench.analysis.memory_tables import calibrated_rows, memory_rows, traces_of
from rnnbench.analysis.per_sequence import PerSequenceScores
from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.analysis.tuning import tuning_rows
from rnnbench.data.corpora import Corpora
from rnnbench.data.corpus import EXAMPLES, Split, merge_pairs
from rnnbench.evaluation.memory_horizon import CALIBRATED, calibrated, horizon_rows
from rnnbench.evaluation.metrics import ACCURACIES, GAP, GAP_AT_END, RATIOS
from rnnbench.models.size import Size
from rnnbench.results.runs import Record, Runs, command, is_done
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.specifications import CombinationSpec, ExperimentSpec, RunSpec, read_job
from rnnbench.results.store import read_tensors
from rnnbench.results.tables import frame
from rnnbench.tasks import SyntheticTask, Task
from rnnbench.tasks._memory import MemoryTask
from rnnbench.training.run_status import RunStatus

Row = dict[str, Any]
LOST = "no result was found; run snakemake again"
"""The message of a run without a result whose job ended."""
PARTS = ("input", "recurrent", "readout")
POINT = ("step", "split", "metric", "value")
PART = ("split", "phenomenon", "metric", "value")


def tables_of(experiment: ExperimentSpec, *, without_result: RunStatus = RunStatus.FAILED) -> dict[str, pd.DataFrame]:
    """Return every table of an experiment by name.

    `without_result`: the status of runs of which there is neither a result nor a message. Where the experiment has
    ended they have failed; while it goes on they are missing.
    """
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    memory: dict[str, MemoryTask] = {}
    networks: dict[str, CombinationSpec] = {}
    counts, fixed = PerSequenceScores(), set[str]()
    for path in filter(_exists, experiment.row_files):
        for name, table_rows in _read(path)["rows"].items():
            rows[name] += table_rows
    corpora = Corpora("")
    for planned in experiment.jobs:
        job = read_job(planned.plan)
        failed = _read(planned.output)["failed"] if _exists(planned.output) else {}
        messages = _Messages(failed, without_result)
        combinations = [Runs(job, combination) for combination in job.combinations]
        if not (_exists(planned.description) and _exists(job.data)):
            for runs in combinations:
                rows["runs"] += (_run_row(runs, run, None, messages, selected=False) for run, _ in runs.records)
            continue
        corpora = corpora if corpora.path == Path(job.data) else Corpora(job.data)
        oracle = {int(seed): counts for seed, counts in _read(planned.description)["oracle"].items()}
        for runs in combinations:
            counts.add(runs)
            if not isinstance(runs.task, SyntheticTask):
                fixed.add(runs.task.label)
            networks[runs.combination.name] = runs.combination
            if isinstance(runs.task, MemoryTask):
                memory[runs.task.label] = runs.task
                rows["calibrated"] += calibrated_rows(runs, runs.task, corpora)
                rows["traces"] += traces_of(runs)
            rows["shortfalls"] += shortfalls(runs, oracle)
            for name, table_rows in combination_rows(runs, messages, corpora).items():
                rows[name] += table_rows
    rows["architectures"] += map(_architecture, networks.values())
    rows["memory_tasks"] += memory_rows(memory.values())
    rows["convergence"] += convergence_rows(frame("runs", rows["runs"]))
    rows["horizons"] += horizon_rows(memory.values(), rows["scores"], rows["convergence"])
    tables = {name: frame(name, rows.pop(name)) for name in SCHEMAS}
    claims = [OwnClaim(**values).claim for values in experiment.configuration["claims"]]
    derived = analysed(tables, claims, counts, frozenset(fixed))
    return tables | {name: frame(name, list(table_rows)) for name, table_rows in derived.items()}


def tables_now(experiment: ExperimentSpec) -> dict[str, pd.DataFrame]:
    """Return every table of an experiment that may still be going on; runs that are to come are missing."""
    return tables_of(experiment, without_result=RunStatus.MISSING)


@dataclass(frozen=True)
class _Messages:
    """What is known of the runs of a job that have no result."""

    failed: Mapping[str, str]
    """Digest -> what went wrong."""
    otherwise: RunStatus = RunStatus.FAILED
    """The status of runs of which nothing is known."""

    def status(self, digest: str) -> RunStatus:
        return RunStatus.FAILED if digest in self.failed else self.otherwise

    def message(self, digest: str) -> str:
        return self.failed.get(digest, LOST if self.otherwise == RunStatus.FAILED else "")


def scores_of(runs: Runs) -> list[Row]:
    """Return the rows of one combination in the table `scores`."""
    return [
        row
        for run, record in runs.records
        if record
        for row in _scores(runs.key(run), record, runs.task, selected=run.learning_rate == runs.learning_rate)
    ]


def combination_rows(runs: Runs, messages: _Messages, corpora: Corpora) -> dict[str, list[Row]]:
    """Return the rows of one combination in the tables runs, scores, phenomena, history, showcase and tuning."""
    rows: dict[str, list[Row]] = {name: [] for name in ("runs", "phenomena", "history", "showcase")}
    rows["scores"], rows["tuning"] = scores_of(runs), list(tuning_rows(runs))
    for run, record in runs.records:
        key = runs.key(run)
        selected = record is not None and run.learning_rate == runs.learning_rate
        rows["runs"].append(_run_row(runs, run, record, messages, selected=selected))
        if record:
            rows["history"] += [key | _named(POINT, point) for point in record["history"]]
        if record and selected:
            rows["phenomena"] += [key | _named(PART, part) for part in record["phenomena"]]
            examples, labels = corpora[min(runs.job.worlds)].splits[EXAMPLES], corpora[run.seed].labels
            rows["showcase"] += _showcase(key, run.digest, examples, labels, runs.task.tolerance)
    return rows


def shortfalls(runs: Runs, oracle: Mapping[int, Any]) -> Iterator[Row]:
    """Yield the rows of the table `shortfalls` for one combination; `oracle`: seed -> what `describe` counted."""
    information = runs.combination.information
    for run, record in runs.selected:
        if is_done(record):
            of_world = oracle.get(run.seed, {})  # a corpus that all seeds share has no oracle
            best = {split: counts[information] for split, counts in of_world.items()}
            yield from _shortfalls(runs.key(run), information, run.digest, best)


def _shortfalls(key: Row, information: str, digest: str, best: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    shares = [
        (split, metric, RATIOS[metric].numerator, RATIOS[metric].denominator[0])
        for split, counts in best.items()
        for metric in ACCURACIES
        if RATIOS[metric].numerator in counts
    ]
    # The counts alone: the weights beside them may be a thousand times as large.
    counts = read_tensors(digest, *(f"{split}.{right}" for split, _, right, _ in shares))
    for split, metric, right, counted in shares:
        columns = (best[split][right], counts[f"{split}.{right}"], best[split][counted])
        difference = paired_difference(*(merge_pairs(split, np.asarray(values)) for values in columns))
        yield key | {"split": split, "information": information, "metric": metric} | difference._asdict()


def _architecture(combination: CombinationSpec) -> Row:
    """Return the row of the table `architectures`."""
    network = combination.architecture
    settings = dict(network["cell"])
    kind = settings.pop("kind")
    start = {name: settings.pop(name) for name in cells.from_settings(network["cell"]).start_settings}
    return {
        "architecture": combination.name,
        "base": network["name"],
        "cell": kind,
        **{name: network[name] for name in ("layers", "bidirectional", "window")},
        "settings": json.dumps(settings, sort_keys=True),
        "start": json.dumps(start, sort_keys=True),
        "size": Size(**combination.size).label,
        "fair": combination.matched_on,
    }


def _named(columns: tuple[str, ...], values: list[Any]) -> Row:
    """Return the values by the names of their columns; the last is a number."""
    return dict(zip(columns, (*values[:-1], _number(values[-1])), strict=True))


def _run_row(runs: Runs, run: RunSpec, record: Record | None, messages: _Messages, *, selected: bool) -> Row:
    engine = runs.combination.engine
    parameters = record["parameters"] if record else {}
    status = RunStatus(record["status"]) if record else messages.status(run.digest)
    return {
        **runs.key(run),
        "family": runs.job.family,
        "selected": selected,
        "status": str(status),
        "message": "" if record else messages.message(run.digest),
        "hidden": record["hidden"] if record else None,
        "parameters": sum(parameters.values()) if record else None,
        **{f"parameters_{part}": parameters.get(part) for part in PARTS},
        "steps": record["steps"] if record else None,
        "best_step": record["best_step"] if record else None,
        "stopped_by": record["stopped_by"] if record else "",
        "seconds": record["seconds"] if record else None,
        "chosen_by": record["chosen_by"] if record else "",
        "device": record["device"] if record else "",
        "engine": engine.name,
        "engine_reason": engine.reason,
        "digest": run.digest,
        "command": "" if status in (RunStatus.DONE, RunStatus.MISSING) else command(**runs.names),
    }


def _scores(key: Row, record: Record, task: Task, *, selected: bool) -> Iterator[Row]:
    values = {(split, metric): _number(value) for split, metric, value in record["scores"]}
    values |= {(split, CALIBRATED): score for split, score in _calibrated(values, task)}
    gaps = {(GAP, m): value - values["test", m] for (split, m), value in values.items() if split == "train"}
    gaps |= {(GAP_AT_END, metric): value for metric, value in _gaps_at_end(record)}
    for (split, metric), value in (values | gaps).items():
        yield {**key, "selected": selected, "split": split, "metric": metric, "value": value}


def _gaps_at_end(record: Record) -> Iterator[tuple[str, float]]:
    """Yield metric and train minus validation after the last step."""
    last = {(split, m): _number(value) for step, split, m, value in record["history"] if step == record["steps"]}
    yield from ((m, value - last["validation", m]) for (split, m), value in last.items() if split == "train")


def _calibrated(values: Mapping[tuple[str, str], float], task: Task) -> Iterator[tuple[str, float]]:
    """Yield the calibrated score of every split for which the score without memory is known."""
    metric = task.calibrated_by
    for split, value in ((split, value) for (split, name), value in values.items() if name == metric):
        memoryless_score = task.task_of_split(split).memoryless_score
        if memoryless_score is not None:
            yield split, calibrated(metric, value, memoryless_score)


def _showcase(key: Row, digest: str, split: Split, labels: Sequence[str], tolerance: float) -> Iterator[Row]:
    """Yield the answers of a run to the examples; `labels` are those of its own training split."""
    answers = read_tensors(digest, EXAMPLES)[EXAMPLES]
    outputs = labels or [f"y{i + 1}" for i in range(split.targets.shape[1])]
    for sequence, position, value, target in _positions(split):
        for k, output in enumerate(outputs):
            yield {
                **key,
                "sequence": sequence,
                "position": position,
                "input": value,
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
