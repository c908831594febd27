"""Which epoch may run next, and which result may be committed next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.config import SearchConfig
from engine.individual import Individual
from engine.island import NO_FAILURES, EpochResult
from engine.isolation import Failure
from engine.state import MIGRATION_LAG, IslandState


@dataclass(frozen=True, slots=True)
class EpochTask:
    """One epoch to run: all the arguments that a worker has not built itself.

    Attributes:
        state: the island before.
        migrants: individuals that join it first.
        failures: candidates of this epoch known to crash or hang, by id.
        limit: candidates to make, fewer than an epoch's when the budget cuts it short.
    """

    state: IslandState[Any]
    migrants: tuple[Individual[Any], ...]
    failures: Mapping[int, Failure]
    limit: int


class Schedule:
    """The order of a search, which depends on its settings only, never on who finishes first.

    Epochs are committed by (epoch, island); an epoch may run as soon as its island is there and those that its
    migrants come from have finished the epoch that they left.

    Attributes:
        states: the committed state of every island: what a checkpoint holds and a resume starts from.
    """

    def __init__(
        self,
        config: SearchConfig,
        states: Sequence[IslandState[Any]] = (),
        failures: Mapping[int, Failure] = NO_FAILURES,
    ) -> None:
        self._islands = config.islands
        self.states = list(states) or [IslandState.start(i, self._islands) for i in range(self._islands.islands)]
        self._check_states()
        self._computed = list(self.states)
        self._emigrants = {
            (state.island, epoch): state.emigrants_of(epoch)
            for state in self.states
            for epoch in range(state.epoch - len(state.emigrants), state.epoch)
        }
        self._running: set[int] = set()
        self._finished: dict[tuple[int, int], EpochResult[Any]] = {}
        self._failures = failures
        self._budget = config.budget.candidates
        self._start = (self._position(self._next_committed()), self.candidates)

    @property
    def candidates(self) -> int:
        """Candidates committed so far."""
        return sum(state.candidates for state in self.states)

    def next_task(self) -> EpochTask | None:
        """Returns the first epoch in order that can run and does not run yet, if there is one."""
        waiting = (state for state in self._computed if state.island not in self._running)
        for state in sorted(waiting, key=self._position):
            limit = self._limit(state)
            migrants = self._migrants(state)
            if limit > 0 and migrants is not None:
                self._running.add(state.island)
                first = self._position(state) * self._islands.epoch_size
                ids = range(first, first + limit)
                failures = {i: failure for i, failure in self._failures.items() if i in ids}
                return EpochTask(state, migrants, failures, limit)
        return None

    def receive(self, task: EpochTask, result: EpochResult[Any]) -> None:
        """Takes the result of a task, in whatever order tasks end."""
        island, epoch = task.state.island, task.state.epoch
        self._running.remove(island)
        self._computed[island] = result.state
        self._emigrants[island, epoch] = result.state.emigrants_of(epoch)
        self._finished[epoch, island] = result

    def commits(self) -> Iterator[EpochResult[Any]]:
        """Yields results strictly in (epoch, island) order, up to the first that is missing."""
        while True:
            state = self._next_committed()
            result = self._finished.pop((state.epoch, state.island), None)
            if result is None:
                return
            self.states[state.island] = result.state
            self._emigrants.pop((state.island, state.epoch - MIGRATION_LAG - 1), None)
            yield result

    def _position(self, state: IslandState[Any]) -> int:
        return state.epoch * self._islands.islands + state.island

    def _next_committed(self) -> IslandState[Any]:
        return min(self.states, key=self._position)

    def _limit(self, state: IslandState[Any]) -> int:
        size = self._islands.epoch_size
        if self._budget is None:
            return size
        position, candidates = self._start
        return min(size, self._budget - candidates - (self._position(state) - position) * size)

    def _migrants(self, state: IslandState[Any]) -> tuple[Individual[Any], ...] | None:
        """Returns those from where an island's migrants come from, or None while that has not finished their epoch."""
        epoch, count = state.epoch - MIGRATION_LAG, self._islands.islands
        if epoch < 0 or count == 1:
            return ()
        nearest = 1 if self._islands.migration == "ring" else count - 1
        groups = [self._emigrants.get(((state.island - i) % count, epoch)) for i in range(nearest, 0, -1)]
        if any(group is None for group in groups):
            return None
        return tuple(migrant for group in groups for migrant in group or ())

    def _check_states(self) -> None:
        numbers = [state.island for state in self.states]
        if numbers != list(range(self._islands.islands)):
            raise ValueError(
                f"a search with {self._islands.islands} islands resumes from one state of each, in order; "
                f"the states given are of the islands {numbers}"
            )
        epochs = [state.epoch for state in self.states]
        if epochs != sorted(epochs, reverse=True) or epochs[0] - epochs[-1] > 1:
            raise ValueError(
                f"states to resume from must be a committed frontier, each island at the epoch of the one before it "
                f"or, from some island on, one behind; the epochs given are {epochs}"
            )
