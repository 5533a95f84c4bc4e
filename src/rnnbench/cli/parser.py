"""The parser of the command line: the commands, their options and their help texts."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

RESULTS = "folder of an experiment, or of its tables (parquet or CSV)"
"""The help text of a folder that is read."""
AddOptions = Callable[[ArgumentParser], object]
"""Adds options to the parser of a command."""


def build_parser() -> ArgumentParser:
    """Return the parser of the whole command line; its result's `command` is a function of `commands.py`."""
    from rnnbench.cli import commands

    parser = ArgumentParser(
        prog="rnnbench",
        description="How should a network that tags or remembers sequences read its words and keep its memory?",
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (purpose, *options) in COMMANDS.items():
        command = subparsers.add_parser(name, help=purpose)
        for add_options in options:
            add_options(command)
        command.set_defaults(command=getattr(commands, name))
    return parser


def _configfile(command: ArgumentParser) -> None:
    text = "configuration file to merge over config.yaml (lists are replaced); can be given several times"
    command.add_argument("--configfile", type=Path, action="append", default=[], metavar="FILE", help=text)


def _combinations(command: ArgumentParser) -> None:
    for name in ("task", "encoder", "architecture"):
        command.add_argument(f"--{name}", metavar="NAME", help=f"use only this {name}, by its name in the tables")


def _score(command: ArgumentParser) -> None:
    text = "metric to compare (default: slot_f1 if there is one, else calibrated_score, else token_accuracy)"
    command.add_argument("--metric", metavar="NAME", help=text)
    text = "split to compare, or gap for train minus test (default: test)"
    command.add_argument("--split", default="test", metavar="NAME", help=text)


def _sentence(command: ArgumentParser) -> None:
    command.add_argument("sentence", help='for example "leave Taipei on November 2nd"')


def _watch(command: ArgumentParser) -> None:
    command.add_argument("--watch", action="store_true", help="print it again and again, until the experiment ends")


def _corpus(command: ArgumentParser) -> None:
    command.add_argument("task", help="a task of the configuration, or the name of any other task")
    command.add_argument("--show", type=int, default=5, metavar="N", help="number of sequences to print (default: 5)")
    command.add_argument("--audit", action="store_true", help="measure whether the corpus has shortcuts")


def _sides(command: ArgumentParser) -> None:
    for name, metavar, example in (("first", "A", "gru"), ("second", "B", "lstm")):
        text = f'name of what differs, for example "{example}" or "travel/one_of_n/{example}"'
        command.add_argument(name, metavar=metavar, help=text)
    text = "differences smaller than this do not matter (default: depends on the metric, and is printed)"
    command.add_argument("--margin", type=float, help=text)


def _kept(command: ArgumentParser) -> None:
    text = (
        "compare the tables in this folder, or in its results/tables/ or reports/tables/, instead of what was trained "
        "here, for example reports/reference"
    )
    command.add_argument("--results", type=Path, metavar="FOLDER", help=text)


def _result_folders(command: ArgumentParser) -> None:
    for name in ("old", "new"):
        command.add_argument(name, type=Path, metavar=name.upper(), help=RESULTS)
    command.epilog = "Exit status: 0 when no score changed, 1 when a score changed, 2 for wrong input."


def _claims(command: ArgumentParser) -> None:
    text = "names of the claims to print, for example R1 G3 (default: all)"
    command.add_argument("names", nargs="*", metavar="NAME", help=text)
    text = f"{RESULTS} (default: the current folder)"
    command.add_argument("--results", type=Path, default=Path("."), metavar="FOLDER", help=text)


def _word_task(command: ArgumentParser) -> None:
    text = "task whose language the sentence is in (default: the first task whose input is words)"
    command.add_argument("--task", help=text)


def _step_files(command: ArgumentParser) -> None:
    from rnnbench.pipeline.steps import STEPS

    command.add_argument("kind", choices=tuple(STEPS), help="kind of the step")
    command.add_argument("plan", type=Path, help="plan of the step, a file in results/plan/")
    command.add_argument("output", type=Path, help="file to write; collect also writes all tables")


def _now(command: ArgumentParser) -> None:
    text = "report on an experiment that still runs, from the results so far, to reports/now.html"
    command.add_argument("--now", action="store_true", help=text)


def _measurements(command: ArgumentParser) -> None:
    text = "also train a small grid with torch.nn, one process for each run"
    command.add_argument("--against-processes", action="store_true", help=text)
    text = "fewer sizes and shorter, less precise measurements"
    command.add_argument("--quick", action="store_true", help=text)
    text = "cuda: measure only the steps per second on a GPU (default: cpu)"
    command.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help=text)


COMMANDS: dict[str, tuple[str, *tuple[AddOptions, ...]]] = {
    "plan": ("check the configuration and print what there is to do", _configfile),
    "status": ("print the progress of an experiment, also while it runs", _watch, _configfile),
    "data": ("print the statistics of a task's corpus, and some of its sequences", _corpus, _configfile),
    "train": ("train combinations of the configuration and print their scores", _combinations, _configfile),
    "predict": (
        "print a trained network's distribution over slots for every word of a sentence",
        _sentence,
        _combinations,
        _configfile,
    ),
    "claims": ("print the verdict on each claim, with the evidence", _claims),
    "compare": (
        "print which of two networks, encoders or tasks is better, and how certain that is",
        _sides,
        _kept,
        _combinations,
        _score,
        _configfile,
    ),
    "diff": (
        "print which combinations score differently in two result folders, beyond the variation between seeds",
        _result_folders,
        _score,
    ),
    "oracle": (
        "print the exact distribution over labels for every word of a sentence",
        _sentence,
        _word_task,
        _configfile,
    ),
    "step": ("make one file of the workflow (called by snakemake)", _step_files),
    "report": ("make reports/report.html and reports/figures/ from the tables", _now, _configfile),
    "bench": ("measure how fast this machine trains, and where an experiment's time goes", _measurements, _configfile),
}
"""For each command its purpose and the functions that add its options."""
