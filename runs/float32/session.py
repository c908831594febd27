"""A session: one stretch of searching for machine programs, from a job or a checkpoint to a stopped run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.selection import build_strategy
from runs.display import MakeDisplay
from runs.float32.job import Float32FunctionsJob
from runs.float32.problem import job_problem
from runs.float32.run import Float32Run
from runs.session import Searched, require_cluster, resume_search, start_search
from search_spaces.float32_functions.formula import formula_text
from search_spaces.float32_functions.typed_program import decode


def start(job: Float32FunctionsJob, make_display: MakeDisplay | None = None) -> Float32Run:
    """Searches until the budget is spent or a signal asks to stop, and returns the run.

    Args:
        job: the job; open choices are made now.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when the job is refused, the output folder exists or the disk is full.
    """
    return Float32Run(start_search(job, _checked, make_display))


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> Float32Run:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or its budget is spent.
    """
    resume_search(path, options, _checked, make_display)
    return Float32Run(path)


def _checked(job: Float32FunctionsJob) -> Searched:
    """Returns what a job searches, refusing now what would otherwise fail in a worker or after the search."""
    problem = job_problem(job)
    problem.space.build()
    build_strategy(job.selection, job.variation, problem.objectives)
    if job.output.export:
        from runs.float32.export import suffix

        for language in job.output.export:
            suffix(language)
    require_cluster(job.workers)
    return Searched(
        title=problem.title,
        space=problem.space,
        evaluator=problem.evaluator,
        objectives=problem.objectives,
        islands=job.islands,
        selection=job.selection,
        variation=job.variation,
        formula=_formula,
    )


def _formula(genome: str) -> str:
    return formula_text(decode(genome))
