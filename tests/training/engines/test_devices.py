"""Jobs share the GPUs of a machine evenly, and release them however they end."""

import subprocess
import sys

from rnnbench.training.engines.devices import claim_least_used


def test_each_process_takes_the_gpu_that_the_fewest_others_use(tmp_path):
    assert [claim_least_used(["a", "b", "c"], tmp_path) for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]


def test_a_process_that_sees_one_gpu_takes_that(tmp_path):
    assert [claim_least_used(["b"], tmp_path) for _ in range(3)] == [0, 0, 0]


def test_a_killed_process_gives_its_gpu_back(tmp_path):
    take = f"print(devices.claim_least_used(['a', 'b'], Path({str(tmp_path)!r})), flush=True)"
    imports = "import os, signal; from pathlib import Path; from rnnbench.training.engines import devices"
    program = f"{imports}; {take}; os.kill(os.getpid(), signal.SIGKILL)"
    taken = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout for _ in range(2)]
    assert taken == ["0\n", "0\n"]
    assert claim_least_used(["a", "b"], tmp_path) == 0
