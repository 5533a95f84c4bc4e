"""The networks' answers for the word that the first two example sentences share."""

import numpy as np

from rnnbench.report.figures.grids import cell_text
from rnnbench.report.figures.heatmap import Panel, heatmap
from rnnbench.report.figures.style import printable
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import queries
from rnnbench.report.views.examples import answers, labelled, pivot, sentences, slot
from rnnbench.report.views.queries import Column, Frame, Tables, at


def pair(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return each architecture's probabilities of the slots of the word that two sentences share.

    There is a panel for each sentence, in which the right slot is framed. None where the examples have no such word.
    """
    examples = queries.of_task(tables["showcase"], task)
    position = pivot(examples) if labelled(examples) else None
    if position is None:
        return None
    values = at(answers(examples), encoder=encoder, position=position)
    values = values.rename(index=slot, level="output").groupby(values.index.names, sort=False).sum()
    slots = list(dict.fromkeys(map(slot, examples["output"])))
    states = at(queries.states(tables), task=task, encoder=encoder)["state"]
    steps = sentences(examples)
    panels = [
        _slots(at(values, sequence=number), slots, states, at(steps, sequence=number), position) for number in (0, 1)
    ]
    return heatmap(list(states.index), panels)


def _slots(values: Column, slots: list[str], states: Column, steps: Frame, position: int) -> Panel:
    """Return the probabilities of the slots at one position of one sequence, (architectures, slots)."""
    grid = queries.matrix(values.swaplevel(), list(states.index), slots)
    right = slot(steps["target"][position])
    return Panel(
        title=printable(" ".join(steps["input"]), limit=40),
        columns=slots,
        values=grid,
        texts=[
            [cell_text(value, "{:.2f}".format, state) for value in row] for row, state in zip(grid, states, strict=True)
        ],
        low=0.0,
        high=1.0,
        colours="Greens",
        bar=False,
        framed=frozenset((i, j) for i, j in np.argwhere(~np.isnan(grid)).tolist() if slots[j] == right),
    )
