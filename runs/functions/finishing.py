"""What follows a search for a function: the proofs, the report and the exports that the job asks for."""

from __future__ import annotations

from collections.abc import Iterator

from runs.functions.run import FunctionRun


def finish(run: FunctionRun) -> Iterator[tuple[str, str]]:
    """Does what the job asks for, step by step; a step that fails does not keep the next one from being done.

    Args:
        run: a run whose search has finished.

    Yields:
        per step its name (``prove``, ``report``, ``export``) and what came of it, the error in words where it failed.
    """
    output = run.job.output
    if not run.front:
        yield "front", "no program was scored; search longer, or check that the domain suits the function"
        return
    if output.prove:
        run = run.prove()
        unproven = sum(found.proven is None for found in run.front)
        yield "prove", f"{len(run.front) - unproven} of {len(run.front)} programs proven"
    for language in output.export:
        try:
            yield "export", str(run.best().export(language))
        except ValueError as error:
            yield "export", f"to {language} failed: {error}"
    if output.report:
        yield "report", str(run.report())
