"""Every kernel compiles for GPUs that need not be present, and fits into their shared memory."""

import json
import os
import subprocess
import sys

import pytest

from helpers.project_copy import ROOT
from rnnbench.training.engines.cuda import availability

pytestmark = pytest.mark.skipif(bool(availability.unavailable_reason()), reason=availability.unavailable_reason())
SHARED = {80: 163, 90: 227}
"""KB of shared memory for a program (A100, H100), from NVIDIA's CUDA C++ programming guide."""
MAX_HIDDEN = {
    80: {"elman": 128, "jordan": 128, "lstm": 64, "lstm_peephole": 16, "lstm_peephole_diagonal": 64, "gru": 64},
    90: {"elman": 128, "jordan": 128, "lstm": 64, "lstm_peephole": 64, "lstm_peephole_diagonal": 64, "gru": 64},
}
"""The largest of the tested widths whose weights fit into shared memory."""


@pytest.mark.parametrize("capability", SHARED)
def test_every_kernel_compiles_and_fits(capability, tmp_path):
    folder = ROOT / "tests"
    environment = {**os.environ, "TRITON_INTERPRET": "0", "PYTHONPATH": str(folder), "TRITON_CACHE_DIR": str(tmp_path)}
    command = [
        sys.executable,
        str(folder / "helpers/compiled_kernels.py"),
        str(capability),
        str(SHARED[capability] * 1024),
        "16",
        "64",
        "128",
    ]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    kernels = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(kernel["shared"] <= SHARED[capability] * 1024 for kernel in kernels), kernels
    for kind, hidden in MAX_HIDDEN[capability].items():
        assert max(kernel["hidden"] for kernel in kernels if kernel["kind"] == kind) == hidden, kind
