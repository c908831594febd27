"""Rows and objectives that the tests of the run folder share."""

from __future__ import annotations

from typing import Any

from engine.individual import Record
from engine.protocols import Objective
from engine.verdict import Status

OBJECTIVES = (Objective("operations", "operations", False), Objective("max_error", "1", True))

SCORED = Record(
    id=0,
    parents=(),
    epoch=0,
    island=0,
    genome="{}",
    status=Status.SCORED,
    protocol="",
    figure=float("nan"),
    cause="",
    duplicate_of=-1,
    objectives=(3.0, 0.5),
    metrics={},
    operator="random",
    seconds=0.001,
    stages={},
)


def record(identity: int, **changes: Any) -> Record:
    """Returns a scored record with some of its fields changed."""
    return SCORED._replace(id=identity, **changes)
