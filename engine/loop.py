"""The search: run epochs on whatever workers there are, keep their results in order, stop in time.

What happens within an epoch (select, mutate, reject cheaply, evaluate, refine, keep) is
:meth:`engine.island.Epoch.steps`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.budget import Budget, StopReason
from engine.individual import Record
from engine.island import NO_FAILURES
from engine.isolation import Failure
from engine.schedule import Schedule
from engine.setup import SearchSetup
from engine.state import IslandState
from engine.workers import Workers

PATIENCE_SECONDS = 0.2
"""How long the loop waits for a result before it looks at the clock and at stop requests again."""


class Sink(Protocol):
    """Where a search's results go."""

    def commit(self, epoch: int, island: int, records: Sequence[Record], state: IslandState[Any]) -> None:
        """Keeps one epoch's results; called strictly in (epoch, island) order.

        Args:
            epoch: of the results.
            island: of the results.
            records: one per candidate, in order of their ids.
            state: the island afterwards; the last of each island is what a resume needs.
        """
        ...

    def event(self, kind: str, **details: Any) -> None:
        """Keeps what happened.

        Args:
            kind: ``lost`` (a worker), ``failure`` (a candidate, as of :meth:`engine.isolation.Failure.to_data`) or
                ``crashed`` (a candidate that raised, with its traceback).
            details: JSON-able.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a search ended.

    Attributes:
        reason: why it stopped.
        candidates: committed in all, those before a resume included.
        seconds: wall-clock time since it started or resumed.
        states: the committed state of every island.
    """

    reason: StopReason
    candidates: int
    seconds: float
    states: tuple[IslandState[Any], ...]


def search(
    setup: SearchSetup,
    workers: Workers,
    sink: Sink,
    states: Sequence[IslandState[Any]] = (),
    failures: Mapping[int, Failure] = NO_FAILURES,
    stop: threading.Event | None = None,
) -> Outcome:
    """Searches until the budget is spent.

    Args:
        setup: the search, the same that the workers were opened with.
        workers: run the epochs; closing them is up to the caller.
        sink: takes results and events.
        states: the committed states to resume from; empty for a new search.
        failures: candidates that an earlier run found to crash or hang, by id.
        stop: set to request a stop; what is complete is committed first.
    """
    schedule = Schedule(setup.config, states, failures)
    found = [member.objectives for state in schedule.states for member in state.archive.members()]
    budget = Budget(setup.config.budget, schedule.candidates, found, stop or threading.Event())
    while not (reason := budget.reason()):
        while workers.free and (task := schedule.next_task()):
            workers.submit(task)
        for task, result in workers.wait(PATIENCE_SECONDS, sink.event):
            schedule.receive(task, result)
        for result in schedule.commits():
            for candidate, text in result.tracebacks.items():
                sink.event("crashed", candidate=candidate, traceback=text)
            sink.commit(result.state.epoch - 1, result.state.island, result.records, result.state)
            budget.spend(result.records)
            if budget.reason() is StopReason.TARGET:
                break
    return Outcome(reason, schedule.candidates, budget.seconds, tuple(schedule.states))
