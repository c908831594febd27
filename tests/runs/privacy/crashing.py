"""Runs a ledger in processes that stop at every step in turn; started as a program of its own, for its forks.

Usage: crashing.py FOLDER STOP. In each of FOLDER/0, FOLDER/1, ... a forked process opens a ledger and asks for two
releases; it stops before its first, second, ... call of the operating system that changes the disk, or in the middle
of a write. STOP says how: ``kill`` is a SIGKILL to itself, ``full`` an ENOSPC from there on. The last folder is that of
the process which came to its end. Each folder's ``drawn`` and ``used`` list what was drawn and what was handed out.
"""

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.privacy.budget import Budget
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import Terms

TERMS = Terms(Budget(1.0, 1e-9, 0.01), "add_remove", "data", "schema")
RHO = 0.004
IDS = ("0-0", "0-1")
CALLS = ("write", "fsync", "replace", "ftruncate", "mkdir", "chmod", "unlink")

_write = os.write


def log(path: Path, text: str) -> None:
    """Appends a line in one call that no patch sees."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _write(descriptor, text.encode() + b"\n")
    os.close(descriptor)


def drawer(folder: Path, release_id: str) -> Callable[[], NDArray[np.int64]]:
    """Returns a draw that is never the same twice, and says that it was called."""

    def draw() -> NDArray[np.int64]:
        answers = np.frombuffer(os.urandom(32), dtype=np.int64)
        log(folder / "drawn", f"{release_id} {answers.tolist()}")
        return answers

    return draw


def ask(folder: Path) -> None:
    """Opens the ledger of a folder and asks for all releases."""
    with Ledger(folder, TERMS) as ledger:
        for release_id in IDS:
            answers = ledger.release(release_id, f"question {release_id}", RHO, drawer(folder, release_id))
            log(folder / "used", f"{release_id} {answers.tolist()}")


def _stop_at(point: int, stop: str) -> None:
    """Stops this process at the given half-step: even ones are before a call, odd ones within a write."""
    seen = 0

    def halt() -> None:
        if stop == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.ENOSPC, "No space left on device")

    def patched(name: str) -> None:
        call = getattr(os, name)

        def stopping(*arguments: Any, **named: Any) -> Any:
            nonlocal seen
            frees = name in ("unlink", "ftruncate")
            if seen >= point and not (stop == "full" and frees):
                halt()
            seen += 2
            if name == "write" and seen > point:
                call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                halt()
            return call(*arguments, **named)

        setattr(os, name, stopping)

    for name in CALLS:
        patched(name)


def main(base: Path, stop: str) -> None:
    point = 0
    while True:
        folder = base / str(point)
        folder.mkdir(parents=True)
        child = os.fork()
        if not child:
            _stop_at(point, stop)
            with contextlib.suppress(ValueError):
                ask(folder)
                os._exit(0)
            os._exit(3)
        if os.waitpid(child, 0)[1] == 0:
            return
        point += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
