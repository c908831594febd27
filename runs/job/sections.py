"""The sections that every job has, whatever it searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from runs.job.schema import NOT_NEGATIVE, POSITIVE


@dataclass(frozen=True, slots=True)
class SearchJob:
    """What every random draw of the search comes from.

    Attributes:
        seed: the same seed and settings give the same run on any number of workers; drawn at the start when absent.
    """

    seed: Annotated[int, NOT_NEGATIVE] | None = None


@dataclass(frozen=True, slots=True)
class BudgetJob:
    """When the search stops: at the first of the limits given.

    Attributes:
        minutes: wall-clock time of the search itself, start-up and what follows it not counted.
        candidates: number of candidates, duplicates and rejected ones counted.
    """

    minutes: Annotated[float, POSITIVE] | None = None
    candidates: Annotated[int, POSITIVE] | None = None


@dataclass(frozen=True, slots=True)
class WorkersJob:
    """Where the epochs run.

    Attributes:
        num: worker processes; 0 runs everything in this process; absent: one per core.
        address: of the Ray cluster to join; empty starts a local one.
        candidate_timeout_seconds: after which a candidate that hangs is killed.
    """

    num: Annotated[int, NOT_NEGATIVE] | None = None
    address: str = ""
    candidate_timeout_seconds: Annotated[float, POSITIVE] = 60.0


@dataclass(frozen=True, slots=True)
class OutputJob:
    """What the run leaves behind besides its tables.

    Attributes:
        path: the run folder, which must not exist; empty for ``results/NAME-DATE-TIME``.
        checkpoint_seconds: time between two checkpoints, the most that a crash can lose.
        report: whether report.html is written when the search has finished.
        export: languages in which the winner is exported when the search has finished.
    """

    path: str = ""
    checkpoint_seconds: Annotated[float, NOT_NEGATIVE] = 15.0
    report: bool = True
    export: tuple[str, ...] = ()
