"""What is tried again: a snakemake that starts to work deletes what failed, was lost or is damaged, so that it is made
again. One that only looks (-n, --dag, --lint) deletes nothing.
"""

import sys
from pathlib import Path

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import combinations_of, failed_digests, run_digests
from rnnbench.results.store import OLD_STORE, corrupt, path_of, set_aside_old_store, stored_digests

MAX_NAMED = 5


def schedule_retries(plan: Plan) -> None:
    """Delete corrupt runs, and the outputs of jobs that have a run to train; set a store of an older version aside."""
    if moved_to := set_aside_old_store():
        print(f"{OLD_STORE} {moved_to}", file=sys.stderr)
    _delete_corrupt_runs(plan)
    delete_incomplete_outputs(plan)


def delete_incomplete_outputs(plan: Plan) -> None:
    """Delete the output of each training step that has a run to train, or that says a run failed.

    A run that failed may be in the store by now, trained by another command: then its row is made anew.
    """
    stored = stored_digests()
    for step in plan.train:
        if not stored.issuperset(run_digests(step)) or failed_digests(step):
            Path(step.output).unlink(missing_ok=True)


def _delete_corrupt_runs(plan: Plan) -> None:
    """Delete the damaged results of all runs that the experiment may use.

    Where a result of a search is lost or damaged, it is not known which learning rate is the best: its runs are found
    at every rate.
    """
    digests = corrupt(
        digest for step in plan.train for runs in combinations_of(step) for digest in runs.possible_digests
    )
    for digest in digests:
        path_of(digest).unlink(missing_ok=True)
    if digests:
        results = "1 damaged result" if len(digests) == 1 else f"{len(digests)} damaged results"
        names = ", ".join(digests[:MAX_NAMED]) + (", ..." if len(digests) > MAX_NAMED else "")
        print(f"{results} in the store will be made again: {names}", file=sys.stderr)
