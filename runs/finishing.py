"""What follows a search that has come to its end."""

from __future__ import annotations

from engine.budget import StopReason
from runs.dispatch import open_run
from runs.run import Run


def finished(run: Run) -> Run:
    """Returns the run after what its job asks for was done, unless a signal had stopped the search."""
    if run.manifest.reason != StopReason.REQUEST:
        for step, result in run.finish():
            run.folder.event(step, result=result)
    return open_run(run.path)
