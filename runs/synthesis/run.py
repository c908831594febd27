"""A run of a search for synthetic data: its schema, its ledger, and the table that it made."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runs.privacy.ledger_text import LEDGER_FILE
from runs.run import Run
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.schema_file import SCHEMA_FILE, read_schema

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from runs.privacy.ledger_text import LedgerText
    from runs.synthesis.problem import Problem
    from search_spaces.synthetic_data.grid import Codes
    from search_spaces.synthetic_data.schema import Schema


ENDED = "the evolution came to its end"
"""Why a search stopped that had time enough."""


class SynthesisRun(Run):
    """One run folder of a search for synthetic data, open for reading; the private table is not needed for it."""

    kind = "synthetic_data"

    @property
    def job(self) -> SyntheticDataJob:
        """What the search was asked to do."""
        assert isinstance(self.manifest.job, SyntheticDataJob)
        return self.manifest.job

    @property
    def table_path(self) -> Path:
        """The file of the synthetic table."""
        return synthetic_path(self.path, self.job)

    @property
    def ledger_folder(self) -> Path:
        """The folder in which the ledger and the noisy answers lie."""
        return ledger_folder(self.path, self.job)

    @cached_property
    def schema(self) -> Schema:
        """The columns and constraints."""
        return read_schema(self.path / SCHEMA_FILE)

    @cached_property
    def problem(self) -> Problem:
        """The workload and the mechanism that asked it."""
        from runs.synthesis.problem import job_problem

        return job_problem(self.job, self.schema)

    @cached_property
    def ledger(self) -> LedgerText:
        """What was spent, as the ledger says."""
        from runs.privacy.ledger_text import read_ledger

        return read_ledger(self.ledger_folder / LEDGER_FILE)

    @cached_property
    def codes(self) -> Codes:
        """The codes of the synthetic table, int32 ``(rows, columns)``.

        Raises:
            ValueError: when there is no table yet.
        """
        from runs.synthesis.winner import codes_file, read_codes_file

        return read_codes_file(codes_file(self.path, self.progress.stage.number))

    @property
    def loss(self) -> float | None:
        """The normalized loss of the best table so far, None when there is none: about 1 is what the noise explains."""
        return min((entry.objectives[-1] for entry in self.progress.front), default=None)

    @property
    def headline(self) -> str:
        """What came of the search, in one line."""
        from runs.synthesis.view.run_view import headline

        return headline(self)

    def results(self) -> RenderableType | None:
        """Returns what was spent on what, None when there is no table."""
        from runs.synthesis.view.run_view import spending

        return spending(self) if self.progress.front else None

    def view(self, which: str | None = None) -> RenderableType:
        """Returns what ``primordia show`` prints of the run.

        Args:
            which: must be None, for a run has one table.

        Raises:
            ValueError: when a candidate is named.
        """
        if which is not None:
            raise ValueError(f"run {str(self.path)!r} has one table, so show it without {which!r}")
        from runs.synthesis.view.run_view import run_view

        return run_view(self)

    def finish(self, console: Console | None = None) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - no step is long
        """Exports, reports and evaluates as the job asks; yields each step's name and what came of it."""
        from runs.synthesis.finishing import finish

        return finish(self)

    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: must be empty.

        Raises:
            ValueError: when other runs are named, or there is no table yet.
        """
        if tuple(against):
            raise ValueError("the report of a synthetic table is of one run; leave --against out")
        path: Path = importlib.import_module("runs.synthesis.report.gather").write_run_report(self)
        return path

    def export(self, which: str | None, language: str, path: Path | str | None = None) -> Path:
        """Writes a module that loads the table with its schema and the evidence, and returns the file.

        Args:
            which: must be None, for a run has one table.
            language: one of those in :mod:`runs.synthesis.export`.
            path: the file to create; by default in the run folder.

        Raises:
            ValueError: when a candidate is named, the file exists or the language is unknown.
        """
        if which is not None:
            raise ValueError(f"run {str(self.path)!r} has one table, so export it without {which!r}")
        place = None if path is None else Path(path)
        written: Path = importlib.import_module("runs.synthesis.export").export_table(self, language, place)
        return written


def synthetic_path(run: Path, job: SyntheticDataJob) -> Path:
    """Returns the file of the synthetic table of a run."""
    return run / f"synthetic.{job.table.format}"


def ledger_folder(run: Path, job: SyntheticDataJob) -> Path:
    """Returns the folder in which a run's ledger and noisy answers lie: its own, or the one that its job names."""
    if not job.privacy.ledger:
        return run
    named = Path(job.privacy.ledger)
    return named.parent if named.name == LEDGER_FILE else named
