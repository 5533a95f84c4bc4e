"""The answers of every network to a few test sequences, and to the pair of sentences that share a word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.sections.scores.combination_grid import reason_without_number
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.examples import answers, labelled, pair_scores, pivot, sentences, slot
from rnnbench.report.views.queries import Column, Frame, Tables, at

MAX_STEPS, END_STEPS = 40, 12
"""Of a sequence with more than MAX_STEPS steps, the first and the last END_STEPS are sequence."""
GAP = TableCell("\N{HORIZONTAL ELLIPSIS}", mark="faint")


@dataclass(frozen=True)
class PairVerdict:
    """In how many of its runs an architecture is right about the shared word in both sentences."""

    architecture: str
    right: int
    runs: int


@dataclass(frozen=True)
class SentencePair:
    """Two sentences that share a word in two different slots, and a verdict on each architecture."""

    task: str
    word: str
    sentences: tuple[str, str]
    slots: tuple[str, str]
    verdicts: list[PairVerdict]

    def verdicts_of_kind(self, kind: str) -> list[PairVerdict]:
        """Return the verdicts of one kind: always, sometimes, never, unknown."""
        return [verdict for verdict in self.verdicts if _kind(verdict) == kind]


def _kind(verdict: PairVerdict) -> str:
    if verdict.runs == 0:
        return "unknown"
    return "always" if verdict.right == verdict.runs else "sometimes" if verdict.right else "never"


def pairs(tables: Tables) -> list[SentencePair]:
    """Return the pair of every task that has one. Memory tasks have none: they have no slots.

    Tasks that belong to a family of training sizes are left out.
    """
    tasks = [task for task in training_size.alone(tables) if task not in set(tables["memory_tasks"]["task"])]
    return [pair for task in tasks if (pair := _pair(tables, task)) is not None]


def _pair(tables: Tables, task: str) -> SentencePair | None:
    examples = queries.of_task(tables["showcase"], task)
    position = pivot(examples) if labelled(examples) else None
    if position is None:
        return None
    steps = sentences(examples)
    first, second = (at(steps, sequence=number) for number in (0, 1))
    counts = pair_scores(examples, position).groupby("architecture").sum()
    counts = counts.reindex(queries.architectures(tables, task), fill_value=0)
    return SentencePair(
        task,
        str(first["input"][position]),
        (" ".join(first["input"]), " ".join(second["input"])),
        (slot(first["target"][position]), slot(second["target"][position])),
        [PairVerdict(str(name), int(row["right"]), int(row["runs"])) for name, row in counts.iterrows()],
    )


def answer_tables(tables: Tables, task: str, encoder: str) -> list[Table]:
    """Return a table for each example sequence: a row for each architecture, a column for each step."""
    examples = queries.of_task(tables["showcase"], task)
    steps = sentences(examples)
    values = at(answers(examples), encoder=encoder)
    states = at(queries.states(tables), task=task, encoder=encoder)
    make_table = _label_table if labelled(examples) else partial(_number_table, tolerance=tolerance(examples))
    return [
        make_table(view(at(steps, sequence=number)), at(values, sequence=number), states)
        for number in dict.fromkeys(steps.index.get_level_values("sequence"))
    ]


def tolerance(examples: Frame) -> float:
    """Return how close a right answer must be to its target, for the examples of one task with numbers."""
    return float(examples["tolerance"].iloc[0])


@dataclass(frozen=True)
class SequenceView:
    """The visible steps of a sequence: all of them, or the first and the last of a long one."""

    steps: Frame
    n_left_out: int

    @property
    def width(self) -> int:
        """Return the number of visible columns."""
        return len(self.steps) + (self.n_left_out > 0)

    def row(self, cells: Sequence[TableCell], gap: TableCell = GAP) -> list[TableCell]:
        """Return the cells of the visible steps, with `gap` in place of the others."""
        return [*cells[:END_STEPS], gap, *cells[END_STEPS:]] if self.n_left_out else list(cells)

    def columns(self, cells: Sequence[TableCell]) -> list[TableCell]:
        """Return the headings of the columns, with the number of steps that are left out."""
        return self.row(cells, TableCell("\N{HORIZONTAL ELLIPSIS}", f"{self.n_left_out} left out"))

    def words(self) -> str:
        """Return the inputs of the visible steps as a text."""
        return " ".join(cell.text for cell in self.row([TableCell(word) for word in self.steps["input"]]))


def view(steps: Frame) -> SequenceView:
    """Return the visible steps of a sequence."""
    is_long = len(steps) > MAX_STEPS
    visible = pd.concat([steps.iloc[:END_STEPS], steps.iloc[-END_STEPS:]]) if is_long else steps
    return SequenceView(visible, len(steps) - len(visible))


def _label_table(sequence: SequenceView, values: Column, states: Frame) -> Table:
    return Table(
        caption=sequence.words(),
        corner="architecture",
        columns=sequence.columns(
            [TableCell(word, note=label) for word, label in sequence.steps[["input", "target"]].to_numpy()]
        ),
        groups=[_networks(sequence, values, states, _label_cell)],
        numbers=False,
    )


def _number_table(sequence: SequenceView, values: Column, states: Frame, *, tolerance: float) -> Table:
    inputs = [
        Row(name, sequence.row([TableCell(text) for text in sequence.steps[name]])) for name in ("input", "target")
    ]
    return Table(
        caption="The networks' outputs beside the target, mean over seeds.",
        corner="step",
        columns=sequence.columns(headings(*(str(position + 1) for position in sequence.steps.index))),
        groups=[Group("", inputs), _networks(sequence, values, states, partial(_number_cell, tolerance=tolerance))],
    )


def _networks(
    sequence: SequenceView, values: Column, states: Frame, make_cell: Callable[[Column, str], TableCell]
) -> Group:
    """Return a row for each architecture: `make_cell` returns the cell of a step from its answers and its target.

    A step without a target has a dash.
    """
    rows = []
    for name, state in states.iterrows():
        answers_of_network = at(values, architecture=name)
        if answers_of_network.empty:
            cells = [TableCell(reason_without_number(state), mark="hatched", span=sequence.width)]
        else:
            cells = sequence.row(
                [
                    make_cell(at(answers_of_network, position=position), target)
                    if target
                    else TableCell("\N{EN DASH}", mark="faint")
                    for position, target in sequence.steps["target"].items()
                ]
            )
        rows.append(Row(str(name), cells))
    return Group("", rows)


def _label_cell(values: Column, target: str) -> TableCell:
    if values.isna().all():
        return TableCell("not a number", mark="wrong")
    answer = str(values.idxmax())
    return TableCell(answer, f"{values.max():.2f}", "right" if answer == target else "wrong")


def _number_cell(values: Column, target: str, *, tolerance: float) -> TableCell:
    text = " ".join(f"{value:.2f}".replace("-", "\N{MINUS SIGN}") for value in values)
    targets = _numbers_in(target)
    if len(targets) != len(values):
        return TableCell(text)
    right = all(abs(value - number) < tolerance for value, number in zip(values, targets, strict=True))
    return TableCell(text, mark="right" if right else "wrong")


def _numbers_in(target: str) -> list[float]:
    """Return the numbers of a target; none if it is no list of numbers."""
    try:
        return [float(word) for word in target.replace(",", " ").split()]
    except ValueError:
        return []
