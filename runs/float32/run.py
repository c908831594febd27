"""A run of a search for machine programs: its front and every candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runs.float32.found_program import FoundProgram
from runs.float32.job import Float32FunctionsJob
from runs.float32.speed import SPEED_FILE, read_speed
from runs.folder.lookup import RowData, RowLookup, ancestors
from runs.run import Run

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from evaluators.float32_functions.targets import MachineTarget
    from runs.float32.speed import Speed

BEST = "best"
"""Names the program to use."""


class Float32Run(Run):
    """One run folder of a search for machine programs, open for reading."""

    kind = "float32_functions"

    @property
    def job(self) -> Float32FunctionsJob:
        """What the search was asked to do."""
        assert isinstance(self.manifest.job, Float32FunctionsJob)
        return self.manifest.job

    @cached_property
    def target(self) -> MachineTarget:
        """The function that the programs compute, with its domain."""
        from runs.float32.problem import job_target

        return job_target(self.job.target)

    @cached_property
    def front(self) -> tuple[FoundProgram, ...]:
        """The programs of the Pareto front, the cheapest first."""
        return tuple(self._found(row.id, row.objectives, row.genome) for row in self._front_file[1])

    @cached_property
    def speed(self) -> Speed | None:
        """How fast the best program was beside jnp's function, None before it was timed.

        Raises:
            ValueError: naming the file when it is broken.
        """
        return read_speed(self.path / SPEED_FILE)

    def program(self, which: int | str = BEST) -> FoundProgram:
        """Returns one program.

        Args:
            which: a candidate's id, or ``best``.

        Raises:
            ValueError: when there is no such program, or it was not scored.
        """
        text = str(which).strip()
        if text == BEST:
            return self.best()
        if not text.isdecimal():
            raise ValueError(f"{text!r} is no program; give the id of a candidate such as 1234, or {BEST}")
        found = next((found for found in self.front if found.id == int(text)), None)
        return found or self._from_table(int(text))

    def best(self) -> FoundProgram:
        """Returns the program to use: the cheapest whose error is within the bound, as far as is known.

        Where none is, the most exact one.

        Raises:
            ValueError: when the front is empty.
        """
        if not self.front:
            raise ValueError(f"run {str(self.path)!r} has no program yet; let it search longer: primordia resume")
        bound = self.job.target.max_ulp
        return min(self.front, key=lambda found: (max(found.max_ulp, bound), found.cost, found.max_ulp))

    def lineage(self, which: int | str) -> list[RowData]:
        """Returns the rows of a program and its ancestors in the evaluation table, youngest first."""
        return ancestors(RowLookup(self.folder.evaluations), self.program(which).id)

    @property
    def headline(self) -> str:
        """What came of the search, in one line."""
        from runs.float32.view.run_view import headline

        return headline(self)

    def results(self) -> RenderableType | None:
        """Returns the protocols, the front and the speed of its best program, None when the front is empty."""
        from runs.float32.view.run_view import results

        return results(self) if self.front else None

    def view(self, which: str | None = None) -> RenderableType:
        """Returns what ``primordia show`` prints of the run, or of one of its programs.

        Args:
            which: as for :meth:`program`; None for the run as a whole.

        Raises:
            ValueError: when there is no such program, or it was not scored.
        """
        if which is None:
            from runs.float32.view.run_view import run_view

            return run_view(self)
        from runs.float32.view.program_view import program_view

        return program_view(self.program(which))

    def finish(self, console: Console | None = None) -> Iterator[tuple[str, str]]:
        """Checks, times, exports and reports as the job asks; yields each step's name and what came of it.

        Args:
            console: where the checks show how they come along; None for nowhere.
        """
        from runs.float32.finishing import finish

        return finish(self, console)

    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: folders of other runs for the same target, whose fronts the report draws beside this one's.

        Raises:
            ValueError: when one of them is no run, broken, or of another target.
        """
        from runs.float32.report.gather import write_run_report

        return write_run_report(self, [Float32Run(path) for path in against])

    def export(self, which: str | None, language: str, path: Path | str | None = None) -> Path:
        """Writes a program as source code, with a test file beside it, and returns the program's file.

        Args:
            which: as for :meth:`program`; None for the best.
            language: one of :func:`runs.float32.export.languages`.
            path: the file to create; by default in the run folder.

        Raises:
            ValueError: when there is no such program, the file exists or the language is unknown.
        """
        return self.program(which or BEST).export(language, path)

    def _found(self, identity: int, objectives: tuple[float, ...], genome: str) -> FoundProgram:
        figures = {o.name: value for o, value in zip(self.objectives, objectives, strict=True)}
        return FoundProgram(identity, figures, genome, self)

    def _from_table(self, identity: int) -> FoundProgram:
        row = self.scored_row(identity)
        return self._found(identity, tuple(row[objective.name] for objective in self.objectives), row["genome"])
