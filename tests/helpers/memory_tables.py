"""Tables of networks that solve memory tasks, fail, or solve them with some seeds only, each for a different reason."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from helpers.report_rows import row
from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

DELAYS = (5, 10, 20, 40, 80, 160)
TIMES = {"test_2x": 2, "test_5x": 5, "test_10x": 10}
FAMILY = {f"delayed_recall delay={delay}": delay for delay in DELAYS}
TASKS = {**FAMILY, "parity": 10}
ARCHITECTURES = ("feed_forward", "elman", "gru", "lstm", "jordan")
GUESS, ERROR = 0.5, 0.01
STEPS, CHECK = 1600, 100
"""Number of steps of every run, and after how many each it is scored on validation."""
LITERATURE = "An LSTM solves it."


def train_and_test(architecture: str, seed: int, lag: int) -> tuple[float, float]:
    """Return two calibrated scores.

    feed_forward remembers nothing. elman does not learn lags above 10. gru solves all lags, except those above 40 with
    seed 2. lstm solves all lags. jordan overfits.
    """
    return {
        "feed_forward": (0.0, 0.01 * (seed - 1)),
        "elman": (1.0, 0.99) if lag <= 10 else (0.4 + 0.05 * seed, 0.4),
        "gru": (0.2, 0.2) if seed == 2 and lag > 40 else (1.0, 0.98),
        "lstm": (1.0, 1.0),
        "jordan": (0.99, 0.5 + 0.01 * seed),
    }[architecture]


def accuracy(score: float) -> float:
    """Return the token accuracy of a calibrated score."""
    return GUESS + score * (1 - GUESS)


def run(task: str, architecture: str, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a selected run, and of one with another learning rate, which is better for gru."""
    key = {"task": task, "encoder": "one_of_n", "architecture": architecture, "seed": seed, "learning_rate": 0.01}
    train, test = train_and_test(architecture, seed, TASKS[task])
    splits = {"train": train, "validation": test, "test": test}
    splits |= {name: test / times for name, times in TIMES.items() if task == "parity"}
    ended = {"steps": STEPS, "best_step": STEPS // 2, "stopped_by": "maximum" if architecture == "elman" else "plateau"}
    slow_key = key | {"learning_rate": 0.003}
    slow_score = accuracy(0.95 if architecture == "gru" else test)
    on_validation = {"split": "validation", "metric": "token_accuracy"}
    return {
        "runs": [
            row("runs", key, selected=True, status="done", **ended),
            row("runs", slow_key, status="done", **ended),
        ],
        "calibrated": [
            row("calibrated", key, split=split, times=TIMES.get(split, 1), value=value, standard_error=ERROR)
            for split, value in splits.items()
        ],
        "scores": [
            *scores(key, splits),
            row("scores", slow_key, value=slow_score, **on_validation),
            row("scores", slow_key, split="validation", metric=CALIBRATED, value=(slow_score - GUESS) / (1 - GUESS)),
        ],
        "history": [
            row("history", key, step=step, value=accuracy(test * step / STEPS), **on_validation)
            for step in range(CHECK, STEPS + 1, CHECK)
        ],
    }


def scores(key: dict[str, Any], splits: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Yield the rows of `scores` of a selected run."""
    for split, value in splits.items():
        yield row("scores", key, selected=True, split=split, metric="token_accuracy", value=accuracy(value))
        yield row("scores", key, selected=True, split=split, metric=CALIBRATED, value=value)
        yield row("scores", key, selected=True, split=split, metric="loss", value=1 - value)


def memory_tables() -> Tables:
    """Return tables of five networks with three seeds each, on delayed recall at six lags and on parity."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for task, architecture, seed in product(TASKS, ARCHITECTURES, (0, 1, 2)):
        for name, run_rows in run(task, architecture, seed).items():
            rows[name] += run_rows
    for task, at in TASKS.items():
        kind, setting = ("parity", "length") if task == "parity" else ("delayed_recall", "delay")
        description = {"task": task, "kind": kind, "family": kind, "setting": setting, "at": at, "zero": GUESS}
        description |= {"calibrated_by": "token_accuracy"}
        paper = {"metric": "loss" if kind == "parity" else "token_accuracy", "without_memory": 1.0, "literature": ""}
        paper["literature"] = LITERATURE if kind == "parity" else ""
        rows["memory_tasks"].append(row("memory_tasks", description, **paper))
    for name, reached in (("feed_forward", 0), ("elman", 10), ("gru", 40), ("lstm", 160), ("jordan", 0)):
        key = {"task": "delayed_recall", "setting": "delay", "encoder": "one_of_n", "architecture": name}
        ends = {
            "horizon": reached,
            "low": reached,
            "high": reached,
            "shortest": 5,
            "longest": 160,
            "converged": name != "elman",
        }
        rows["horizons"].append(row("horizons", key, **ends))
    return {name: frame(name, values) for name, values in rows.items()}
