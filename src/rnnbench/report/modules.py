"""The modules that templates call: what is imported here is known to them by its name."""
# ruff: noqa: F401

from types import ModuleType

from rnnbench import summaries
from rnnbench.report import (
    cards,
    certainty,
    claims,
    data,
    disagreeing,
    grid,
    hard,
    inside,
    limits,
    memory,
    opening,
    overfitting,
    reproduce,
    scores,
    showcase,
    speed,
    tryout,
    verdicts,
)

MODULES = {name: value for name, value in vars().items() if isinstance(value, ModuleType)}
"""Name -> module."""
