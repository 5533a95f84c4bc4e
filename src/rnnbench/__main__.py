"""Entry point of the command line. Slow imports are left to the commands that need them."""

import os
import sys
from collections.abc import Sequence

from rnnbench.cli.parser import build_parser
from rnnbench.common.errors import UserError, WorkError, is_of_the_machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 for success, 1 for failed work, 2 for wrong input."""
    options = build_parser().parse_args(arguments)
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
        print("stopped; finished runs are kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        prefix = f"{error.filename}: " if error.filename else ""
        print(f"{prefix}cannot be written: {error.strerror}; fix this and run the command again", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
