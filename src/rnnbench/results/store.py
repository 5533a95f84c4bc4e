"""Finished runs, one file each under the digest of everything that the run depends on: weights and a record.

A file is a safetensors file whose only metadata, `record`, is JSON: the run's record, and under `checksum` the digest
of the whole file with zeros in the checksum's place.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rnnbench.common.errors import UserError
from rnnbench.common.files import write_bytes, write_text
from rnnbench.common.typing import Array
from rnnbench.results import paths

SHARED = "RNNBENCH_STORE"
"""The variable that names a store which several folders share."""
FOLDER = Path(os.environ.get(SHARED, paths.STORE))
FORMAT = 3
"""Changes when files are written or named in another way. Format 1 had no checksum; since format 3 runs are named
after the code in its present folders."""
OLD_STORE = "the store was written by an older version of rnnbench; it is set aside in"
FORMAT_FILE, SUFFIX = "format", ".safetensors"
CHECKSUM, NOTHING = "checksum", "0" * 32


def path_of(digest: str) -> Path:
    """Return the file of the run with this digest."""
    return FOLDER / digest[:2] / f"{digest}{SUFFIX}"


def stored_digests() -> set[str]:
    """Return the digests of all runs that are kept: for many runs far quicker than to ask for each of them."""
    return {name.removesuffix(SUFFIX) for _, _, names in os.walk(FOLDER) for name in names if name.endswith(SUFFIX)}


def write_run(digest: str, record: Mapping[str, Any], tensors: Mapping[str, Array]) -> None:
    """Keep a run: its record (JSON) and its tensors. A new store is marked with its format."""
    import numpy as np
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    text = json.dumps({**record, CHECKSUM: NOTHING}, sort_keys=True)
    data = save(whole, metadata={"record": text})
    # Before the run: a store without it is taken for one of an older version.
    if not (FOLDER / FORMAT_FILE).exists():
        write_text(f"{FORMAT}\n", FOLDER / FORMAT_FILE)
    write_bytes(data.replace(_sealed(NOTHING), _sealed(_checksum(data)), 1), path_of(digest))


def read_record(digest: str) -> dict[str, Any]:
    """Return a run's record; raises safetensors' SafetensorError for a file that is cut off."""
    from safetensors import safe_open

    with safe_open(path_of(digest), framework="numpy") as file:
        record = json.loads(file.metadata()["record"])
    record.pop(CHECKSUM)
    return record


def find_record(digest: str) -> dict[str, Any] | None:
    """Return a run's record; None where the store has no file of it, or one that is cut off: it is made again."""
    from safetensors import SafetensorError

    try:
        return read_record(digest) if path_of(digest).exists() else None
    except (SafetensorError, ValueError, KeyError, TypeError):
        return None


def read_tensors(digest: str, *names: str) -> dict[str, Array]:
    """Return a run's tensors: the named ones, or all."""
    from safetensors import safe_open

    with safe_open(path_of(digest), framework="numpy") as file:
        return {name: file.get_tensor(name) for name in names or file.keys()}


def corrupt(digests: Iterable[str]) -> list[str]:
    """Return the digests whose files are there and are not as they were written."""
    stored = stored_digests()
    present = [digest for digest in digests if digest in stored]
    with ThreadPoolExecutor(2) as threads:
        return [digest for digest, good in zip(present, threads.map(_is_good, present), strict=True) if not good]


def check_format() -> None:
    """Raise UserError when the store was written by another version that may still use it; nothing is changed."""
    written = _format()
    if written == FORMAT or (written < FORMAT and SHARED not in os.environ):
        return
    reason = f"the store is of another version of rnnbench (format {written}, this one has {FORMAT})"
    raise UserError(f"{FOLDER}: {reason}; use that version, or begin anew: mv {FOLDER} {FOLDER}-{written}")


def set_aside_old_store() -> Path | None:
    """Move a store of an older version out of the way, and return where it is now; None when there is none."""
    written = _format()
    if written >= FORMAT:
        return None
    names = (
        Path(f"{FOLDER}-{written}{ending}") for ending in itertools.chain([""], map(".{}".format, itertools.count(2)))
    )
    aside = next(path for path in names if not path.exists())
    FOLDER.rename(aside)
    return aside


def _format() -> int:
    """Return the format of the store's files; of an empty store the present one."""
    note = FOLDER / FORMAT_FILE
    text = note.read_text(encoding="utf-8").strip() if note.exists() else ""
    if text.isdigit():
        return int(text)
    return 1 if text or next(FOLDER.glob(f"??/*{SUFFIX}"), None) else FORMAT


def _is_good(digest: str) -> bool:
    data = path_of(digest).read_bytes()
    key = data.find(_sealed("")[:-2])
    begin = key + len(_sealed("")) - 2
    checksum = data[begin : begin + len(NOTHING)]
    return key >= 0 and _checksum(data[:begin] + NOTHING.encode() + data[begin + len(NOTHING) :]).encode() == checksum


def _sealed(checksum: str) -> bytes:
    """Return how a checksum stands in a file: in JSON within JSON, so its quotation marks are escaped."""
    return f'\\"{CHECKSUM}\\": \\"{checksum}\\"'.encode()


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[: len(NOTHING)]
