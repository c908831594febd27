"""A session: one stretch of searching for a function, from a job or a checkpoint to a stopped run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.selection import build_strategy
from runs.display import MakeDisplay
from runs.functions.job import RealFunctionsJob
from runs.functions.problem import job_problem
from runs.functions.run import FunctionRun
from runs.session import Searched, require_cluster, resume_search, start_search
from search_spaces.formula import formula_text
from search_spaces.program import decode


def start(job: RealFunctionsJob, make_display: MakeDisplay | None = None) -> FunctionRun:
    """Searches until the budget is spent or a signal asks to stop, and returns the run.

    Args:
        job: the job; open choices are made now.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when the job is refused, the output folder exists or the disk is full.
    """
    return FunctionRun(start_search(job, _checked, make_display))


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> FunctionRun:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or its budget is spent.
    """
    resume_search(path, options, _checked, make_display)
    return FunctionRun(path)


def _checked(job: RealFunctionsJob) -> Searched:
    """Returns what a job searches, refusing now what would otherwise fail in a worker or after the search."""
    problem = job_problem(job)
    problem.space.build()
    build_strategy(job.selection, job.variation, problem.objectives)
    if job.output.export:
        from runs.export import suffix

        for language in job.output.export:
            suffix(language)
    require_cluster(job.workers)
    target = job.budget.target_error
    return Searched(
        title=problem.title,
        space=problem.space,
        evaluator=problem.evaluator,
        objectives=problem.objectives,
        islands=job.islands,
        selection=job.selection,
        variation=job.variation,
        formula=_formula,
        targets=() if target is None else ((*(math.inf for _ in problem.objectives[1:]), target),),
    )


def _formula(genome: str) -> str:
    return formula_text(decode(genome))
