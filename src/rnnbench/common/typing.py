"""Types that the whole package uses."""

from typing import Any, Literal

import numpy as np

Inputs = Literal["words", "numbers"]
"""What a task's sequences consist of, and what an encoder can read."""

Array = np.ndarray[Any, np.dtype[Any]]
"""A NumPy array; docstrings give its shape."""
