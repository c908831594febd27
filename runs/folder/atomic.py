"""Files that are either wholly there or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FORMAT = 1
"""The version of every file format in a run folder."""

FORMAT_KEY = "primordia.format"


@contextmanager
def failure_named(path: Path) -> Iterator[None]:
    """Turns a failure to write into one line that names the file and the cure.

    Raises:
        ValueError: when the disk or the quota is full, or the file cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            cure = "what was written before is kept; free some space, then repeat the command or resume the run"
            raise ValueError(f"no space left on the disk for {str(path)!r}; {cure}") from error
        cure = "check that its folder exists and may be written to"
        raise ValueError(f"{str(path)!r} cannot be written: {error.strerror}; {cure}") from error


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file beside its place, syncs it and renames it into place.

    Raises:
        ValueError: when the disk is full or the file cannot be written; its former content stays.
    """
    draft = path.with_name(f".{path.name}.draft")
    with failure_named(path):
        try:
            _write_synced(draft, content)
            draft.replace(path)
            _sync_directory(path.parent)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


def write_directory_atomically(path: Path, files: Mapping[str, bytes]) -> None:
    """Writes a new directory of files that appears under its name only when all of them are on the disk.

    Raises:
        ValueError: when the disk is full.
    """
    draft = path.with_name(f".{path.name}.draft")
    with failure_named(path):
        remove_directory(draft)
        draft.mkdir()
        try:
            for name, content in files.items():
                _write_synced(draft / name, content)
            _sync_directory(draft)
            draft.rename(path)
            _sync_directory(path.parent)
        except OSError:
            remove_directory(draft)
            raise


def remove_directory(path: Path) -> None:
    """Removes a flat directory of files, if it is there."""
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()


def check_format(found: object, path: Path) -> None:
    """Checks the format version that a file carries.

    Raises:
        ValueError: when it has none, or one that this version of Primordia does not know.
    """
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(
            f"{str(path)!r} carries no {FORMAT_KEY}, so Primordia did not write it; give another run folder"
        )
    if found > FORMAT:
        raise ValueError(
            f"{str(path)!r} has format {found}, this Primordia reads up to format {FORMAT}; update Primordia to open it"
        )


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    """Makes a rename in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
