"""Every kernel compiles for GPUs that need not be here, and what it keeps on the chip fits there."""

import json
import os
import subprocess
import sys

import pytest

from helpers.project_copy import ROOT
from rnnbench.training.engines.cuda import availability

pytestmark = pytest.mark.skipif(bool(availability.unavailable_reason()), reason=availability.unavailable_reason())
SHARED = {80: 163, 90: 227}
"""KB of shared memory that a program may have (A100, H100), from NVIDIA's CUDA C++ programming guide."""
TAKEN = {
    80: {"elman": 128, "jordan": 128, "lstm": 64, "lstm_peephole": 16, "lstm_peephole_diagonal": 64, "gru": 64},
    90: {"elman": 128, "jordan": 128, "lstm": 64, "lstm_peephole": 64, "lstm_peephole_diagonal": 64, "gru": 64},
}
"""The widest of the tried widths that a program takes."""


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
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-3000:]
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert all(one["shared"] <= SHARED[capability] * 1024 for one in found), found
    for kind, hidden in TAKEN[capability].items():
        assert max(one["hidden"] for one in found if one["kind"] == kind) == hidden, kind
