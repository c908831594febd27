"""``primordia search`` and ``resume`` on a terminal: the search, what follows it, and what is said about it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from rich.console import Console

from engine.budget import StopReason
from runs.command.board import display_for
from runs.command.tables import console
from runs.dispatch import open_run, resume, start
from runs.job.job import Job
from runs.run import Run

INTERRUPTED = 128 + signal.SIGINT


def run_search(job: Job) -> int:
    """Runs a job to its end, or until a signal asks to stop; returns the exit code."""
    return _conclude(start(job, lambda formula: display_for(console(), formula)))


def run_resume(path: Path, options: dict[str, Any]) -> int:
    """Goes on with a run; returns the exit code."""
    return _conclude(resume(path, options, lambda formula: display_for(console(), formula)))


def _conclude(run: Run) -> int:
    output = console()
    output.print(run.headline, soft_wrap=True, markup=False)
    if run.manifest.reason == StopReason.REQUEST:
        _print_results(output, run)
        output.print(f"run  {run.path}\ngo on with: primordia resume {run.path}", soft_wrap=True, markup=False)
        return INTERRUPTED
    steps = list(run.finish(output))
    _print_results(output, open_run(run.path))
    for name, result in (("run", str(run.path)), *steps):
        output.print(f"{name:<7} {result}", soft_wrap=True, markup=False)
    return 0


def _print_results(output: Console, run: Run) -> None:
    results = run.results()
    if results is not None:
        output.print(results)
