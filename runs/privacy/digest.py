"""Digests that tell data sets and schemas apart; the data set's reveals nothing without the key in private/."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.folder.atomic import write_atomically

KEY_BYTES = 32
_CHUNK_BYTES = 2**26


def read_key(private: Path) -> bytes:
    """Returns the key of a private folder, made of the operating system's randomness when there is none yet.

    Args:
        private: the folder, see :func:`runs.privacy.private_folder.private_folder`.

    Raises:
        ValueError: when it cannot be written, or is broken.
    """
    path = private / "dataset.key"
    if not path.exists():
        write_atomically(path, os.urandom(KEY_BYTES))
        path.chmod(0o600)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{str(path)!r} must hold {KEY_BYTES} bytes, not {len(key)}; restore it")
    return key


def data_digest(codes: NDArray[np.int32], key: bytes) -> str:
    """Returns a digest of a table, 64 hexadecimal digits.

    Without the key nobody can confirm a guess of the table, nor tell whether two runs were given the same one. Rows in
    another order are another table.

    Args:
        codes: the table's codes, ``(rows, columns)``.
        key: from :func:`read_key`.
    """
    digest = hashlib.blake2b(json.dumps(codes.shape).encode(), key=key, digest_size=32)
    rows = max(1, _CHUNK_BYTES // max(4 * codes.shape[1], 1))
    for start in range(0, len(codes), rows):
        digest.update(np.ascontiguousarray(codes[start : start + rows], dtype="<i4").data)
    return digest.hexdigest()


def schema_digest(schema: Mapping[str, Any]) -> str:
    """Returns a digest of a schema's plain data, 64 hexadecimal digits; a schema is public, so it needs no key."""
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
