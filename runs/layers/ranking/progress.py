"""Shows how trainings come along: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runs.layers.ranking.trials import Moment
from runs.layers.ranking.trials import Progress as Told

PLAIN_SECONDS = 10.0

_PHASES = {"pick": "picking", "rank": "comparing", "compare": "measuring the best"}
"""What trainings are for, by their purpose where that is no word for it."""


@contextmanager
def shown_on(console: Console) -> Iterator[Told]:
    """Yields what is told of every training and shows it."""
    if not console.is_terminal:
        yield _PlainLines(console)
        return
    bar = _Bar(console)
    try:
        yield bar
    finally:
        bar.close()


def moment_text(moment: Moment) -> str:
    """Says what was trained last."""
    last = moment.last
    layer = f"candidate {last.name}" if last.name.isdecimal() else last.name
    return f"{layer} in {last.network}" + (", failed" if last.failure else "")


def phase_text(moment: Moment) -> str:
    """Says what the trainings are for."""
    return _PHASES.get(moment.last.purpose, moment.last.purpose)


class _Bar:
    """A bar that is there from the first training to the last, so that other displays have the terminal between."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None

    def __call__(self, moment: Moment) -> None:
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._bar.add_task("", total=moment.total)
            self._bar.start()
        task = self._bar.task_ids[0]
        self._bar.update(task, completed=moment.done, description=f"{phase_text(moment)}: {moment_text(moment)}")
        if moment.done == moment.total:
            self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class _PlainLines:
    """A line every few seconds, and one at the end."""

    def __init__(self, console: Console) -> None:
        self._console, self._last = console, time.monotonic()

    def __call__(self, moment: Moment) -> None:
        if moment.done < moment.total and time.monotonic() - self._last < PLAIN_SECONDS:
            return
        self._last = time.monotonic()
        line = f"{phase_text(moment)}: {moment.done} of {moment.total} trainings, last {moment_text(moment)}"
        self._console.print(line, soft_wrap=True, markup=False)
