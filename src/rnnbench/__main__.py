"""The command line. Everything heavy is imported by the command that needs it."""

import os
import sys
from collections.abc import Sequence

from rnnbench.cli.parser import parser
from rnnbench.common.errors import UserError, WorkError, is_of_the_machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for work that failed, 2 for input that is wrong."""
    options = parser().parse_args(arguments)
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


if __name__ == "__main__":
    sys.exit(main())
