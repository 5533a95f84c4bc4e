"""Finished runs, one file each under the digest of everything that the run depends on: weights and a record."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnbench.corpus import Array
from rnnbench.files import replacing

FOLDER = Path("results/store")


def entry(digest: str) -> Path:
    """Return the file of the run with this digest."""
    return FOLDER / digest[:2] / f"{digest}.safetensors"


def write_run(digest: str, record: Mapping[str, Any], tensors: Mapping[str, Array]) -> None:
    """Keep a run: its record (JSON) and its tensors."""
    import numpy as np
    from safetensors.numpy import save_file

    whole = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    with replacing(entry(digest)) as path:
        save_file(whole, path, metadata={"record": json.dumps(record, sort_keys=True)})


def read_record(digest: str) -> dict[str, Any]:
    """Return a run's record."""
    from safetensors import safe_open

    with safe_open(entry(digest), framework="numpy") as file:
        return json.loads(file.metadata()["record"])


def read_tensors(digest: str, *names: str) -> dict[str, Array]:
    """Return a run's tensors: the named ones, or all."""
    from safetensors import safe_open

    with safe_open(entry(digest), framework="numpy") as file:
        return {name: file.get_tensor(name) for name in names or file.keys()}
