"""The verdict on each memory task in a few sentences: who solves it, and why the others do not."""

from collections.abc import Callable, Iterator, Sequence

from rnnbench.common.text import listed
from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.views import convergence, memory, queries
from rnnbench.report.views.diagnosis import OtherStart, TaskVerdict, other_starts, verdicts
from rnnbench.report.views.queries import Tables

MAX_RATES = 2
"""Largest number of learning rates in a sentence."""
REASONS = {
    "as without memory": "no seed is significantly above 0: nothing shows that the network remembers",
    "not learnt": f"below {SOLVED:g} on the training split as well: too little training or too few units",
    "overfitted": f"at least {SOLVED:g} on the training split, but not on test",
}
"""The reasons why a network does not solve a task, with their meanings."""


def sentences(tables: Tables, task: str) -> list[str]:
    """Return the networks that solve a task, the reasons why the others do not, and what may help them."""
    encoder = memory.encoder(tables, task)
    task_verdicts = verdicts(tables, task, encoder)
    if not task_verdicts:
        return ["No network has a score yet."]
    parts = (_solvers, _reasons, _remedies)
    return [
        *(sentence for part in parts for sentence in part(task_verdicts)),
        *_not_converged(tables, task, encoder),
        *map(_better_start, other_starts(tables, task, encoder)),
    ]


def _not_converged(tables: Tables, task: str, encoder: str) -> Iterator[str]:
    """Yield the networks of which too many runs were still improving when they were stopped: nothing is final."""
    unfinal = convergence.architectures(tables, task, encoder)
    names = [name for name in queries.architectures(tables) if name in unfinal]
    if names:
        yield f"Not converged, so that more training steps may help: {listed(names)}."


def _better_start(start: OtherStart) -> str:
    return (
        f"{start.better} is {start.architecture} with another initialization ({start.changed}) and scores higher: "
        "their intervals do not overlap."
    )


def _solvers(task_verdicts: Sequence[TaskVerdict]) -> Iterator[str]:
    always = [verdict.architecture for verdict in task_verdicts if verdict.solved == verdict.seeds]
    sometimes = _with_seeds(task_verdicts, lambda verdict: verdict.solved if verdict.solved < verdict.seeds else 0)
    parts = [f"with every seed by {listed(always)}"] if always else []
    parts += [f"with some seeds only by {listed(sometimes)}: it depends on the seed"] if sometimes else []
    yield f"Solved {'; '.join(parts) or 'by no network'}."


def _reasons(task_verdicts: Sequence[TaskVerdict]) -> Iterator[str]:
    remembering = [verdict for verdict in task_verdicts if not verdict.memoryless]
    networks = {
        "as without memory": [verdict.architecture for verdict in task_verdicts if verdict.memoryless],
        "not learnt": _with_seeds(remembering, lambda verdict: verdict.unlearnt),
        "overfitted": _with_seeds(remembering, lambda verdict: verdict.overfitted, _train_and_test),
    }
    text = "; ".join(f"{reason}: {listed(names)}" for reason, names in networks.items() if names)
    if text:
        yield f"{text[0].upper()}{text[1:]}."


def _train_and_test(verdict: TaskVerdict) -> str:
    return f"train {verdict.train:.2f}, test {verdict.test:.2f}"


def _remedies(task_verdicts: Sequence[TaskVerdict]) -> Iterator[str]:
    """Yield the networks that another learning rate may help."""
    rates = [
        f"{verdict.architecture} with seed {rate.seed} and learning rate {rate.learning_rate:g} "
        f"({rate.value:.2f} in place of {rate.chosen:.2f})"
        for verdict in task_verdicts
        for rate in verdict.rates
    ]
    if rates:
        more = [f"{len(rates) - MAX_RATES} more"] if len(rates) > MAX_RATES else []
        yield f"Another learning rate scored much higher on validation: {listed(rates[:MAX_RATES] + more)}."


def _with_seeds(
    task_verdicts: Sequence[TaskVerdict],
    count: Callable[[TaskVerdict], int],
    note: Callable[[TaskVerdict], str] = lambda verdict: "",
) -> list[str]:
    """Return the networks with a positive count of seeds; in brackets the count, if it is not all seeds, and the note.

    "gru (1 of 3)", or "jordan (train 0.99, test 0.51)".
    """
    texts = []
    for verdict in task_verdicts:
        number = count(verdict)
        if number:
            seeds = "" if number == verdict.seeds else f"{number} of {verdict.seeds}"
            details = "; ".join(filter(None, [seeds, note(verdict)]))
            texts.append(f"{verdict.architecture} ({details})" if details else verdict.architecture)
    return texts
