"""Tables of a small benchmark in which some runs failed."""

from itertools import product
from typing import Any

from helpers.report_rows import row
from rnnbench.analysis.overfitting import overfitting_rows
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

ARCHITECTURES = ("feed_forward", "elman", "gru")
ENCODERS = ("one_of_n", "letter_trigram")
SCORES = {"train": 0.9, "test": 0.8, "gap": 0.1}
SIZES = {"hidden": 8} | dict.fromkeys((name for name in SCHEMAS["runs"] if name.startswith("parameters")), 1234)


def rows_of(key: dict[str, Any], metric: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one finished run, without its example answers."""
    scores = [row("scores", key, selected=True, split=s, metric=metric, value=v) for s, v in SCORES.items()]
    history = [row("history", key, step=10, split=s, metric=metric, value=0.5) for s in ("train", "validation")]
    done = row("runs", key, selected=True, status="done", **SIZES)
    return {"runs": [done], "scores": scores, "history": history}


def sentence(key: dict[str, Any], number: int, words: str, targets: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the answers of a network to one sentence: `taipei` is always the destination."""
    answers = {"taipei": "B-destination"}
    return [
        row("showcase", key, sequence=number, position=t, input=word, target=target, output=label, value=value)
        for t, (word, target) in enumerate(zip(words.split(), targets, strict=True))
        for label in ("O", "B-destination", "B-place_of_departure")
        for value in (0.98 if label == answers.get(word, "O") else 0.01,)
    ]


def register(key: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers of a network to the lecture's register: one step is wrong."""
    targets, answers = (0, 0, 0, 0, 0, 7, 0, 0, 6), (0, 0, 0, 0, 0, 6.9, 0, 0, 2.5)
    return [
        row("showcase", key, position=t, input=f"{t} 1 0", target=str(target), output="y1", value=answer, tolerance=0.5)
        for t, (target, answer) in enumerate(zip(targets, answers, strict=True))
    ]


def make_tables(architectures: tuple[str, ...] = ARCHITECTURES, word: str = "taipei") -> Tables:
    """Return tables of travel and register. The last architecture failed; the one before diverged with one encoder."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    grid = [("travel", encoder, "slot_f1") for encoder in ENCODERS] + [
        ("register length=9", "raw", "sequence_accuracy")
    ]
    for (task, encoder, metric), architecture, seed in product(grid, architectures, (0, 1)):
        key = {"task": task, "encoder": encoder, "architecture": architecture, "seed": seed, "learning_rate": 0.01}
        if architecture == architectures[-1]:
            rows["runs"].append(
                row("runs", key, status="failed", message="<b>out of memory</b>", command="again <now>")
            )
        elif (architecture, encoder) == (architectures[-2], "letter_trigram"):
            rows["runs"].append(row("runs", key, status="diverged", message="loss is not finite"))
        else:
            for name, run_rows in rows_of(key, metric).items():
                rows[name] += run_rows
            rows["showcase"] += register(key) if task != "travel" else sentence(key, 0, f"arrive {word}", LABELS[0])
            rows["showcase"] += [] if task != "travel" else sentence(key, 1, f"leave {word}", LABELS[1])
    for task, encoder, metric in grid:
        key = {"task": task, "encoder": encoder, "kind": encoder}
        rows["encoders"].append(row("encoders", key, dimension=17576, uncoded_share=0.031))
        if encoder != "letter_trigram":
            key = {"task": task, "split": "test", "information": "sentence", "phenomenon": "all"}
            rows["ceilings"].append(row("ceilings", key, metric=metric, value=0.99))
    rows["overfitting"] += overfitting_rows(frame("scores", rows["scores"]))
    return {name: frame(name, values) for name, values in rows.items()}


LABELS = ("O", "B-destination"), ("O", "B-place_of_departure")
