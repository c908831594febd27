"""The one typed verdict in which every candidate ends."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Generic, TypeVar

G = TypeVar("G")


class Status(enum.IntEnum):
    """What happened to a candidate, from worst to best.

    A candidate that was lost with its worker has no verdict yet: it is run again, and the loss is an event.
    """

    CRASHED = 0
    TIMED_OUT = 1
    REJECTED = 2
    DUPLICATE = 3
    SCORED = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of one candidate; a failure is never a low score.

    Attributes:
        status: what happened.
        protocol: the rejection protocol that turned the candidate away; empty otherwise.
        figure: the figure that failed the protocol; NaN where there is none.
        cause: one line on a crash or time-out; empty otherwise.
        duplicate_of: the id of the candidate that this one equals, -1 otherwise.
        objectives: one finite value per objective of the evaluator when scored, empty otherwise.
    """

    status: Status
    protocol: str = ""
    figure: float = float("nan")
    cause: str = ""
    duplicate_of: int = -1
    objectives: tuple[float, ...] = ()

    @property
    def label(self) -> str:
        """The name under which a run counts this verdict: ``rejected:pole``, ``scored``, ..."""
        name = self.status.name.lower()
        return f"{name}:{self.protocol}" if self.protocol else name


@dataclass(frozen=True, slots=True)
class Evaluation(Generic[G]):
    """What an evaluator returns for one genome.

    Attributes:
        genome: the genome as it was scored; a Lamarckian evaluator returns it with its constants fitted.
        verdict: how the candidate ended.
        metrics: further figures by name, recorded with the candidate.
        potential: the best objectives that the evaluator's refine is likely to reach from here, by which
            the engine decides whether refining may pay; empty when the verdict is final.
        seconds: wall-clock time spent by protocol or stage, where the evaluator measures it; the one part that may
            differ between equal evaluations.
    """

    genome: G
    verdict: Verdict
    metrics: dict[str, float] = field(default_factory=dict)
    potential: tuple[float, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
