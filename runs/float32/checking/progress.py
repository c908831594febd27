"""How a check comes along: a bar on a terminal, a line now and then in a pipe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LINE_SECONDS = 10.0

Advance: TypeAlias = Callable[[int, float], None]
"""Takes the number of inputs that were checked since the last call, and the greatest error so far in ULP."""


@contextmanager
def progress(console: Console | None, title: str, done: int, total: int) -> Iterator[Advance]:
    """Shows how a check comes along, until the end of the block.

    Args:
        console: where; None for nowhere.
        title: what is checked.
        done: inputs that were checked before.
        total: inputs of the domain.
    """
    if console is None:
        yield lambda _inputs, _max_ulp: None
    elif console.is_terminal and not console.is_dumb_terminal and not os.environ.get("CI"):
        with _bar(console) as bar:
            task = bar.add_task(title, completed=done, total=total, max_ulp="")
            yield lambda inputs, max_ulp: bar.update(task, advance=inputs, max_ulp=f"max {max_ulp:.4g} ULP")
    else:
        yield _Lines(console, title, done, total)


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[max_ulp]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console, transient=True)


class _Lines:
    def __init__(self, console: Console, title: str, done: int, total: int) -> None:
        self._console, self._title = console, title
        self._done, self._total = done, total
        self._last = time.monotonic()

    def __call__(self, inputs: int, max_ulp: float) -> None:
        self._done += inputs
        if time.monotonic() - self._last >= LINE_SECONDS:
            self._last = time.monotonic()
            share = f"{self._done / self._total:.0%} of {self._total:,} inputs"
            self._console.print(f"{self._title}: {share}, max {max_ulp:.4g} ULP so far", highlight=False)
