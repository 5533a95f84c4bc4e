"""The command line. Everything heavy is imported by the command that needs it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rnnbench.errors import UserError, WorkError, is_of_the_machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for work that failed, 2 for input that is wrong."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        return options.command(options) or 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except WorkError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what is finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}cannot be written: {error.strerror}; mend that and run it again", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    from rnnbench import commands
    from rnnbench.steps import STEPS

    parser = argparse.ArgumentParser(
        prog="rnnbench",
        description="How should a network that tags or remembers sequences read its words and keep its memory?",
    )
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)

    plan = verbs.add_parser("plan", help="check the configuration and say what there is to do")
    plan.set_defaults(command=commands.plan)

    status = verbs.add_parser("status", help="say how far an experiment is, also while it goes on")
    status.add_argument("--watch", action="store_true", help="again and again, until it is done")
    status.set_defaults(command=commands.status)

    data = verbs.add_parser("data", help="show what a task's corpus is made of, and some of its sequences")
    data.add_argument("task", help="a task of the configuration, or any other by its name")
    data.add_argument("--show", type=int, default=5, metavar="N", help="how many sequences (default: 5)")
    data.add_argument("--audit", action="store_true", help="measure whether the corpus has shortcuts")
    data.set_defaults(command=commands.data)

    train = verbs.add_parser("train", help="train combinations of the configuration and print their scores")
    train.set_defaults(command=commands.train)

    predict = verbs.add_parser("predict", help="print every word's slot distribution for a trained combination")
    predict.add_argument("sentence", help='as in "leave Taipei on November 2nd"')
    predict.set_defaults(command=commands.predict)

    compare = verbs.add_parser(
        "compare", help="say which of two networks, encoders or tasks is better, and how sure that is"
    )
    for name, metavar, example in (("first", "A", "gru"), ("second", "B", "lstm")):
        compare.add_argument(
            name, metavar=metavar, help=f'what differs, as in "{example}" or "travel/one_of_n/{example}"'
        )
    compare.add_argument("--margin", type=float, help="smaller differences do not matter (default: by metric, printed)")
    compare.set_defaults(command=commands.compare)

    diff = verbs.add_parser(
        "diff", help="say which combinations score otherwise in another result folder, beyond what other seeds would do"
    )
    for name in ("old", "new"):
        diff.add_argument(
            name, type=Path, metavar=name.upper(), help="a folder with results/tables/ or scores.csv in it"
        )
    diff.epilog = "Exit status: 0 when nothing moved, 1 when something did, 2 for wrong input."
    diff.set_defaults(command=commands.diff)

    claims = verbs.add_parser("claims", help="print what the runs say of each claim of the lecture, with the evidence")
    claims.add_argument("names", nargs="*", metavar="NAME", help="only these claims, as R1 G3 (default: all)")
    claims.add_argument(
        "--results", type=Path, default=Path("."), metavar="FOLDER", help="with results/tables/ or claims.csv in it"
    )
    claims.set_defaults(command=commands.claims)

    oracle = verbs.add_parser("oracle", help="print what can be known about every word of a sentence")
    oracle.add_argument("sentence", help='as in "leave Taipei on November 2nd"')
    oracle.add_argument("--task", help="default: the first task whose input is words")
    oracle.set_defaults(command=commands.oracle)

    step = verbs.add_parser("step", help="make one file of the workflow (snakemake calls this)")
    step.add_argument("kind", choices=tuple(STEPS))
    step.add_argument("plan", type=Path, help="a file in results/plan/")
    step.add_argument("output", type=Path, help="the file to make; collect writes all tables, too")
    step.set_defaults(command=commands.step)

    report = verbs.add_parser("report", help="make reports/report.html and reports/figures/ from the tables")
    report.add_argument(
        "--now", action="store_true", help="of what there is by now, while it goes on: reports/now.html"
    )
    report.set_defaults(command=commands.report)

    bench = verbs.add_parser("bench", help="measure how fast this machine trains, and where an experiment's time goes")
    bench.add_argument(
        "--against-processes", action="store_true", help="also train a small grid with torch.nn, a process for each run"
    )
    bench.add_argument("--quick", action="store_true", help="a rough look: fewer sizes, shorter measurements")
    bench.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="cuda: steps a second on a GPU alone")
    bench.set_defaults(command=commands.bench)

    for verb in (train, predict, compare):
        for name in ("task", "encoder", "architecture"):
            verb.add_argument(f"--{name}", metavar="NAME", help=f"only this {name}, as it is called in the tables")
    for verb in (compare, diff):
        verb.add_argument(
            "--metric", metavar="NAME", help="default: slot_f1, else calibrated_score, else token_accuracy"
        )
        verb.add_argument("--split", default="test", metavar="NAME", help="gap: train minus test (default: test)")
    for verb in (plan, status, data, train, predict, compare, oracle, report, bench):
        verb.add_argument(
            "--configfile",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="merged over config.yaml, lists are replaced; may be given several times",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
