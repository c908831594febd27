"""When a search stops, and why."""

from __future__ import annotations

import enum
import operator
import threading
import time
from collections.abc import Sequence

from engine.config import BudgetConfig
from engine.individual import Record
from engine.verdict import Status


class StopReason(enum.StrEnum):
    """Why a search stopped."""

    TARGET = "every target was reached"
    CANDIDATES = "the budget of candidates was spent"
    SECONDS = "the budget of time was spent"
    REQUEST = "a stop was requested"


class Budget:
    """What is left of a budget; its clock starts when it is made.

    Args:
        config: the limits.
        candidates: candidates that the search has committed before.
        found: objectives that it has found before.
        stop: set by whoever requests a stop.
    """

    def __init__(
        self, config: BudgetConfig, candidates: int, found: Sequence[tuple[float, ...]], stop: threading.Event
    ) -> None:
        self._config = config
        self._candidates = candidates
        self._stop = stop
        self._unmet = _unmet(config.targets, found)
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Wall-clock time spent."""
        return time.monotonic() - self._started

    def spend(self, records: Sequence[Record]) -> None:
        """Counts committed candidates and strikes off the targets that they meet."""
        self._candidates += len(records)
        scored = [record.objectives for record in records if record.status is Status.SCORED]
        self._unmet = _unmet(self._unmet, scored)

    def reason(self) -> StopReason | None:
        """Returns why the search must stop now, or None while it may go on."""
        if self._config.targets and not self._unmet:
            return StopReason.TARGET
        if self._config.candidates is not None and self._candidates >= self._config.candidates:
            return StopReason.CANDIDATES
        if self._config.seconds is not None and self.seconds >= self._config.seconds:
            return StopReason.SECONDS
        return StopReason.REQUEST if self._stop.is_set() else None


def _unmet(targets: Sequence[tuple[float, ...]], found: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    return [target for target in targets if not any(all(map(operator.le, one, target)) for one in found)]
