"""Finished runs, one file each under the digest of everything that the run depends on: weights and a record.

A file is a safetensors file whose only metadata, `record`, is JSON: the run's record, and under `checksum` the digest
of the whole file with zeros in the checksum's place.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rnnbench.common.errors import UserError
from rnnbench.common.files import write_bytes, write_text
from rnnbench.common.typing import Array

FOLDER = Path(os.environ.get("RNNBENCH_STORE", "results/store"))
"""Several checkouts may share one store, and jobs that share no other folder must."""
FORMAT = 2
"""Changes when files are written in another way. Format 1 had no checksum."""
SUFFIX = ".safetensors"
CHECKSUM, NOTHING = "checksum", "0" * 32


def path_of(digest: str) -> Path:
    """Return the file of the run with this digest."""
    return FOLDER / digest[:2] / f"{digest}{SUFFIX}"


def stored_digests() -> set[str]:
    """Return the digests of all runs that are kept: for many runs far quicker than to ask for each of them."""
    return {name.removesuffix(SUFFIX) for _, _, names in os.walk(FOLDER) for name in names if name.endswith(SUFFIX)}


def write_run(digest: str, record: Mapping[str, Any], tensors: Mapping[str, Array]) -> None:
    """Keep a run: its record (JSON) and its tensors."""
    import numpy as np
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    text = json.dumps({**record, CHECKSUM: NOTHING}, sort_keys=True)
    data = save(whole, metadata={"record": text})
    write_bytes(data.replace(_sealed(NOTHING), _sealed(_checksum(data)), 1), path_of(digest))


def read_record(digest: str) -> dict[str, Any]:
    """Return a run's record; raises safetensors' SafetensorError for a file that is cut off."""
    from safetensors import safe_open

    with safe_open(path_of(digest), framework="numpy") as file:
        record = json.loads(file.metadata()["record"])
    record.pop(CHECKSUM)
    return record


def read_tensors(digest: str, *names: str) -> dict[str, Array]:
    """Return a run's tensors: the named ones, or all."""
    from safetensors import safe_open

    with safe_open(path_of(digest), framework="numpy") as file:
        return {name: file.get_tensor(name) for name in names or file.keys()}


def corrupt(digests: Iterable[str]) -> list[str]:
    """Return the digests whose files are there and are not as they were written."""
    there = stored_digests()
    found = [digest for digest in digests if digest in there]
    with ThreadPoolExecutor(2) as threads:
        return [digest for digest, good in zip(found, threads.map(_is_good, found), strict=True) if not good]


def check_format() -> None:
    """Raise UserError when the store was made by a version that writes other files; note the format of a new one."""
    note = FOLDER / "format"
    found = note.read_text(encoding="utf-8").strip() if note.exists() else ""
    if not found and not next(FOLDER.glob(f"??/*{SUFFIX}"), None):
        write_text(f"{FORMAT}\n", note)
    elif found != str(FORMAT):
        aside = f"{FOLDER}-{found or 1}"
        told = f"the store is of another version of rnnbench (format {found or 1}, this one has {FORMAT})"
        raise UserError(f"{FOLDER}: {told}; use that version, or begin anew: mv {FOLDER} {aside}")


def _is_good(digest: str) -> bool:
    data = path_of(digest).read_bytes()
    found = data.find(_sealed("")[:-2])
    begin = found + len(_sealed("")) - 2
    told = data[begin : begin + len(NOTHING)]
    return found >= 0 and _checksum(data[:begin] + NOTHING.encode() + data[begin + len(NOTHING) :]).encode() == told


def _sealed(checksum: str) -> bytes:
    """Return how a checksum stands in a file: in JSON within JSON, so its quotation marks are escaped."""
    return f'\\"{CHECKSUM}\\": \\"{checksum}\\"'.encode()


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[: len(NOTHING)]
