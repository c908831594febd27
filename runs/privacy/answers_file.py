"""The file of a release: its noisy answers together with the line that the ledger will hold of it.

It appears under its name complete or not at all, so a release whose writer was stopped before the ledger's line was
written can be entered from its file: it is paid for, and its answers are never drawn a second time.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ANSWERS = "answers"


def pack(answers: NDArray[Any], body: Mapping[str, Any]) -> bytes:
    """Returns the content of a release's file.

    Args:
        answers: whole numbers, floats or booleans of any shape.
        body: what the ledger will say of it.

    Raises:
        ValueError: for answers of another type.
    """
    if answers.dtype.kind not in "iufb":
        raise ValueError(f"a release holds numbers, not {answers.dtype}")
    packed = io.BytesIO()
    np.savez_compressed(packed, answers=answers, release=np.frombuffer(json.dumps(body).encode(), dtype=np.uint8))
    return packed.getvalue()


def unpack(content: bytes) -> tuple[NDArray[Any], dict[str, Any]]:
    """Returns the answers and the body of a release's file.

    Raises:
        ValueError: when it is not such a file.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            answers, body = packed["answers"], json.loads(packed["release"].tobytes())
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"not the file of a release: {error}") from None
    if not isinstance(body, dict):
        raise ValueError("not the file of a release: it says nothing of one")
    return answers, body


def sha256(content: bytes) -> str:
    """Returns the digest by which the ledger knows a file."""
    return hashlib.sha256(content).hexdigest()


def write_draft(path: Path, content: bytes) -> None:
    """Writes and syncs a file that is renamed into place later.

    Raises:
        OSError: when it cannot be written; what there is of it is removed.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_all(descriptor, content)
        os.fsync(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def move_into_place(draft: Path, path: Path) -> None:
    """Renames a draft; the new name is on the disk when this returns.

    Raises:
        OSError: when it cannot.
    """
    draft.chmod(0o644)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable.

    Raises:
        OSError: when the disk refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all of a content, however many calls it takes.

    Raises:
        OSError: when not all of it can be written.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
