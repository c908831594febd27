"""What follows a search for synthetic data: the report, the exports and the private look that the job asks for."""

from __future__ import annotations

from collections.abc import Iterator

from runs.synthesis.run import SynthesisRun


def finish(run: SynthesisRun) -> Iterator[tuple[str, str]]:
    """Does what the job asks for, step by step; a step that fails does not keep the next one from being done.

    Args:
        run: a run whose search has finished.

    Yields:
        per step its name (``table``, ``export``, ``report``, ``private``) and what came of it, the error in words where
        it failed.
    """
    output = run.job.output
    yield "table", str(run.table_path)
    for language in output.export:
        try:
            yield "export", str(run.export(None, language))
        except ValueError as error:
            yield "export", f"to {language} failed: {error}"
    if output.report:
        yield "report", str(run.report())
    if output.private_evaluation or output.private_classifier:
        from runs.synthesis.evaluation import write_evaluation

        yield "private", str(write_evaluation(run))
