"""The turns of a run: the private table is asked, tables evolve towards its noisy answers, and so on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.budget import StopReason
from engine.config import WorkerConfig
from engine.loop import search
from engine.setup import SearchSetup
from engine.workers import Workers, open_workers
from evaluators.synthetic_data.settings import OBJECTIVES, table_environment
from runs.display import MakeDisplay
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder
from runs.folder.writer import RunWriter
from runs.privacy.ledger import Ledger
from runs.session import watched, worker_config
from runs.synthesis.curator import TableCurator
from runs.synthesis.measured import Measured
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.problem import Problem
from runs.synthesis.rounds import (
    evolution_config,
    is_evolved,
    island_config,
    island_rows,
    private_rows,
    search_config,
    table_rows,
)
from runs.synthesis.run import ENDED, SynthesisRun, synthetic_path
from runs.synthesis.winner import START, codes_file, read_codes_file, winner, write_codes, write_synthetic_table

_TABLES_HELD = 8
"""Tables that an island keeps in the shared memory of a local Ray: its state before and after, and those in flight."""

_LARGEST_STORE_BYTES = 8 * 2**30


def take_turns(
    folder: RunFolder,
    problem: Problem,
    ledger: Ledger,
    table: PrivateTable,
    make_display: MakeDisplay | None,
    begun: Callable[[], None] = lambda: None,
) -> SynthesisRun:
    """Asks and evolves until the last round's evolution ends, the budget is spent or a signal asks to stop.

    Args:
        folder: of the run, held for writing.
        problem: what is searched.
        ledger: pays for every answer.
        table: the private one.
        make_display: shows the search as it goes; None shows nothing.
        begun: called when the run's former state was read and is whole.

    Raises:
        ValueError: when the ledger or the data refuse, the run is broken, the disk is full, or the time was too short
            for a single table.
    """
    for note in ledger.notes:
        folder.event("ledger", note=note)
    curator = TableCurator(table, ledger, problem.mechanism.queries)
    turns = _Turns(folder, problem, curator, ledger.folder)
    for number in range(read_progress(folder.checkpoint).stage.number + 1):
        turns.measure(number)
    writer = turns.writer()
    begun()
    with watched(writer, problem.job, problem.title, OBJECTIVES, make_display, str) as stop:
        reason = turns.evolve(writer, stop)
        turns.write_table(writer.progress.stage.number)
        folder.stopped(reason)
        folder.event("stop", reason=reason)
    return SynthesisRun(folder.path)


@dataclass(slots=True)
class _Turns:
    """What the turns share.

    Attributes:
        folder: of the run.
        problem: what is searched.
        curator: of the private table.
        answers: the folder of the ledger, beside which the noisy answers lie.
        held: all that was measured so far.
        rows: of the synthetic table, known once the first round was measured.
    """

    folder: RunFolder
    problem: Problem
    curator: TableCurator
    answers: Path
    held: list[Measured] = field(default_factory=list)
    rows: int = 0

    def measure(self, number: int) -> bool:
        """Measures a round, when those before it were measured and evolved; says whether there is such a round."""
        job, mechanism = self.problem.job, self.problem.mechanism
        former = read_codes_file(codes_file(self.folder.path, number - 1)) if number else None
        known_rows = private_rows(job, self.held) if number else 0.0
        found = mechanism.measurements_of_round(number, self.curator, tuple(self.held), former, known_rows)
        self.held += found
        if number >= mechanism.rounds - 1:
            self.curator.forget()
        if number == 0:
            self.rows = table_rows(job, self.problem.schema, private_rows(job, self.held))
        return bool(found)

    def writer(self) -> RunWriter:
        """Returns the writer of the run, at its last checkpoint."""
        job = self.problem.job
        space = self.problem.space(island_rows(job, self.rows)).build()
        return RunWriter(self.folder, space, OBJECTIVES, island_config(job), str, job.output.checkpoint_seconds)

    def evolve(self, writer: RunWriter, stop: threading.Event) -> str:
        """Evolves round after round, measuring in between; returns why the last one stopped."""
        setup = self.setup(writer)
        workers = open_workers(setup, self.worker_config())
        try:
            while True:
                reason = self.evolve_round(setup, workers, writer, stop)
                if reason is StopReason.REQUEST:
                    return str(reason)
                if not self.measure(writer.progress.stage.number + 1):
                    return ENDED if is_evolved(self.problem.job, writer.progress) else str(reason)
                writer.begin_stage()
                setup = self.setup(writer)
                workers.turn_to(setup)
        finally:
            workers.close()

    def evolve_round(
        self, setup: SearchSetup, workers: Workers, writer: RunWriter, stop: threading.Event
    ) -> StopReason:
        """Evolves the round under way and writes down the codes of its winner."""
        writer.start_clock()
        outcome = search(setup, workers, writer, writer.states, writer.failures, stop)
        writer.stop_clock()
        writer.checkpoint()
        codes = winner(writer.states, self.problem.job.islands.layout, self.rows)
        if codes is not None:
            write_codes(codes_file(self.folder.path, writer.progress.stage.number), codes)
        elif outcome.reason is not StopReason.REQUEST:
            raise ValueError(f"{outcome.reason} before a table was made; give more: primordia resume RUN --minutes M")
        return outcome.reason

    def write_table(self, number: int) -> None:
        """Writes the synthetic table, if the round under way has one."""
        file, job = codes_file(self.folder.path, number), self.problem.job
        if file.exists():
            assert job.search.seed is not None
            path = synthetic_path(self.folder.path, job)
            write_synthetic_table(path, read_codes_file(file), self.problem.schema, job.search.seed)

    def setup(self, writer: RunWriter) -> SearchSetup:
        """Returns the search of the round under way."""
        job, number = self.problem.job, writer.progress.stage.number
        before = codes_file(self.folder.path, number - 1 if number else START)
        return SearchSetup(
            self.problem.space(island_rows(job, self.rows), before if before.exists() else None),
            self.problem.evaluator(
                self.answers, self.held, private_rows(job, self.held), evolution_config(job, number)
            ),
            search_config(job, writer.progress, self.problem.mechanism.rounds),
        )

    def worker_config(self) -> WorkerConfig:
        """Returns the settings of the workers: no more than there are islands, and memory for their tables."""
        job, num_columns = self.problem.job, len(self.problem.schema.columns)
        assert job.workers.num is not None
        useful = replace(job.workers, num=min(job.workers.num, job.islands.count))
        config = worker_config(useful, table_environment(job.evolution))
        needed = _TABLES_HELD * job.islands.count * 4 * self.rows * num_columns
        store = max(config.object_store_bytes, min(needed, _LARGEST_STORE_BYTES))
        return replace(config, object_store_bytes=store)
