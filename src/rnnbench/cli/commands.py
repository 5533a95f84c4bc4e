"""What the commands of the command line do. Imports are inside the functions: each command pays for its own."""

import functools
import json
import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rnnbench.common.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from rnnbench.data.corpus import Corpus
    from rnnbench.pipeline.config.settings import Settings
    from rnnbench.pipeline.plan.plan import Plan
    from rnnbench.results.runs import Runs
    from rnnbench.tasks import Task

CONFIGURATION = Path("config.yaml")


def plan(options: Namespace) -> None:
    """Print how much there is to do, how much is done, what is left out, and about how long it takes."""
    from rnnbench.pipeline.plan.plan import plan_of
    from rnnbench.pipeline.status.status import plan_text
    from rnnbench.training.engines.selection import ASKED_FOR_TORCH, ON_A_GPU

    settings = _settings(options)
    whole = plan_of(settings)
    print(plan_text(settings, whole))
    engines = [runs.combination.engine for runs in _runs(whole)]
    for reason, number in Counter(engine.reason for engine in engines if engine.name == "torch").items():
        if reason not in (ASKED_FOR_TORCH, ON_A_GPU):
            print(f"{number} of them train with torch, several times slower: {reason}", file=sys.stderr)


def status(options: Namespace) -> None:
    """Print how far an experiment is, and what is made at this moment; again and again with --watch."""
    from rnnbench.pipeline.status.running import is_at_work, print_while
    from rnnbench.pipeline.status.status import status_text

    whole = _plan(options)
    print_while(lambda: status_text(whole), is_at_work if options.watch else lambda: False)


def data(options: Namespace) -> int:
    """Print what a task's corpus is made of, whether it has shortcuts, and a few sequences of its training split."""
    from rnnbench.cli.text import corpus_text, sequence_text

    task = _task(_settings(options), options.task)
    corpus = task.generate()
    print(corpus_text(corpus))
    for sequence in range(min(options.show, len(corpus.splits["train"]))):
        print("", sequence_text(corpus.splits["train"], sequence), sep="\n")
    return _audited(task, corpus) if options.audit else 0


def _audited(task: "Task", corpus: "Corpus") -> int:
    """Print the figures of a corpus; return 1 when one is above its limit."""
    from rnnbench.evaluation.audit import breaches, figures_of, rendered
    from rnnbench.evaluation.ceilings import ceilings

    if task.inputs == "numbers" or task.outputs == "numbers":
        raise UserError(f"{task.label} has no words with labels, so there is nothing to audit")
    figures = figures_of(task, corpus, ceilings(task, {0: corpus}).rows)
    print("", rendered(figures), sep="\n")
    for line in breaches(figures):
        print(line, file=sys.stderr)
    return int(bool(breaches(figures)))


def train(options: Namespace) -> int:
    """Train the chosen combinations, and print the test scores of the selected runs."""
    from rnnbench.cli.text import scores_text
    from rnnbench.pipeline.train_job import train_job
    from rnnbench.results.store import OLD_STORE, set_aside_old_store

    whole = _plan(options)
    chosen = _chosen(whole, options)
    if moved_to := set_aside_old_store():
        print(f"{OLD_STORE} {moved_to}", file=sys.stderr)
    _make_data(chosen)
    failed = {}
    for runs in chosen:
        failed |= train_job(runs.job.only(runs.combination), threads=os.cpu_count() or 1)
    print(scores_text(chosen))
    return 1 if failed else 0


def predict(options: Namespace) -> None:
    """Print a trained combination's distribution for every word of a sentence."""
    from rnnbench.cli.predict import predict_sentence, render

    whole = _plan(options)
    chosen = [runs for runs in _chosen(whole, options) if runs.task.inputs == "words"]
    done = [(best, runs) for runs in chosen if (best := runs.best())]
    if not done:
        raise UserError("no such combination is trained yet; run snakemake, or: rnnbench train")
    (_, run), runs = max(done, key=lambda pair: pair[0][0])
    _make_data([runs])
    name = ", ".join(runs.names.values())
    print(f"{name}, seed {run.seed}, learning rate {run.learning_rate:g}", file=sys.stderr)
    print(render(predict_sentence(runs.task.words(options.sentence), runs, run)))


