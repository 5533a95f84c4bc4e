"""The steps of the workflow: each reads a file of results/plan/ and makes one output."""

import gc
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rnnbench.common.errors import WorkError
from rnnbench.common.files import write_text
from rnnbench.common.locks import exclusive
from rnnbench.results.timings import timed

CSV, PARQUET = Path("reports/tables"), Path("results/tables")
PROVENANCE = CSV / "provenance.yaml"
"""Versions, commit and machine of the last experiment."""


def make_step(kind: str, plan: Path, output: Path) -> None:
    """Make the output of a step of that kind from its plan, and note how long that took.

    A killed Snakemake leaves its jobs at work; the next one's job for the same step waits here, and finds all done.
    """
    make, needs = STEPS[kind]
    with exclusive(plan):
        timed(kind, plan.stem, needs, lambda: make(_read(plan), output))


def make_data(plan: Mapping[str, Any], output: Path) -> None:
    """Write a task's corpus."""
    from rnnbench import tasks
    from rnnbench.data.corpus import write_corpus

    write_corpus(tasks.from_settings(plan["task"]).generate(), output)


def make_description(plan: Mapping[str, Any], output: Path) -> None:
    """Write a task's rows of the tables `ceilings`, `corpora` and `encoders`, and what its oracle counted."""
    from rnnbench import encoders, tasks
    from rnnbench.data.corpus import read_corpus
    from rnnbench.evaluation.ceilings import ceilings
    from rnnbench.evaluation.corpus_stats import encoder_rows, fact_rows

    task, corpus = tasks.from_settings(plan["task"]), read_corpus(Path(plan["data"]))
    fitted = [encoders.from_settings(values) for values in plan["encoders"]]
    best = ceilings(task, corpus)
    rows = {
        "ceilings": best.rows,
        "corpora": fact_rows(task, corpus),
        "encoders": encoder_rows(task, corpus, fitted),
    }
    write_text(json.dumps({"rows": rows, "oracle": best.counts}), output)


def make_audit(plan: Mapping[str, Any], output: Path) -> None:
    """Write a task's rows of the table `audit`; raises UserError with the figures when one is above its limit."""
    from rnnbench import tasks
    from rnnbench.data.corpus import read_corpus
    from rnnbench.evaluation.audit import audit_rows, checked

    task, corpus = tasks.from_settings(plan["task"]), read_corpus(Path(plan["data"]))
    figures = checked(task, corpus, _read(Path(plan["describe"]))["rows"]["ceilings"])
    write_text(json.dumps({"rows": {"audit": audit_rows(task, figures)}}), output)


def make_rivals(plan: Mapping[str, Any], output: Path) -> None:
    """Write a task's rows of the table `rivals`; those of `traces` too, for a network that is set by hand."""
    from rnnbench import tasks
    from rnnbench.data.corpus import read_corpus

    task, corpus = tasks.from_settings(plan["task"]), read_corpus(Path(plan["data"]))
    if task.has_hand_set_network:
        from rnnbench.training.hand_set import hand_trace_rows, score_rows

        rows = {"rivals": list(score_rows(task, corpus)), "traces": list(hand_trace_rows(task, corpus))}
    else:
        from rnnbench.evaluation.baselines import baseline_rows

        rows = {"rivals": baseline_rows(task, corpus)}
    write_text(json.dumps({"rows": rows}), output)


def make_networks(plan: Mapping[str, Any], output: Path) -> None:
    """Train a job's combinations into the store, and write which runs failed, and why."""
    from rnnbench.pipeline.worker import supervised

    gc.freeze()  # what was imported stays; looking through it for garbage would be a tenth of the time
    write_text(json.dumps({"failed": supervised(plan)}, indent=1), output)


def make_tables(plan: Mapping[str, Any], output: Path) -> None:
    """Write every table, as CSV for people and as parquet for the report, and the facts of the run to `output`.

    Those are beside the tables, too, for people.
    """
    import yaml

    from rnnbench.analysis.collect import tables_of
    from rnnbench.results.provenance import provenance
    from rnnbench.results.runs import CONFIGURATION
    from rnnbench.results.tables import write_table

    for name, table in tables_of(plan).items():
        write_table(name, table, csv=CSV, parquet=PARQUET)
    made = provenance(plan["configuration"])
    write_text(made["configuration"], CONFIGURATION)
    write_text(yaml.safe_dump({key: text for key, text in made.items() if key != "configuration"}), PROVENANCE)
    write_text(json.dumps(made, indent=1), output)


def make_demo(plan: Mapping[str, Any], output: Path) -> None:
    """Write what the report needs to let its readers try networks; `plan` is that of the tables, which are there."""
    from rnnbench.report.demo.pack import demo_of
    from rnnbench.report.views import training_size
    from rnnbench.results.tables import read_tables

    write_text(json.dumps(demo_of(plan, training_size.alone(training_size.shown_tables(read_tables(PARQUET))))), output)


def make_report(plan: Mapping[str, Any], output: Path) -> None:
    """Write the report and its figures; tables and demo are there, and the plan is theirs."""
    from rnnbench.report.write import FACTS, write_report

    write_report(FACTS)


def make_failures(plan: Mapping[str, Any], output: Path) -> None:
    """Write how many runs failed; raises WorkError when they are more than the configuration allows."""
    from rnnbench.results.tables import read_table

    runs, configuration = read_table("runs", PARQUET), plan["configuration"]
    failed = list(runs["status"]).count("failed")
    allowed = configuration["max_failed"]
    if configuration["on_failure"] == "strict":
        allowed = 0
    elif allowed is None:
        allowed = max(len(runs) - 1, 0)
    if failed > allowed:
        raise WorkError(
            f"{failed} of {len(runs)} runs failed; reports/report.html says why; what failed is tried again"
        )
    write_text(json.dumps({"failed": failed, "runs": len(runs)}), output)


STEPS: dict[str, tuple[Callable[[Mapping[str, Any], Path], None], str]] = {
    "data": (make_data, "rnnbench.tasks"),
    "describe": (make_description, "rnnbench.evaluation.ceilings"),
    "audit": (make_audit, "rnnbench.evaluation.audit"),
    "rivals": (make_rivals, "rnnbench.evaluation.baselines"),
    "train": (make_networks, "rnnbench.pipeline.worker"),
    "collect": (make_tables, "rnnbench.analysis.collect"),
    "demo": (make_demo, "rnnbench.report.demo.pack"),
    "report": (make_report, "rnnbench.report.write"),
    "failures": (make_failures, "rnnbench.results.tables"),
}
"""Kind of step -> what makes it, and the module that takes long to import."""


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
