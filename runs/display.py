"""What a search shows of itself while it runs, whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from engine.protocols import Objective
from runs.folder.front import FrontEntry
from runs.job.sections import BudgetJob
from runs.text import count_text, duration_text


@dataclass(frozen=True, slots=True)
class View:
    """A moment of a search.

    Attributes:
        title: what is searched, in one line.
        objectives: of the evaluator.
        front: the programs of the front so far.
        counts: number of candidates per verdict label.
        candidates: number of candidates committed.
        seconds: spent searching, over all resumes.
        rate: candidates per second since this process started.
        budget: of the job.
    """

    title: str
    objectives: tuple[Objective, ...]
    front: tuple[FrontEntry, ...]
    counts: Mapping[str, int]
    candidates: int
    seconds: float
    rate: float
    budget: BudgetJob

    @property
    def left(self) -> str:
        """What is left of the budget, in words; empty when only a target error ends the search."""
        parts = []
        if self.budget.minutes is not None:
            parts.append(duration_text(max(0.0, 60 * self.budget.minutes - self.seconds)))
        if self.budget.candidates is not None:
            parts.append(f"{count_text(max(0, self.budget.candidates - self.candidates))} candidates")
        return " or ".join(parts) + " left" if parts else ""


class Display(Protocol):
    """Shows the moments of a search."""

    def show(self, view: View) -> None:
        """Takes a new moment."""

    def close(self) -> None:
        """Ends the display and leaves the terminal as it was."""


class Silence:
    """Shows nothing; for searches started from Python."""

    def show(self, view: View) -> None:
        """Takes a new moment."""

    def close(self) -> None:
        """Ends the display."""


MakeDisplay: TypeAlias = Callable[[Callable[[str], str]], Display]
"""Makes a display, given the function that writes for people what the evaluation table keeps of a genome."""
