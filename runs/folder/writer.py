"""The writer: takes what the engine commits, in order, and puts it on the disk at every checkpoint."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from engine.config import IslandConfig
from engine.individual import Record
from engine.isolation import Failure
from engine.protocols import SearchSpace
from engine.state import IslandState
from engine.verdict import Verdict
from runs.folder.checkpoint import Progress, State, read_progress, read_state, write_checkpoint
from runs.folder.front import FrontEntry, extended
from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.run_folder import RunFolder
from runs.folder.table import EvaluationTable
from runs.job.problem import Problem


class RunWriter:
    """The engine's sink for one run.

    Attributes:
        progress: up to the last commit; on the disk up to the last checkpoint.
        states: the last committed state of each island, in order.
        failures: candidates known to crash or hang, by id.
        watch: called with the progress after each commit.
    """

    watch: Callable[[Progress], None]

    def __init__(
        self,
        folder: RunFolder,
        problem: Problem,
        islands: IslandConfig,
        formula: Callable[[str], str],
        checkpoint_seconds: float,
    ) -> None:
        """Opens the run at its last checkpoint; whatever was written after it is dropped.

        Raises:
            ValueError: naming the file when the run is broken.
        """
        self.folder = folder
        self.progress = read_progress(folder.checkpoint)
        self._space: SearchSpace[Any] = problem.space.build()
        self._objectives = problem.objectives
        self._formula = formula
        self._formulas: dict[int, str] = {}
        self._checkpoint_seconds = checkpoint_seconds
        self.states, self.failures = self._restored(islands)
        self._table = EvaluationTable(folder.evaluations, problem.objectives, self.progress.rows)
        self.start_clock()

    def start_clock(self) -> None:
        """Starts counting the seconds of the search from now."""
        self._checkpointed = time.monotonic()
        self._started = self._checkpointed - self.progress.seconds

    def commit(self, epoch: int, island: int, records: Sequence[Record], state: IslandState[Any]) -> None:  # noqa: ARG002
        """Takes the records and the state after one epoch of one island, and writes a checkpoint when one is due.

        Args:
            epoch: the epoch; commits come in the order of (epoch, island).
            island: the island.
            records: one per candidate of the epoch, in order.
            state: of the island, after the epoch.
        """
        self._table.append(records)
        self.states[island] = state
        counts = Counter(self.progress.counts)
        counts.update(Verdict(record.status, record.protocol).label for record in records)
        self.progress = replace(
            self.progress,
            rows=self._table.rows,
            seconds=time.monotonic() - self._started,
            counts=dict(counts),
            front=extended(self.progress.front, records),
        )
        self.watch(self.progress)
        if time.monotonic() - self._checkpointed >= self._checkpoint_seconds:
            self.checkpoint()

    def event(self, kind: str, **details: Any) -> None:
        """Notes what happened in events.jsonl; a failure also goes into the checkpoints, for a resume to replay."""
        if kind == "failure":
            candidate, failure = Failure.from_data(details)
            self.failures[candidate] = failure
        self.folder.event(kind, **details)

    def checkpoint(self) -> None:
        """Puts everything committed so far on the disk: rows first, the pointer last.

        Raises:
            ValueError: when the disk is full; the former checkpoint stays in force.
        """
        self._table.flush()
        self.progress = replace(
            self.progress, number=self.progress.number + 1, seconds=time.monotonic() - self._started
        )
        write_checkpoint(self.folder.checkpoint, self.progress, self._state())
        write_front_file(self.folder.front, self._objectives, [self._row(entry) for entry in self.progress.front])
        self._checkpointed = time.monotonic()

    def _row(self, entry: FrontEntry) -> FrontRow:
        if entry.id not in self._formulas:
            self._formulas[entry.id] = self._formula(entry.genome)
        return FrontRow(entry.id, entry.objectives, self._formulas[entry.id], entry.genome)

    def _state(self) -> State:
        islands, arrays = [], {}
        for state in self.states:
            data, columns = state.to_data(self._space)
            islands.append(data)
            arrays.update({f"{state.island}.{name}": column for name, column in columns.items()})
        failures = [failure.to_data(candidate) for candidate, failure in self.failures.items()]
        return State({"islands": islands, "failures": failures}, arrays)

    def _restored(self, islands: IslandConfig) -> tuple[list[IslandState[Any]], dict[int, Failure]]:
        if not self.progress.number:
            return [IslandState.start(island, islands) for island in range(islands.islands)], {}
        state = read_state(self.folder.checkpoint, self.progress)
        try:
            return self._from_state(state)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            where = str(self.folder.checkpoint)
            raise ValueError(
                f"{where!r} holds no state of a search ({error!r}); restore it to resume the run"
            ) from error

    def _from_state(self, state: State) -> tuple[list[IslandState[Any]], dict[int, Failure]]:
        states = []
        for data in state.data["islands"]:
            prefix = f"{data['island']}."
            arrays = {
                name.removeprefix(prefix): array for name, array in state.arrays.items() if name.startswith(prefix)
            }
            states.append(IslandState.from_data(data, arrays, self._space))
        return states, dict(Failure.from_data(row) for row in state.data["failures"])
