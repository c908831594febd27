"""A run of a search for a function: its front of programs and every candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.lookup import RowData, RowLookup, ancestors
from runs.functions.found_program import FoundProgram
from runs.functions.job import RealFunctionsJob
from runs.run import Run

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from evaluators.targets import Target


FLOAT64_ROUNDING = 2.0**-53
"""The largest relative error of rounding a real number to float64; a smaller error is lost in it."""


class FunctionRun(Run):
    """One run folder of a search for a function, open for reading."""

    kind = "real_functions"

    @property
    def job(self) -> RealFunctionsJob:
        """What the search was asked to do."""
        assert isinstance(self.manifest.job, RealFunctionsJob)
        return self.manifest.job

    @cached_property
    def target(self) -> Target:
        """The function that the programs approximate, with its domain and metric."""
        from runs.functions.problem import job_target

        return job_target(self.job.function)

    @cached_property
    def front(self) -> tuple[FoundProgram, ...]:
        """The programs of the Pareto front, sorted by their objectives."""
        return tuple(self._found(row) for row in self._front_file[1])

    @cached_property
    def programs(self) -> dict[int, FoundProgram]:
        """The best program of each size on the front, by its number of operations."""
        return {found.operations: found for found in reversed(self.front)}

    def program(self, which: int | str) -> FoundProgram:
        """Returns one program.

        Args:
            which: a candidate's id, or a size such as ``8ops`` for the front's program of 8 operations.

        Raises:
            ValueError: when there is no such program, or it was not scored.
        """
        text = str(which).strip()
        size = re.fullmatch(r"(\d+) ?(ops?|operations?)", text)
        if size:
            return self._of_size(int(size[1]))
        if not text.isdecimal():
            raise ValueError(f"{text!r} is no program; give an id such as 1234 or a size such as 8ops")
        for found in self.front:
            if found.id == int(text):
                return found
        return self._from_table(int(text))

    def best(self) -> FoundProgram:
        """Returns the program to use in float64: the shortest whose error is below half a unit in the last place.

        Where none is so exact, the most exact one.

        Raises:
            ValueError: when the front is empty.
        """
        if not self.front:
            raise ValueError(f"run {str(self.path)!r} has no program yet; let it search longer: primordia resume")
        return min(self.front, key=lambda found: (max(found.error, FLOAT64_ROUNDING), found.operations))

    def lineage(self, which: int | str) -> list[RowData]:
        """Returns the rows of a program and its ancestors in the evaluation table, youngest first."""
        return ancestors(RowLookup(self.folder.evaluations), self.program(which).id)

    def prove(self) -> FunctionRun:
        """Proves every program of the front, notes the bounds in front.parquet and returns the run read anew.

        A program that cannot be proven, since it has a pole in the domain, keeps an empty bound.
        """
        rows = [self._proven(row) for row in self._front_file[1]]
        write_front_file(self.folder.front, self.objectives, rows)
        return FunctionRun(self.path)

    @property
    def headline(self) -> str:
        """What came of the search, in one line."""
        from runs.functions.view.run_view import headline

        return headline(self)

    def results(self) -> RenderableType | None:
        """Returns the front as a table, None when it is empty."""
        from runs.functions.view.run_view import front_of

        return front_of(self) if self.front else None

    def view(self, which: str | None = None) -> RenderableType:
        """Returns what ``primordia show`` prints of the run, or of one of its programs.

        Args:
            which: as for :meth:`program`; None for the run as a whole.

        Raises:
            ValueError: when there is no such program, or it was not scored.
        """
        if which is None:
            from runs.functions.view.run_view import run_view

            return run_view(self)
        from runs.functions.view.program_view import program_view

        return program_view(self, which)

    def finish(self, console: Console | None = None) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - no step is long
        """Proves, exports and reports as the job asks; yields each step's name and what came of it."""
        from runs.functions.finishing import finish

        return finish(self)

    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: folders of other runs of the same function, whose fronts the report draws beside this one's.

        Raises:
            ValueError: when one of them is no run, broken, or of another function, domain or metric.
        """
        from runs.report.gather import write_run_report

        return write_run_report(self, [FunctionRun(path) for path in against])

    def export(self, which: str | None, language: str, path: Path | str | None = None) -> Path:
        """Writes a program as source code, proven first where it has no bound yet, and returns the file.

        Args:
            which: as for :meth:`program`.
            language: one of :func:`runs.export.languages`.
            path: the file to create; by default in the run folder.

        Raises:
            ValueError: when no program is named, the file exists or the language is unknown.
        """
        if which is None:
            raise ValueError(f"export of run {str(self.path)!r} needs a program; give an id or a size such as 8ops")
        return self.program(which).export(language, path)

    def _found(self, row: FrontRow) -> FoundProgram:
        figures = {o.name: value for o, value in zip(self.objectives, row.objectives, strict=True)}
        return FoundProgram(row.id, figures, row.genome, row.formula, row.measured, row.proven, self)

    def _of_size(self, operations: int) -> FoundProgram:
        if operations not in self.programs:
            sizes = ", ".join(map(str, sorted(self.programs))) or "none yet"
            raise ValueError(f"the front has no program of {operations} operations; it has: {sizes}")
        return self.programs[operations]

    def _from_table(self, identity: int) -> FoundProgram:
        row = self.scored_row(identity)
        figures = {objective.name: row[objective.name] for objective in self.objectives}
        return FoundProgram(identity, figures, row["genome"], "", None, None, self)

    def _proven(self, row: FrontRow) -> FrontRow:
        try:
            proof = self._found(row).prove()
        except ValueError as error:
            self.folder.event("unproven", id=row.id, cause=str(error))
            return row
        return replace(row, measured=proof.measured, proven=proof.bound)
