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
from engine.protocols import Objective, SearchSpace
from engine.state import IslandState
from engine.verdict import Verdict
from runs.folder.checkpoint import Progress, Stage, State, read_progress, read_state, write_checkpoint
from runs.folder.front import FrontEntry, extended
from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.run_folder import RunFolder
from runs.folder.table import EvaluationTable


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
        space: SearchSpace[Any],
        objectives: Sequence[Objective],
        islands: IslandConfig,
        formula: Callable[[str], str],
        checkpoint_seconds: float,
    ) -> None:
        """Opens the run at its last checkpoint; whatever was written after it is dropped.

        Args:
            folder: of the run.
            space: reads and writes the genomes.
            objectives: of the evaluator.
            islands: their number and sizes.
            formula: writes what the evaluation table keeps of a genome for people.
            checkpoint_seconds: time between two checkpoints.

        Raises:
            ValueError: naming the file when the run is broken.
        """
        self.folder = folder
        self.progress = read_progress(folder.checkpoint)
        self._space, self._objectives, self._islands = space, objectives, islands
        self._formula = formula
        self._formulas: dict[int, str] = {}
        self._checkpoint_seconds = checkpoint_seconds
        self.states, self.failures = self._restored()
        self._table = EvaluationTable(folder.evaluations, objectives, self.progress.rows)
        self._started: float | None = None
        self._checkpointed = time.monotonic()

    def start_clock(self) -> None:
        """Starts counting the seconds of the search from now."""
        self._checkpointed = time.monotonic()
        self._started = self._checkpointed - self.progress.seconds

    def stop_clock(self) -> None:
        """Stops counting, so that what is not search is not counted."""
        self.progress, self._started = replace(self.progress, seconds=self._seconds()), None

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
            seconds=self._seconds(),
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
        self.progress = replace(self.progress, number=self.progress.number + 1, seconds=self._seconds())
        write_checkpoint(self.folder.checkpoint, self.progress, self._state())
        write_front_file(self.folder.front, self._objectives, [self._row(entry) for entry in self.progress.front])
        self._checkpointed = time.monotonic()

    def begin_stage(self) -> None:
        """Begins the next stage of a search in several: islands and front anew, and a checkpoint that says so.

        Epochs and ids go on, so that all stages share one evaluation table.
        """
        done = self.progress
        self.states = self._fresh(max(state.epoch for state in self.states))
        self.progress = replace(done, stage=Stage(done.stage.number + 1, done.rows, done.seconds), front=())
        self.checkpoint()

    def _seconds(self) -> float:
        return self.progress.seconds if self._started is None else time.monotonic() - self._started

    def _fresh(self, epoch: int) -> list[IslandState[Any]]:
        return [IslandState.start(island, self._islands, epoch) for island in range(self._islands.islands)]

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

    def _restored(self) -> tuple[list[IslandState[Any]], dict[int, Failure]]:
        if not self.progress.number:
            return self._fresh(0), {}
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
