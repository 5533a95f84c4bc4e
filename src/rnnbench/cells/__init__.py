"""Cells: each file here that does not begin with `_` is one recurrence, its equations and nothing else.

`_base.py` specifies what such a file must have.
"""

from rnnbench.cells._base import Cell, Signals, from_settings

__all__ = ["Cell", "Signals", "from_settings"]
