"""A run as its reader sees it, whatever was searched: settings, progress, status, tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from engine.protocols import Objective
from runs.folder.checkpoint import Progress, read_progress
from runs.folder.front_file import FrontRow, read_front_file
from runs.folder.lookup import RowData, RowLookup
from runs.folder.run_folder import Manifest, RunFolder

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


class Run(ABC):
    """One run folder, open for reading.

    Attributes:
        kind: the kind of search that the class reads.
        folder: where its files lie.
        manifest: what run.toml said when the run was opened.
        progress: how far it had come then.
    """

    kind: ClassVar[str]

    def __init__(self, path: Path | str) -> None:
        """Opens a run folder.

        Raises:
            ValueError: naming the file when the folder is no run, of another kind, broken, or of a newer format.
        """
        self.folder = RunFolder(Path(path))
        self.manifest: Manifest = self.folder.manifest()
        found = self.manifest.job.kind
        if found != self.kind:
            raise ValueError(f"run {str(path)!r} is one of {found}, this needs one of {self.kind}; give another run")
        self.progress: Progress = read_progress(self.folder.checkpoint)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

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
    def objectives(self) -> tuple[Objective, ...]:
        """What the figures of the front mean, in order."""
        return self._front_file[0]

    def table(self) -> Any:
        """Returns the evaluation table as a ``pyarrow.dataset.Dataset``, one row per candidate."""
        from pyarrow import dataset

        return dataset.dataset(str(self.folder.evaluations), format="parquet")

    def scored_row(self, identity: int) -> RowData:
        """Returns the row of a scored candidate in the evaluation table.

        Raises:
            ValueError: when there is no such candidate, or it was not scored.
        """
        row = RowLookup(self.folder.evaluations).find(identity) if identity < self.progress.rows else None
        if row is None:
            raise ValueError(f"run {str(self.path)!r} has no candidate {identity}; see the ids in `primordia show`")
        if row["status"] != "scored":
            raise ValueError(f"candidate {identity} was not scored but {row['status']}; take a scored one")
        return row

    @property
    @abstractmethod
    def headline(self) -> str:
        """What came of the search, in one line."""

    @abstractmethod
    def results(self) -> RenderableType | None:
        """Returns what a search shows when it has ended; None when it found nothing."""

    @abstractmethod
    def view(self, which: str | None = None) -> RenderableType:
        """Returns what ``primordia show`` prints.

        Args:
            which: one of its candidates; None for the run as a whole.

        Raises:
            ValueError: when there is no such candidate.
        """

    @abstractmethod
    def finish(self, console: Console | None = None) -> Iterator[tuple[str, str]]:
        """Does what the job asks for after the search, step by step; yields each step's name and what came of it.

        Args:
            console: where long steps show how they come along; None for nowhere.
        """

    @abstractmethod
    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: folders of other runs to compare with.

        Raises:
            ValueError: when one of them is no run, broken, or cannot be compared.
        """

    @abstractmethod
    def export(self, which: str | None, language: str, path: Path | str | None = None) -> Path:
        """Writes a candidate as source code that imports nothing of Primordia, and returns the file.

        Args:
            which: the candidate; None for the winner, where there is one.
            language: one that this kind of search can be written in.
            path: the file to create; by default in the run folder.

        Raises:
            ValueError: when the file exists, or the candidate or the language is unknown.
        """

    @cached_property
    def _front_file(self) -> tuple[tuple[Objective, ...], tuple[FrontRow, ...]]:
        if not self.folder.front.exists() and not self.progress.number:
            return (), ()
        return read_front_file(self.folder.front)
