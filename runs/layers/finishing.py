"""What follows a search for layers: the ranking, the exports and the report that the job asks for."""

from __future__ import annotations

from collections.abc import Iterator

from runs.layers.run import LayersRun


def finish(run: LayersRun) -> Iterator[tuple[str, str]]:
    """Does what the job asks for, step by step; a step that fails does not keep the next one from being done.

    Args:
        run: a run whose search has finished.

    Yields:
        per step its name and what came of it, the error in words where it failed.
    """
    if not run.front:
        yield "front", "no layer was scored; search longer, or lower --steps or --width"
        return
    for language in run.job.output.export:
        try:
            yield "export", str(run.best().export(language))
        except ValueError as error:
            yield "export", f"to {language} failed: {error}"