def compare(options: Namespace) -> None:
    """Print which of two sides is better, for every pair of combinations that differ in nothing else."""
    from rnnbench.analysis.comparison.compare import compare_text
    from rnnbench.analysis.comparison.experiment import of_folder, of_store
    from rnnbench.analysis.comparison.sides import KINDS, chosen_of, pairs_of

    kept = of_folder(options.results) if options.results else None
    planned = [] if kept else list(_runs(_plan(options)))
    names = kept.combinations if kept else [runs.names for runs in planned]
    chosen = chosen_of(names, {kind: getattr(options, kind) for kind in KINDS})
    pairs = pairs_of(names, chosen, first=options.first, second=options.second)
    sides = [names for pair in pairs for names in (pair.first, pair.second)]
    wanted = [runs for runs in planned if runs.names in sides]
    _make_data(wanted)
    of_pairs = (options.first, options.second)
    choice = {"split": options.split, "metric": options.metric, "margin": options.margin}
    print(compare_text(kept or of_store(wanted), pairs, of_pairs, **choice))


def diff(options: Namespace) -> int:
    """Print which combinations score otherwise in one result folder than in another; return 1 when one moved."""
    from rnnbench.analysis.comparison.diff import diff_text

    text, moved = diff_text(options.old, options.new, split=options.split, metric=options.metric)
    print(text)
    return int(moved)


def claims(options: Namespace) -> None:
    """Print what the runs of an experiment say of each claim, or of those that are named."""
    from rnnbench.analysis.comparison.result_folders import read_kept
    from rnnbench.report.sections.overview.claims import claim_verdicts, text

    verdicts = {claim.name: claim for claim in claim_verdicts({"claims": read_kept(options.results, "claims")})}
    for name in options.names:
        if name not in verdicts:
            raise UserError(f"there is no claim {name!r} with data here{did_you_mean(name, verdicts)}")
    print(text([verdicts[name] for name in options.names or verdicts]))


def oracle(options: Namespace) -> None:
    """Print the exact posterior of every word's label for each kind of information."""
    from rnnbench.cli.text import posteriors

    settings = _settings(options)
    readers = [task.label for task in settings.tasks if task.inputs == "words"]
    task = _task(settings, options.task or (readers[0] if readers else "travel"))
    words = task.words(options.sentence)
    print(posteriors(words, *task.explain(words)))


