"""The job: everything that a search is asked to do, one section per concern."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from runs.job.sections import BudgetJob, OutputJob, SearchJob, WorkersJob
from runs.text import error_text


@dataclass(frozen=True, slots=True)
class Job(ABC):
    """What the jobs of all kinds have; each attribute is the section of the same name in a job file.

    Attributes:
        kind: the kind of search, a name in :data:`runs.kinds.KINDS`.
        search: the seed.
        budget: when the search stops.
        workers: where the epochs run.
        output: what the run leaves behind.
    """

    kind: ClassVar[str]

    search: SearchJob = field(default_factory=SearchJob)
    budget: BudgetJob = field(default_factory=BudgetJob)
    workers: WorkersJob = field(default_factory=WorkersJob)
    output: OutputJob = field(default_factory=OutputJob)

    @property
    @abstractmethod
    def title(self) -> str:
        """The name under which the run is listed."""

    def figure(self, objectives: tuple[float, ...]) -> float:
        """Returns the figure that stands for a candidate in lists of runs: the last of its objectives."""
        return objectives[-1]

    def figure_text(self, figure: float) -> str:
        """Writes that figure for lists of runs."""
        return error_text(figure, 3)

    @abstractmethod
    def check(self) -> None:
        """Checks what no section can see alone.

        Raises:
            ValueError: naming section, rule and value.
        """
