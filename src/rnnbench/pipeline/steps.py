"""The steps of the workflow: each reads a file of results/plan/ and makes one output."""

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnbench.common.errors import WorkError
from rnnbench.common.files import write_text
from rnnbench.common.garbage import uncollected
from rnnbench.common.locks import exclusive
from rnnbench.results import paths
from rnnbench.results.specifications import (
    ExperimentSpec,
    JobSpec,
    PreparationSpec,
    read_specification,
)
from rnnbench.results.timings import timed


def make_step(kind: str, plan: Path, output: Path) -> None:
    """Make the output of a step of that kind from its plan, and note how long that took.

    A killed Snakemake leaves its jobs at work; the next one's job for the same step waits here; what is trained by then
    is not trained again.
    """
    make, module = STEPS[kind]
    with exclusive(plan):
        timed(kind, plan.stem, module, lambda: make(read_specification(kind, plan), output))


@uncollected()
def make_data(plan: PreparationSpec, output: Path) -> None:
    """Write a task's corpora: one for each seed, or one for all."""
    from rnnbench import tasks
    from rnnbench.data.corpus import write_corpora

    write_corpora(tasks.generate_worlds(tasks.from_settings(plan.task), plan.seeds), output)


@uncollected()
def make_description(plan: PreparationSpec, output: Path) -> None:
    """Write a task's rows of the tables `ceilings`, `corpora` and `encoders`, and for each seed its oracle's counts."""
    from rnnbench import encoders, tasks
    from rnnbench.data.corpus import read_corpus
    from rnnbench.evaluation.ceilings import ceilings
    from rnnbench.evaluation.corpus_stats import encoder_rows, fact_rows

    task = tasks.from_settings(plan.task)
    corpora = {seed: read_corpus(Path(plan.data), seed) for seed in task.distinct_worlds(plan.seeds)}
    fitted = [encoders.from_settings(values) for values in plan.encoders]
    best = ceilings(task, corpora)
    rows = {
        "ceilings": best.rows,
        "corpora": fact_rows(task, [*corpora.values()]),
        "encoders": encoder_rows(task, [*corpora.values()], fitted),
    }
    write_text(json.dumps({"rows": rows, "oracle": best.counts}, separators=(",", ":")), output)


def make_audit(plan: PreparationSpec, output: Path) -> None:
    """Write a task's rows of the table `audit`; raises UserError with the figures when one is above its limit.

    The corpus is that of the first seed.
    """
    from rnnbench import tasks
    from rnnbench.data.corpus import read_corpus
    from rnnbench.evaluation.audit import audit_rows, checked

    task, corpus = tasks.from_settings(plan.task), read_corpus(Path(plan.data), plan.seeds[0])
    figures = checked(task, corpus, json.loads(Path(plan.description).read_text(encoding="utf-8"))["rows"]["ceilings"])
    write_text(json.dumps({"rows": {"audit": audit_rows(task, figures)}}), output)


def make_baselines(plan: PreparationSpec, output: Path) -> None:
    """Write a task's rows of the table `rivals`; those of `traces`, too, where the task has a hand-set network.

    The corpus is that of the first seed: baselines are costly.
    """
    from rnnbench import tasks
    from rnnbench.data.corpus import read_corpus

    task, corpus = tasks.from_settings(plan.task), read_corpus(Path(plan.data), plan.seeds[0])
    if task.has_hand_set_network:
        from rnnbench.training.hand_set import hand_trace_rows, score_rows

        rows = {"rivals": list(score_rows(task, corpus)), "traces": list(hand_trace_rows(task, corpus))}
    else:
        from rnnbench.evaluation.baselines import baseline_rows

        rows = {"rivals": baseline_rows(task, corpus)}
    write_text(json.dumps({"rows": rows}), output)


def make_networks(plan: JobSpec, output: Path) -> None:
    """Train a job's combinations into the store, and write which runs failed, and why."""
    from rnnbench.pipeline.worker import train_in_worker

    gc.freeze()  # what was imported stays; searching it for garbage would take a tenth of the time
    write_text(json.dumps({"failed": train_in_worker(plan)}, indent=1), output)


def make_tables(plan: ExperimentSpec, output: Path) -> None:
    """Write every table, as CSV for people and as parquet for the report, and their provenance to `output`.

    The provenance is beside the CSV files, too, for people.
    """
    import yaml

    from rnnbench.analysis.collect import tables_of
    from rnnbench.results.provenance import provenance
    from rnnbench.results.tables import write_table

    for name, table in tables_of(plan).items():
        write_table(name, table, csv=paths.CSV, parquet=paths.TABLES)
    facts = provenance(plan.configuration)
    write_text(facts["configuration"], paths.CONFIGURATION)
    versions = {key: text for key, text in facts.items() if key != "configuration"}
    write_text(yaml.safe_dump(versions), paths.PROVENANCE)
    write_text(json.dumps(facts, indent=1), output)


def make_demo(plan: ExperimentSpec, output: Path) -> None:
    """Write what the report needs to let its readers try networks; the tables are there, and the plan is theirs."""
    from rnnbench.report.demo.pack import demo_of
    from rnnbench.report.views import training_size
    from rnnbench.results.tables import read_tables

    tables = training_size.shown_tables(read_tables(paths.TABLES))
    write_text(json.dumps(demo_of(plan, training_size.alone(tables))), output)


def make_report(plan: ExperimentSpec, output: Path) -> None:
    """Write the report and its figures; tables and demo are there, and the plan is theirs."""
    from rnnbench.report.write import write_report

    write_report(paths.PROVENANCE_JSON)


def make_failures(plan: ExperimentSpec, output: Path) -> None:
    """Write how many runs failed; raises WorkError when they are more than the configuration allows."""
    from rnnbench.results.tables import read_table
    from rnnbench.training.run_status import RunStatus

    runs, configuration = read_table("runs", paths.TABLES), plan.configuration
    failed = list(runs["status"]).count(RunStatus.FAILED)
    allowed = configuration["max_failed"]
    if configuration["on_failure"] == "strict":
        allowed = 0
    elif allowed is None:
        allowed = max(len(runs) - 1, 0)
    if failed > allowed:
        raise WorkError(f"{failed} of {len(runs)} runs failed; {paths.DETAILS} says why; what failed is tried again")
    write_text(json.dumps({"failed": failed, "runs": len(runs)}), output)


STEPS: dict[str, tuple[Callable[[Any, Path], None], str]] = {
    "data": (make_data, "rnnbench.tasks"),
    "describe": (make_description, "rnnbench.evaluation.ceilings"),
    "audit": (make_audit, "rnnbench.evaluation.audit"),
    "rivals": (make_baselines, "rnnbench.evaluation.baselines"),
    "train": (make_networks, "rnnbench.pipeline.worker"),
    "collect": (make_tables, "rnnbench.analysis.collect"),
    "demo": (make_demo, "rnnbench.report.demo.pack"),
    "report": (make_report, "rnnbench.report.write"),
    "failures": (make_failures, "rnnbench.results.tables"),
}
"""Kind of step -> what makes it, and the module that takes long to import."""
