"""What the command line takes: commands, what each is for, and its options."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

Options = Callable[[ArgumentParser], object]


def parser() -> ArgumentParser:
    """Return the parser of the whole command line; `command` is the function of `commands.py` to call."""
    from rnnbench.cli import commands

    whole = ArgumentParser(
        prog="rnnbench",
        description="How should a network that tags or remembers sequences read its words and keep its memory?",
    )
    verbs = whole.add_subparsers(metavar="COMMAND", required=True)
    for name, (purpose, *options) in COMMANDS.items():
        verb = verbs.add_parser(name, help=purpose)
        for add in options:
            add(verb)
        verb.set_defaults(command=getattr(commands, name))
    return whole


def _configured(verb: ArgumentParser) -> None:
    told = "merged over config.yaml, lists are replaced; may be given several times"
    verb.add_argument("--configfile", type=Path, action="append", default=[], metavar="FILE", help=told)


def _chosen(verb: ArgumentParser) -> None:
    for name in ("task", "encoder", "architecture"):
        verb.add_argument(f"--{name}", metavar="NAME", help=f"only this {name}, as it is called in the tables")


def _scored(verb: ArgumentParser) -> None:
    verb.add_argument("--metric", metavar="NAME", help="default: slot_f1, else calibrated_score, else token_accuracy")
    verb.add_argument("--split", default="test", metavar="NAME", help="gap: train minus test (default: test)")


def _sentence(verb: ArgumentParser) -> None:
    verb.add_argument("sentence", help='as in "leave Taipei on November 2nd"')


def _watched(verb: ArgumentParser) -> None:
    verb.add_argument("--watch", action="store_true", help="again and again, until it is done")


def _shown(verb: ArgumentParser) -> None:
    verb.add_argument("task", help="a task of the configuration, or any other by its name")
    verb.add_argument("--show", type=int, default=5, metavar="N", help="how many sequences (default: 5)")
    verb.add_argument("--audit", action="store_true", help="measure whether the corpus has shortcuts")


def _sides(verb: ArgumentParser) -> None:
    for name, metavar, example in (("first", "A", "gru"), ("second", "B", "lstm")):
        told = f'what differs, as in "{example}" or "travel/one_of_n/{example}"'
        verb.add_argument(name, metavar=metavar, help=told)
    verb.add_argument("--margin", type=float, help="smaller differences do not matter (default: by metric, printed)")


def _folders(verb: ArgumentParser) -> None:
    for name in ("old", "new"):
        told = "a folder with results/tables/ or scores.csv in it"
        verb.add_argument(name, type=Path, metavar=name.upper(), help=told)
    verb.epilog = "Exit status: 0 when nothing moved, 1 when something did, 2 for wrong input."


def _claimed(verb: ArgumentParser) -> None:
    verb.add_argument("names", nargs="*", metavar="NAME", help="only these claims, as R1 G3 (default: all)")
    told = "with results/tables/ or claims.csv in it"
    verb.add_argument("--results", type=Path, default=Path("."), metavar="FOLDER", help=told)


def _of_task(verb: ArgumentParser) -> None:
    verb.add_argument("--task", help="default: the first task whose input is words")


def _made(verb: ArgumentParser) -> None:
    from rnnbench.pipeline.steps import STEPS

    verb.add_argument("kind", choices=tuple(STEPS))
    verb.add_argument("plan", type=Path, help="a file in results/plan/")
    verb.add_argument("output", type=Path, help="the file to make; collect writes all tables, too")


def _now(verb: ArgumentParser) -> None:
    told = "of what there is by now, while it goes on: reports/now.html"
    verb.add_argument("--now", action="store_true", help=told)


def _measured(verb: ArgumentParser) -> None:
    told = "also train a small grid with torch.nn, a process for each run"
    verb.add_argument("--against-processes", action="store_true", help=told)
    verb.add_argument("--quick", action="store_true", help="a rough look: fewer sizes, shorter measurements")
    verb.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="cuda: steps a second on a GPU alone")


COMMANDS: dict[str, tuple[str, *tuple[Options, ...]]] = {
    "plan": ("check the configuration and say what there is to do", _configured),
    "status": ("say how far an experiment is, also while it goes on", _watched, _configured),
    "data": ("show what a task's corpus is made of, and some of its sequences", _shown, _configured),
    "train": ("train combinations of the configuration and print their scores", _chosen, _configured),
    "predict": ("print every word's slot distribution for a trained combination", _sentence, _chosen, _configured),
    "claims": ("print what the runs say of each claim of the lecture, with the evidence", _claimed),
    "compare": (
        "say which of two networks, encoders or tasks is better, and how sure that is",
        _sides,
        _chosen,
        _scored,
        _configured,
    ),
    "diff": (
        "say which combinations score otherwise in another result folder, beyond what other seeds would do",
        _folders,
        _scored,
    ),
    "oracle": ("print what can be known about every word of a sentence", _sentence, _of_task, _configured),
    "step": ("make one file of the workflow (snakemake calls this)", _made),
    "report": ("make reports/report.html and reports/figures/ from the tables", _now, _configured),
    "bench": ("measure how fast this machine trains, and where an experiment's time goes", _measured, _configured),
}
"""Command -> what it is for, and what adds its options."""
