"""The one exception that means "the user's input is wrong"; the command line prints it without a traceback."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
OF_THE_MACHINE = (*OF_THE_DISK, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR)


class UserError(Exception):
    """One or more mistakes in what the user gave us, each on a line of its own."""


class WorkError(Exception):
    """Work that did not come to its end, in one line that says what to do next."""


def is_of_the_machine(error: BaseException) -> bool:
    """Return whether an error is of a disk, or of a place where nothing can be written: all other work has it, too."""
    return isinstance(error, OSError) and error.errno in OF_THE_MACHINE


def did_you_mean(name: object, valid: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest valid name, else the list of valid names.

    >>> did_you_mean("lsmt", ["gru", "lstm"])
    "; did you mean 'lstm'?"
    >>> did_you_mean("zebra", ["gru", "lstm"])
    '; valid are: gru, lstm'
    """
    names = sorted(valid)
    near = get_close_matches(str(name), names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; valid are: {', '.join(names)}"
