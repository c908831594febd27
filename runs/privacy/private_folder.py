"""The private part of a run folder: what must never be published beside the synthetic table."""

from __future__ import annotations

from pathlib import Path

from runs.folder.atomic import failure_named, write_atomically

PRIVATE = "private"

_README = """PRIVATE: not for release.

What lies here was computed from the private data without noise, or is a key that must stay secret.
Leave this folder out when the run folder is published or sent; nothing else in the run folder needs it.
A ledger cannot be spent from any further without it.
"""


def private_folder(run: Path) -> Path:
    """Returns the private folder of a run, made with its warning when it is not there.

    Args:
        run: the run folder.

    Raises:
        ValueError: when it cannot be written.
    """
    path = run / PRIVATE
    with failure_named(path):
        path.mkdir(mode=0o700, exist_ok=True)
    readme = path / "README.txt"
    if not readme.exists():
        write_atomically(readme, _README.encode())
    return path