def step(options: Namespace) -> None:
    """Make one file of the workflow from its plan."""
    from rnnbench.pipeline.steps import make_step
    from rnnbench.results import paths

    try:
        json.loads(options.plan.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(f"{options.plan}: no plan; snakemake writes them into results/plan/") from None
    # Paths in a plan are relative to the folder in which results/ is. Where jobs share no folder, that is a copy.
    plan, output = options.plan.absolute(), options.output.absolute()
    if plan.parts[-3:-1] == paths.PLANS.parts:
        os.chdir(plan.parents[2])
    make_step(options.kind, plan, output)


def report(options: Namespace) -> None:
    """Write the report and its figures from the tables of the last experiment, or a page of what there is by now."""
    from rnnbench.report.write import write_report
    from rnnbench.results import paths
    from rnnbench.results.tables import missing_tables

    if options.now:
        return _report_now(options)
    files = (paths.PROVENANCE_JSON, paths.PARTIAL_PROVENANCE_JSON)
    provenance = next((file for file in files if file.exists()), None)
    if provenance is None:
        raise UserError(f"{paths.PROVENANCE_JSON} is not there yet; run snakemake first")
    if missing := missing_tables(paths.TABLES):
        raise UserError(f"{paths.TABLES}/{missing[0]}.parquet is not there; run snakemake again")
    return write_report(provenance)


def _report_now(options: Namespace) -> None:
    from rnnbench.analysis.collect import tables_now
    from rnnbench.common.files import write_text
    from rnnbench.report.build import PageFiles, build_details, build_report
    from rnnbench.report.write import ends_text
    from rnnbench.results import paths
    from rnnbench.results.provenance import provenance

    experiment = _plan(options).experiment
    tables = tables_now(experiment)
    files = PageFiles(paths.PAGE_NOW.name, paths.DETAILS_NOW.name)
    for build, path in ((build_report, paths.PAGE_NOW), (build_details, paths.DETAILS_NOW)):
        write_text(build(tables, provenance(experiment.configuration), files=files), path)
    print(f"{paths.PAGE_NOW}: {ends_text(tables)}")


def bench(options: Namespace) -> None:
    """Measure how fast this machine trains; print it and write the table `bench`."""
    import torch

    from rnnbench.cli.bench.tables import bench_rows, gpu_rows
    from rnnbench.cli.bench.text import rendered
    from rnnbench.results import paths
    from rnnbench.results.schemas import BENCH
    from rnnbench.results.tables import frame, write_table

    torch.set_num_threads(1)
    say = functools.partial(print, file=sys.stderr, flush=True)
    if options.device == "cuda":
        rows = gpu_rows(quick=options.quick, say=say)
    else:
        rows = bench_rows(_plan(options), against_processes=options.against_processes, quick=options.quick, say=say)
    table = frame(BENCH, list(rows))
    write_table(BENCH, table, csv=paths.CSV, parquet=paths.TABLES)
    print(rendered(table))
    say(f"{paths.CSV}/{BENCH}.csv; `rnnbench report` puts it into the report")


def _settings(options: Namespace) -> "Settings":
    from rnnbench.pipeline.config.load import load_settings

    return load_settings([CONFIGURATION, *options.configfile])


def _plan(options: Namespace) -> "Plan":
    from rnnbench.pipeline.plan.plan import plan_of

    return plan_of(_settings(options))


def _runs(plan: "Plan") -> "Iterator[Runs]":
    from rnnbench.pipeline.plan.step import combinations_of

    for job in plan.train:
        yield from combinations_of(job)


def _chosen(plan: "Plan", options: Namespace) -> "list[Runs]":
    """Return the combinations that the options name; raises UserError for a name that the plan does not have."""
    named = {key: getattr(options, key) for key in ("task", "encoder", "architecture") if getattr(options, key)}
    combinations = list(_runs(plan))
    for key, name in named.items():
        names = {runs.names[key] for runs in combinations}
        if name not in names:
            raise UserError(f"--{key}: the configuration has no {key} {name!r}{did_you_mean(name, names)}")
    chosen = [runs for runs in combinations if named.items() <= runs.names.items()]
    if not chosen:
        raise UserError(f"the configuration has no combination of {' and '.join(named.values())}")
    return chosen


def _make_data(chosen: "list[Runs]") -> None:
    """Write the corpora of combinations that are not there."""
    from rnnbench.data.corpus import write_corpora
    from rnnbench.tasks import generate_worlds

    for runs in chosen:
        path = Path(runs.job.data)
        if not path.exists():
            write_corpora(generate_worlds(runs.task, tuple(runs.job.worlds)), path)


def _task(settings: "Settings", name: str) -> "Task":
    """Return the task of the configuration with this label, else the task of that name with its defaults."""
    from rnnbench import tasks
    from rnnbench.common.registry import build, load, names
    from rnnbench.tasks import Task

    for task in settings.tasks:
        if task.label == name:
            return task
    if name not in names(tasks):
        labels = {*names(tasks), *(task.label for task in settings.tasks)}
        raise UserError(f"unknown task {name!r}{did_you_mean(name, labels)}")
    model = load(tasks, name, Task)
    if needed := [key for key, field in model.model_fields.items() if field.is_required()]:
        raise UserError(f"the task {name} needs {' and '.join(needed)}; write it into a configuration")
    return build(tasks, name, Task, {})
