"""What is said of each memory task in a few sentences: who solves it, and why the others do not."""

from collections.abc import Callable, Iterator, Sequence

from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.views import memory
from rnnbench.report.views.diagnosis import OtherStart, TaskVerdict, other_starts, verdicts
from rnnbench.report.views.queries import Tables

SHOWN = 2
"""Learning rates that are told of by name."""
REASONS = {
    "as without memory": "no seed is above 0 beyond its own error: nothing shows that the network remembers",
    "not learnt": f"below {SOLVED:g} on the training split as well: for want of training or of size, not overfitted",
    "overfitted": f"at least {SOLVED:g} on the training split, but not on test",
}
"""What is meant by the reasons why a network falls short."""


def sentences(tables: Tables, task: str) -> list[str]:
    """Return who solves a task, by how many seeds, and what the tables know about the reasons."""
    encoder = memory.encoder(tables, task)
    known = verdicts(tables, task, encoder)
    if not known:
        return ["No network has a score yet."]
    told = [sentence for tell in (_who, _why, _next) for sentence in tell(known)]
    return [*told, *map(_start, other_starts(tables, task, encoder))]


def _start(one: OtherStart) -> str:
    return f"{one.better} is {one.architecture} with another start ({one.changed}) and better beyond both intervals."


def _who(known: Sequence[TaskVerdict]) -> Iterator[str]:
    always = [one.architecture for one in known if one.solved == one.seeds]
    sometimes = _counted(known, lambda one: one.solved if one.solved < one.seeds else 0)
    told = [f"with every seed by {joined(always)}"] if always else []
    told += [f"with some seeds only by {joined(sometimes)}: it depends on the seed"] if sometimes else []
    yield f"Solved {'; '.join(told) or 'by no network'}."


def _why(known: Sequence[TaskVerdict]) -> Iterator[str]:
    told = {
        "as without memory": [one.architecture for one in known if one.memoryless],
        "not learnt": _counted([one for one in known if not one.memoryless], lambda one: one.unlearnt),
        "overfitted": _counted([one for one in known if not one.memoryless], lambda one: one.overfitted, _fallen),
    }
    reasons = "; ".join(f"{reason}: {joined(names)}" for reason, names in told.items() if names)
    if reasons:
        yield f"{reasons[0].upper()}{reasons[1:]}."


def _fallen(one: TaskVerdict) -> str:
    return f"train {one.train:.2f}, test {one.test:.2f}"


def _next(known: Sequence[TaskVerdict]) -> Iterator[str]:
    rising = _counted(known, lambda one: one.rising)
    rates = [
        f"{one.architecture} with seed {rate.seed} and learning rate {rate.learning_rate:g} "
        f"({rate.value:.2f} in place of {rate.chosen:.2f})"
        for one in known
        for rate in one.rates
    ]
    if rising:
        yield f"More epochs may help {joined(rising)}: the score on validation still rose at the end."
    if rates:
        more = [f"{len(rates) - SHOWN} more"] if len(rates) > SHOWN else []
        yield f"Another learning rate did much better on validation: {joined(rates[:SHOWN] + more)}."


def _counted(
    known: Sequence[TaskVerdict],
    count: Callable[[TaskVerdict], int],
    also: Callable[[TaskVerdict], str] = lambda one: "",
) -> list[str]:
    """Return the networks of which some seeds are meant, in brackets how many unless it is all, and what else."""
    told = []
    for one in known:
        seeds = "" if count(one) == one.seeds else f"{count(one)} of {one.seeds}"
        inside = "; ".join(filter(None, [seeds, also(one) if count(one) else ""]))
        told += [f"{one.architecture} ({inside})" if inside else one.architecture] if count(one) else []
    return told


def joined(names: Sequence[str]) -> str:
    """Return names as a list in a sentence.

    >>> joined(["elman"]), joined(["elman", "gru", "lstm"])
    ('elman', 'elman, gru and lstm')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
