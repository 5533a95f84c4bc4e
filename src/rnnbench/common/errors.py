"""Exceptions whose message is for the user: the command line prints it without a traceback."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches

DISK_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
"""Error numbers of a disk that is full, read-only or broken."""
MACHINE_ERRNOS = (*DISK_ERRNOS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR)
"""Error numbers that come from the machine: those of the disk, and those of a place where nothing can be written."""


class UserError(Exception):
    """One or more mistakes in the user's input, each on a line of its own."""


class WorkError(Exception):
    """Work that could not be completed, in one line that says what to do next."""


def is_of_the_machine(error: BaseException) -> bool:
    """Return whether a disk, or a place that cannot be written, caused an error: it would stop all other work too."""
    return isinstance(error, OSError) and error.errno in MACHINE_ERRNOS


def did_you_mean(name: object, valid: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest valid name, else the list of valid names.

    >>> did_you_mean("lsmt", ["gru", "lstm"])
    "; did you mean 'lstm'?"
    >>> did_you_mean("zebra", ["gru", "lstm"])
    '; valid are: gru, lstm'
    """
    names = sorted(valid)
    nearest = get_close_matches(str(name), names, n=1, cutoff=0.5)
    return f"; did you mean {nearest[0]!r}?" if nearest else f"; valid are: {', '.join(names)}"
