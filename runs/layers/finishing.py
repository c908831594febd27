"""What follows a search for layers: the ranking, the exports and the report that the job asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from rich.console import Console

from runs.layers.ranking.progress import shown_on
from runs.layers.ranking.ranking import rank
from runs.layers.ranking.view import winner_lines
from runs.layers.run import LayersRun


def finish(run: LayersRun, console: Console | None) -> Iterator[tuple[str, str]]:
    """Does what the job asks for, step by step; a step that fails does not keep the next one from being done.

    Args:
        run: a run whose search has finished.
        console: where the trainings of the ranking are shown; None for nowhere.

    Yields:
        per step its name (``rank``, ``export``, ``report``) and what came of it, the error in words where it failed.
    """
    if not run.front:
        yield "front", f"no layer was scored; search longer: primordia resume {run.path} --minutes N"
        return
    if run.job.ranking.finalists:
        yield "rank", _ranked(run, console)
        run = LayersRun(run.path)
    for language in run.job.output.export:
        try:
            yield "export", str(run.best().export(language))
        except ValueError as error:
            yield "export", f"to {language} failed: {error}"
    if run.job.output.report:
        yield "report", str(run.report())


def _ranked(run: LayersRun, console: Console | None) -> str:
    try:
        with nullcontext() if console is None else shown_on(console) as progress:
            return "; ".join(winner_lines(rank(run, progress)))
    except (ValueError, RuntimeError) as error:
        return f"failed: {error}"
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"the search is over; go on with: primordia rank {run.path}") from None
