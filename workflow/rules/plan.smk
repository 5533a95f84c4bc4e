import functools
import sys
from pathlib import Path

from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.plan.step import read_step
from rnnbench.pipeline.workdir_lock import take_over


@functools.cache
def plan():
    """Return the plan of the experiment, made once."""
    # Files named by --configfile come first here, but are merged over the default.
    *given, default = map(Path, workflow.configfiles)
    settings = parse_settings(config, [default, *given])
    return plan_of(settings, forget=workflow.is_main_process and take_over(sys.argv))


def step_of(wildcards):
    """Return the step of a job.

    A job on a cluster has a snakemake of its own, on a machine that might plan otherwise: it reads what was planned.
    """
    read = None if workflow.is_main_process else read_step(wildcards.step)
    return read or plan().step(wildcards.step)
