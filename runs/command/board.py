"""The displays of a search: a live board on a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from runs.command.tables import front_table, verdict_table
from runs.display import Display, View
from runs.text import count_text, duration_text, figure_text, rate_text

PLAIN_SECONDS = 5.0

PLAIN_POINTS = 15
"""Points of the front on a line."""


class PlainLines:
    """One line every few seconds, for pipes, logs and CI."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = time.monotonic()

    def show(self, view: View) -> None:
        """Prints a line when the last one is old enough."""
        if time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            self._console.print(plain_line(view), soft_wrap=True, highlight=False, markup=False)

    def close(self) -> None:
        """Ends the display."""


class LiveBoard:
    """The front as it grows, the counts and the time left, redrawn in place."""

    def __init__(self, console: Console, formula: Callable[[str], str]) -> None:
        self._view: View | None = None
        self._received = time.monotonic()
        self._formula = formula
        self._formulas: dict[int, str] = {}
        self._live = Live(console=console, get_renderable=self._board, refresh_per_second=4, transient=True)
        self._live.start()

    def show(self, view: View) -> None:
        """Takes a new moment; the board is redrawn at its own pace."""
        self._formulas = {entry.id: self._formulas.get(entry.id) or self._formula(entry.genome) for entry in view.front}
        self._view, self._received = view, time.monotonic()

    def close(self) -> None:
        """Removes the board, so that the final table can take its place."""
        self._live.stop()

    def _board(self) -> RenderableType:
        waited = time.monotonic() - self._received
        if self._view is None:
            return Text(f"starting the workers and compiling ... {duration_text(waited)}", style="dim")
        return board(replace(self._view, seconds=self._view.seconds + waited), self._formulas)


def board(view: View, formulas: Mapping[int, str]) -> RenderableType:
    """Returns the live board of a moment."""
    status = f"{count_text(view.candidates)} candidates, {rate_text(view.rate)}, {duration_text(view.seconds)}"
    rows = [(entry.id, entry.objectives, formulas.get(entry.id, "")) for entry in view.front]
    return Group(
        Text(view.title, style="bold"),
        Text(", ".join(filter(None, (status, view.left)))),
        Text(),
        front_table(view.objectives, rows),
        Text(),
        verdict_table(view.counts),
        Text(),
        Text("Ctrl-C stops and keeps everything", style="dim"),
    )


def plain_line(view: View) -> str:
    """Returns a moment as one line: time, candidates, speed, front, what is left."""
    points = [
        " ".join(figure_text(o, value) for o, value in zip(view.objectives, entry.objectives, strict=True))
        for entry in view.front[:PLAIN_POINTS]
    ]
    if len(view.front) > PLAIN_POINTS:
        points.append(f"and {len(view.front) - PLAIN_POINTS} more")
    parts = [
        duration_text(view.seconds),
        f"{count_text(view.candidates)} candidates",
        rate_text(view.rate),
        f"front {'; '.join(points) or 'empty'}",
        view.left,
    ]
    return ", ".join(filter(None, parts))


def display_for(console: Console, formula: Callable[[str], str]) -> Display:
    """Returns the display that suits the console: a live board on a terminal outside CI, plain lines elsewhere."""
    if console.is_terminal and not console.is_dumb_terminal and not os.environ.get("CI"):
        return LiveBoard(console, formula)
    return PlainLines(console)
