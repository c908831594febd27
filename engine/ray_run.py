"""One epoch on its way through a Ray actor, and the search for a candidate that ends the actor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.individual import Individual
from engine.island import Step
from engine.isolation import Failure
from engine.schedule import EpochTask
from engine.setup import SearchSetup
from engine.state import IslandState
from engine.workers import EpochRunner


class RayRunner(EpochRunner):
    """The actor: runs epochs and streams signs of life, then the next state, then the rest of the result."""

    def turn_to(self, setup: SearchSetup) -> None:
        """Takes up another search."""
        self._setup = setup
        self.prepare()

    def stream(
        self,
        state: IslandState[Any],
        migrants: tuple[Individual[Any], ...],
        failures: Mapping[int, Failure],
        limit: int,
        probe_from: int | None,
    ) -> Iterator[Step | IslandState[Any] | tuple[Any, ...]]:
        """Runs one epoch; the state is an argument of its own so that it need not pass through the driver."""
        epoch = self.epoch(EpochTask(state, migrants, failures, limit))
        yield from epoch.steps(probe_from)
        result = epoch.result()
        yield result.state
        yield result.records, result.tracebacks


@dataclass(slots=True)
class Run:
    """A task on its way through a worker.

    Attributes:
        task: what to run.
        stream: what the worker has sent.
        probe_from: the generation from which candidates are probed, None at first.
        step: the last sign of life.
        state: the next state and its reference, once it was sent.
        accused: the candidates of a batch that ended a worker though each of them alone did not.
        losses: workers lost in a row without a candidate to blame.
    """

    task: EpochTask
    stream: Any = None
    probe_from: int | None = None
    step: Step | None = None
    state: tuple[IslandState[Any], Any] | None = None
    accused: tuple[int, ...] = ()
    losses: int = 0

    def accuse(self) -> tuple[int, ...]:
        """Returns the candidates to blame for the loss of the worker, if it is clear; the next run will probe.

        The first loss may be chance (a machine gone, memory short), so nobody is blamed before probing. Then a
        candidate is guilty if it was alone, and a batch if it ended two workers while none of its members did.
        """
        suspects = self.step.suspects if self.step and self.probe_from is not None else ()
        guilty = suspects if len(suspects) == 1 or suspects == self.accused else ()
        self.accused = suspects
        self.losses = 0 if guilty else self.losses + 1
        self.probe_from = self.step.generation if self.step else 0
        return guilty
