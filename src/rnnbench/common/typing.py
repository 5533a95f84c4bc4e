"""TODO"""

from typing import Any, Literal

import numpy as np

Inputs = Literal["words", "numbers"]
"""What a task's sequences are made of, and what an encoder can read."""

Array = np.ndarray[Any, np.dtype[Any]]
