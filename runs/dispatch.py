"""Searches and runs of any kind, handed to the code of their kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runs.display import MakeDisplay
from runs.folder.run_folder import RunFolder
from runs.job.job import Job
from runs.kinds import KINDS
from runs.run import Run


def start(job: Job, make_display: MakeDisplay | None = None) -> Run:
    """Searches until the budget is spent or a signal asks to stop, and returns the run.

    Args:
        job: the job; open choices are made now.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when the job is refused, the output folder exists or the disk is full.
    """
    return KINDS[job.kind].start(job, make_display)


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> Run:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or its budget is spent.
    """
    return RunFolder(path).kind().resume(path, options, make_display)


def open_run(path: Path) -> Run:
    """Opens a run folder for reading.

    Raises:
        ValueError: naming the file when the folder is no run, broken, or of a newer format.
    """
    return RunFolder(path).kind().open(path)
