"""What every network answers to the showcase: the pair of sentences, the register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.sections.scores.combination_grid import why
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.examples import answers, labelled, pair_scores, pivot, sentences, slot
from rnnbench.report.views.queries import Column, Frame, Tables, at

LONG, END = 40, 12
"""Of a sequence with more steps than LONG, so many are shown at either end."""
GAP = TableCell("\N{HORIZONTAL ELLIPSIS}", mark="faint")


@dataclass(frozen=True)
class PairVerdict:
    """Whether an architecture tells the shared word's two slots apart: in how many of its runs."""

    architecture: str
    right: int
    runs: int


@dataclass(frozen=True)
class Pair:
    """The word that two sentences share in two slots, and who tells them apart."""

    task: str
    word: str
    sentences: tuple[str, str]
    slots: tuple[str, str]
    verdicts: list[PairVerdict]

    def told(self, kind: str) -> list[PairVerdict]:
        """Return the verdicts of one kind: always, sometimes, never, unknown."""
        return [verdict for verdict in self.verdicts if _kind(verdict) == kind]


def _kind(verdict: PairVerdict) -> str:
    if verdict.runs == 0:
        return "unknown"
    return "always" if verdict.right == verdict.runs else "sometimes" if verdict.right else "never"


def pairs(tables: Tables) -> list[Pair]:
    """Return the pair of every task that is told by itself and has one; memory tasks have words of one kind only."""
    of_words = [task for task in training_size.alone(tables) if task not in set(tables["memory_tasks"]["task"])]
    found = [_pair(tables, task) for task in of_words]
    return [pair for pair in found if pair is not None]


def _pair(tables: Tables, task: str) -> Pair | None:
    showcase = queries.of_task(tables["showcase"], task)
    position = pivot(showcase) if labelled(showcase) else None
    if position is None:
        return None
    steps = sentences(showcase)
    first, second = (at(steps, sequence=number) for number in (0, 1))
    told = pair_scores(showcase, position).groupby("architecture").sum()
    told = told.reindex(queries.architectures(tables, task), fill_value=0)
    return Pair(
        task,
        str(first["input"][position]),
        (" ".join(first["input"]), " ".join(second["input"])),
        (slot(first["target"][position]), slot(second["target"][position])),
        [PairVerdict(str(name), int(row["right"]), int(row["runs"])) for name, row in told.iterrows()],
    )


def answer_tables(tables: Tables, task: str, encoder: str) -> list[Table]:
    """Return a table for each sequence of the showcase: a row for each architecture, a column for each step."""
    showcase = queries.of_task(tables["showcase"], task)
    steps = sentences(showcase)
    values = at(answers(showcase), encoder=encoder)
    states = at(queries.states(tables), task=task, encoder=encoder)
    draw = _labels if labelled(showcase) else partial(_numbers, tolerance=tolerance(showcase))
    return [
        draw(view(at(steps, sequence=number)), at(values, sequence=number), states)
        for number in dict.fromkeys(steps.index.get_level_values("sequence"))
    ]


def tolerance(showcase: Frame) -> float:
    """Return how close the numbers of one task's showcase must come to their targets."""
    return float(showcase["tolerance"].iloc[0])


@dataclass(frozen=True)
class SequenceView:
    """The steps of a sequence that are shown: all of them, or of a long one the first and the last."""

    steps: Frame
    left_out: int

    @property
    def width(self) -> int:
        """Return how many columns are shown."""
        return len(self.steps) + (self.left_out > 0)

    def line(self, cells: Sequence[TableCell], gap: TableCell = GAP) -> list[TableCell]:
        """Return a cell for each step that is shown, with `gap` where steps are left out."""
        return [*cells[:END], gap, *cells[END:]] if self.left_out else list(cells)

    def columns(self, cells: Sequence[TableCell]) -> list[TableCell]:
        """Return the headings: where steps are left out, how many."""
        return self.line(cells, TableCell("\N{HORIZONTAL ELLIPSIS}", f"{self.left_out} left out"))

    def words(self) -> str:
        """Return the inputs as a text."""
        return " ".join(cell.text for cell in self.line([TableCell(word) for word in self.steps["input"]]))


def view(steps: Frame) -> SequenceView:
    """Return the steps of a sequence that are shown."""
    long = len(steps) > LONG
    shown = pd.concat([steps.iloc[:END], steps.iloc[-END:]]) if long else steps
    return SequenceView(shown, len(steps) - len(shown))


def _labels(shown: SequenceView, values: Column, states: Frame) -> Table:
    return Table(
        caption=shown.words(),
        corner="architecture",
        columns=shown.columns(
            [TableCell(word, note=label) for word, label in shown.steps[["input", "target"]].to_numpy()]
        ),
        groups=[_networks(shown, values, states, _label)],
        numbers=False,
    )


def _numbers(shown: SequenceView, values: Column, states: Frame, *, tolerance: float) -> Table:
    given = [Row(name, shown.line([TableCell(text) for text in shown.steps[name]])) for name in ("input", "target")]
    return Table(
        caption="The networks' outputs beside the target, mean over seeds.",
        corner="step",
        columns=shown.columns(headings(*(str(place + 1) for place in shown.steps.index))),
        groups=[Group("", given), _networks(shown, values, states, partial(_number, tolerance=tolerance))],
    )


def _networks(shown: SequenceView, values: Column, states: Frame, draw: Callable[[Column, str], TableCell]) -> Group:
    """Return a row for each architecture, whose cells `draw` makes from a step's answers and its target.

    Where no answer is wanted there is none.
    """
    rows = []
    for name, state in states.iterrows():
        own = at(values, architecture=name)
        if own.empty:
            cells = [TableCell(why(state), mark="hatched", span=shown.width)]
        else:
            cells = shown.line(
                [
                    draw(at(own, position=place), target) if target else TableCell("\N{EN DASH}", mark="faint")
                    for place, target in shown.steps["target"].items()
                ]
            )
        rows.append(Row(str(name), cells))
    return Group("", rows)


def _label(values: Column, target: str) -> TableCell:
    if values.isna().all():
        return TableCell("not a number", mark="wrong")
    likely = str(values.idxmax())
    return TableCell(likely, f"{values.max():.2f}", "right" if likely == target else "wrong")


def _number(values: Column, target: str, *, tolerance: float) -> TableCell:
    text = " ".join(f"{value:.2f}".replace("-", "\N{MINUS SIGN}") for value in values)
    wanted = _parsed(target)
    if len(wanted) != len(values):
        return TableCell(text)
    near = all(abs(value - want) < tolerance for value, want in zip(values, wanted, strict=True))
    return TableCell(text, mark="right" if near else "wrong")


def _parsed(target: str) -> list[float]:
    try:
        return [float(word) for word in target.replace(",", " ").split()]
    except ValueError:
        return []
