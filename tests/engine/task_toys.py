"""Callables for tasks, some of them ill-behaved."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any


class Square:
    """Squares its item and says where; ``{"die": n, "at": path}`` ends the process on the first n runs."""

    def __init__(self, offset: int = 0) -> None:
        self._offset = offset

    def __call__(self, item: Any) -> Any:
        if isinstance(item, dict):
            return self._dying(Path(item["at"]), item["die"])
        if item < 0:
            raise ValueError(f"{item} has no place here")
        return item * item + self._offset, os.getpid(), os.environ.get("TASK_TOY", ""), "jax" in sys.modules

    def _dying(self, runs: Path, times: int) -> str:
        with runs.open("a") as file:
            file.write("x")
        if len(runs.read_text()) <= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return "survived"


class Sleep:
    """Notes that it began, then sleeps."""

    def __call__(self, item: str) -> None:
        Path(item).touch()
        time.sleep(60)


class SetsStop:
    """Sets an event of this process while a task runs."""

    stop = threading.Event()

    def __call__(self, item: int) -> int:
        self.stop.set()
        return item
