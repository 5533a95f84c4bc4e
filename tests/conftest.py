"""One thread per test process, corpora that several tests share, and the interpreter of kernels.

Small networks on many threads get in each other's way. Where there is no GPU, kernels run in
Triton's interpreter; the variable that selects it must be set before they are imported.
"""

import os

import pytest
import torch

from helpers.small_memory_tasks import MEMORY, SEEDS, SMALL_SETTINGS, make_task
from rnnbench.data.corpus import Corpus
from rnnbench.tasks.travel import Travel

torch.set_num_threads(1)
if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture(scope="module")
def corpora():
    """Name -> (task, corpus) for each of five seeds, at the small settings."""
    tasks = {name: [make_task(name, **SMALL_SETTINGS[name], seed=seed) for seed in SEEDS] for name in MEMORY}
    return {name: [(task, task.generate()) for task in group] for name, group in tasks.items()}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The corpus of `travel`, at its default settings."""
    return Travel().generate()
