"""``primordia search`` and ``resume`` on a terminal: the search, what follows it, and what is said about it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from engine.budget import StopReason
from runs.command.board import display_for
from runs.command.run_view import front_of, savings_text
from runs.command.tables import console
from runs.finishing import finish
from runs.job.job import Job
from runs.run import Run
from runs.session import resume, start
from runs.text import count_text, duration_text

INTERRUPTED = 128 + signal.SIGINT


def run_search(job: Job) -> int:
    """Runs a job to its end, or until a signal asks to stop; returns the exit code."""
    return _conclude(start(job, lambda formula: display_for(console(), formula)))


def run_resume(path: Path, options: dict[str, Any]) -> int:
    """Goes on with a run; returns the exit code."""
    return _conclude(resume(path, options, lambda formula: display_for(console(), formula)))


def _conclude(run: Run) -> int:
    output, progress = console(), run.progress
    speed = progress.rows / progress.seconds if progress.seconds else 0.0
    said = (
        f"{run.manifest.reason}: {count_text(progress.rows)} candidates in {duration_text(progress.seconds)}, "
        f"{count_text(round(speed))}/s; {savings_text(progress.counts)}"
    )
    output.print(said, soft_wrap=True, markup=False)
    if run.manifest.reason == StopReason.REQUEST:
        if run.front:
            output.print(front_of(run))
        output.print(f"run  {run.path}\ngo on with: primordia resume {run.path}", soft_wrap=True, markup=False)
        return INTERRUPTED
    steps = list(finish(run))
    if run.front:
        output.print(front_of(Run(run.path)))
    for name, result in (("run", str(run.path)), *steps):
        output.print(f"{name:<7} {result}", soft_wrap=True, markup=False)
    return 0
