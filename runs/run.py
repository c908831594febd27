"""A run as its reader sees it: settings, progress, the front and every candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.protocols import Objective
from runs.folder.checkpoint import Progress, read_progress
from runs.folder.front_file import FrontRow, read_front_file, write_front_file
from runs.folder.lookup import RowData, RowLookup, ancestors
from runs.folder.run_folder import Manifest, RunFolder
from runs.found_program import FoundProgram

if TYPE_CHECKING:
    from evaluators.targets import Target


FLOAT64_ROUNDING = 2.0**-53
"""The largest relative error of rounding a real number to float64; a smaller error is lost in it."""


class Run:
    """One run folder, open for reading.

    Attributes:
        folder: where its files lie.
        manifest: what run.toml said when the run was opened.
        progress: how far it had come then.
    """

    def __init__(self, path: Path | str) -> None:
        """Opens a run folder.

        Raises:
            ValueError: naming the file when the folder is no run, broken, or of a newer format.
        """
        self.folder = RunFolder(Path(path))
        self.manifest: Manifest = self.folder.manifest()
        self.progress: Progress = read_progress(self.folder.checkpoint)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.folder.path

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.resolve().name

    @property
    def status(self) -> str:
        """``running``, the reason why it stopped, or ``killed``."""
        return self.folder.status(self.manifest)

    @cached_property
    def target(self) -> Target:
        """The function that the programs approximate, with its domain and metric."""
        from runs.job.problem import job_target

        return job_target(self.manifest.job.function)

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """What the figures of the front mean, in order."""
        return self._front_file[0]

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

    def table(self) -> Any:
        """Returns the evaluation table as a ``pyarrow.dataset.Dataset``, one row per candidate."""
        from pyarrow import dataset

        return dataset.dataset(str(self.folder.evaluations), format="parquet")

    def prove(self) -> Run:
        """Proves every program of the front, notes the bounds in front.parquet and returns the run read anew.

        A program that cannot be proven, since it has a pole in the domain, keeps an empty bound.
        """
        rows = [self._proven(row) for row in self._front_file[1]]
        write_front_file(self.folder.front, self.objectives, rows)
        return Run(self.path)

    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: folders of other runs of the same function, whose fronts the report draws beside this one's.

        Raises:
            ValueError: when one of them is no run, broken, or of another function, domain or metric.
        """
        from runs.report.gather import write_run_report

        return write_run_report(self, [Run(path) for path in against])

    @cached_property
    def _front_file(self) -> tuple[tuple[Objective, ...], tuple[FrontRow, ...]]:
        if not self.folder.front.exists() and not self.progress.number:
            return (), ()
        return read_front_file(self.folder.front)

    def _found(self, row: FrontRow) -> FoundProgram:
        figures = {o.name: value for o, value in zip(self.objectives, row.objectives, strict=True)}
        return FoundProgram(row.id, figures, row.genome, row.formula, row.measured, row.proven, self)

    def _of_size(self, operations: int) -> FoundProgram:
        if operations not in self.programs:
            sizes = ", ".join(map(str, sorted(self.programs))) or "none yet"
            raise ValueError(f"the front has no program of {operations} operations; it has: {sizes}")
        return self.programs[operations]

    def _from_table(self, identity: int) -> FoundProgram:
        row = RowLookup(self.folder.evaluations).find(identity) if identity < self.progress.rows else None
        if row is None:
            raise ValueError(f"run {str(self.path)!r} has no candidate {identity}; see the ids in `primordia show`")
        if row["status"] != "scored":
            raise ValueError(f"candidate {identity} was not scored but {row['status']}; take a scored one")
        figures = {objective.name: row[objective.name] for objective in self.objectives}
        return FoundProgram(identity, figures, row["genome"], "", None, None, self)

    def _proven(self, row: FrontRow) -> FrontRow:
        try:
            proof = self._found(row).prove()
        except ValueError as error:
            self.folder.event("unproven", id=row.id, cause=str(error))
            return row
        return replace(row, measured=proof.measured, proven=proof.bound)
