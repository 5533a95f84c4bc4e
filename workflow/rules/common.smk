import functools
import sys
from pathlib import Path

from rnnbench.common.errors import UserError
from rnnbench.common.fingerprint import fingerprint
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import REPORTING, plan_of
from rnnbench.pipeline.plan.step import read_step
from rnnbench.pipeline.retries import schedule_retries
from rnnbench.pipeline.workdir_lock import acquire_workdir
from rnnbench.results.schemas import SCHEMAS


def or_exit(function, *arguments):
    """Return what a function returns; end with one line, and no traceback, for a mistake of the user or the disk."""
    try:
        return function(*arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"{error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
        sys.exit(1)


@functools.cache
def parsed_plan():
    """Return the plan of the experiment, made once; nothing is changed but plan files that are not there."""
    # Files named by --configfile come first here, but are merged over the default.
    *given, default = map(Path, workflow.configfiles)
    return or_exit(lambda: plan_of(parse_settings(config, [default, *given])))


@functools.cache
def plan():
    """Return the plan, for input functions: when Snakemake calls the first one, it knows whether it will execute.

    Before jobs are chosen, a snakemake that will execute takes the folder's lock and deletes what must be made again.
    One that only looks (-n, --dag, --summary, --lint ...) changes nothing.
    """
    executes = (
        workflow.executor_plugin is not None
        and not workflow.dryrun
        and not workflow.touch
    )
    if executes and workflow.is_main_process:
        or_exit(acquire_workdir)
        or_exit(schedule_retries, parsed_plan())
    return parsed_plan()


def step_of(wildcards):
    """Return the step of a job.

    A job on a cluster has a snakemake of its own, on a machine that might plan otherwise: it reads what was planned.
    """
    planned = None if workflow.is_main_process else read_step(wildcards.step)
    return planned or plan().step(wildcards.step)


def title(wildcards):
    """Return what a job makes, for people."""
    return step_of(wildcards).title
