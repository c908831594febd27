"""Rows and objectives that the tests of the run folder share."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.protocols import Objective
from engine.verdict import Status

OBJECTIVES = (Objective("operations", "operations", False), Objective("max_error", "1", True))


@dataclass(frozen=True)
class FakeRecord:
    id: int
    parents: tuple[int, ...] = ()
    epoch: int = 0
    island: int = 0
    operator: str = "random"
    genome: str = "{}"
    status: Status = Status.SCORED
    protocol: str = ""
    figure: float = float("nan")
    cause: str = ""
    duplicate_of: int = -1
    objectives: tuple[float, ...] = (3.0, 0.5)
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.001
