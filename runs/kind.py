"""A kind of search: what the command and the run folder must know of it, free of heavy imports."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runs.command.command import Argument, Command

if TYPE_CHECKING:
    from runs.display import MakeDisplay
    from runs.job.job import Job
    from runs.run import Run


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of search; its code is named as ``module:name`` and imported when it is needed.

    Attributes:
        name: of its search space and evaluator, and as run.toml holds it.
        title: what it searches, in a few words.
        section: the section of a job file by which the kind is known.
        named: the key that a name on the command line sets, such as ``function.name``; empty when it sets none.
        names: by which it is called on the command line, the default first; none where its job knows the names.
        options: the job's key that each option of ``primordia search`` and keyword of :func:`primordia.search` sets.
        arguments: the options of ``primordia search`` that not every kind has.
        commands: further subcommands.
        default_minutes: the budget of a job that gives none; None when its search ends by itself.
        job: the class of its jobs.
        session: the module of its ``start`` and ``resume``.
        run: the class of its runs.
        noted: keys of the job that are noted at the start of a run, and that no command line says.
    """

    name: str
    title: str
    section: str
    named: str
    names: tuple[str, ...]
    options: Mapping[str, str]
    arguments: tuple[Argument, ...]
    commands: tuple[Command, ...]
    default_minutes: float | None
    job: str
    session: str
    run: str
    noted: tuple[str, ...] = ()

    def job_type(self) -> type[Job]:
        """Returns the class of its jobs."""
        found: type[Job] = _imported(self.job)
        return found

    def start(self, job: Job, make_display: MakeDisplay | None = None) -> Run:
        """Searches until the budget is spent or a signal asks to stop, and returns the run.

        Args:
            job: of this kind; open choices are made now.
            make_display: shows the search as it goes; nothing is shown without it.

        Raises:
            ValueError: when the job is refused, the output folder exists or the disk is full.
        """
        run: Run = _imported(f"{self.session}:start")(job, make_display)
        return run

    def resume(self, path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> Run:
        """Goes on with a run from its last checkpoint.

        Args:
            path: the run folder.
            options: of ``primordia resume``, replacing the job's.
            make_display: as for :meth:`start`.

        Raises:
            ValueError: when another process is writing to the run, or its budget is spent.
        """
        run: Run = _imported(f"{self.session}:resume")(path, options, make_display)
        return run

    def open(self, path: Path) -> Run:
        """Opens a run folder for reading.

        Raises:
            ValueError: naming the file when the folder is broken or of a newer format.
        """
        run: Run = _imported(self.run)(path)
        return run


def _imported(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
