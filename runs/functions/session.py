"""A session: one stretch of searching for a function, from a job or a checkpoint to a stopped run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from engine.config import BudgetConfig, SearchConfig
from engine.loop import search
from engine.selection import build_strategy
from engine.setup import SearchSetup
from engine.workers import open_workers
from runs.display import MakeDisplay
from runs.folder.checkpoint import Progress, read_progress
from runs.folder.run_folder import RunFolder, create_folder
from runs.folder.writer import RunWriter
from runs.functions.job import FunctionBudgetJob, RealFunctionsJob
from runs.functions.problem import Problem, job_problem
from runs.functions.run import FunctionRun
from runs.job.source import resolved, resumed
from runs.session import require_cluster, watched, worker_config
from runs.versions import versions
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
    job = resolved(job)
    problem = _checked(job)
    folder = create_folder(job)
    with folder.writing():
        return _session(folder, job, problem, _writer(folder, job, problem), make_display)


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> FunctionRun:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or its budget is spent.
    """
    folder = RunFolder(path)
    manifest = folder.manifest()
    job = resumed(cast(RealFunctionsJob, manifest.job), options)
    problem = _checked(job)
    if manifest.reason and is_spent(job.budget, read_progress(folder.checkpoint)):
        raise ValueError(f"the budget of {str(path)!r} is spent; give more, such as --minutes or --candidates")
    with folder.writing():
        # a broken run is refused before anything in it changes
        writer = _writer(folder, job, problem)
        folder.write_manifest(replace(manifest, job=job, stop="", reason=""))
        folder.event("resume", versions=versions())
        return _session(folder, job, problem, writer, make_display)


def is_spent(budget: FunctionBudgetJob, progress: Progress) -> bool:
    """Says whether a run that has come so far has no budget left."""
    error = min((entry.objectives[-1] for entry in progress.front), default=math.inf)
    return (
        progress.rows >= (budget.candidates or math.inf)
        or progress.seconds >= 60 * (budget.minutes or math.inf)
        or error <= (budget.target_error or -math.inf)
    )


def _checked(job: RealFunctionsJob) -> Problem:
    """Returns the job's problem, refusing now what would otherwise fail in a worker or after the search."""
    problem = job_problem(job)
    problem.space.build()
    build_strategy(job.selection, job.variation, problem.objectives)
    if job.output.export:
        from runs.export import suffix

        for language in job.output.export:
            suffix(language)
    require_cluster(job.workers)
    return problem


def _writer(folder: RunFolder, job: RealFunctionsJob, problem: Problem) -> RunWriter:
    space = problem.space.build()
    return RunWriter(folder, space, problem.objectives, job.islands, _formula, job.output.checkpoint_seconds)


def _session(
    folder: RunFolder, job: RealFunctionsJob, problem: Problem, writer: RunWriter, make_display: MakeDisplay | None
) -> FunctionRun:
    with watched(writer, job, problem.title, problem.objectives, make_display, _formula) as stop:
        setup = _setup(job, problem, writer.progress)
        workers = open_workers(setup, worker_config(job.workers, problem.evaluator.environment))
        try:
            writer.start_clock()
            outcome = search(setup, workers, writer, writer.states, writer.failures, stop)
            writer.checkpoint()
        finally:
            workers.close()
        folder.stopped(str(outcome.reason))
        folder.event("stop", reason=str(outcome.reason))
    return FunctionRun(folder.path)


def _setup(job: RealFunctionsJob, problem: Problem, progress: Progress) -> SearchSetup:
    seconds = None if job.budget.minutes is None else max(1e-9, 60 * job.budget.minutes - progress.seconds)
    target = job.budget.target_error
    bounds = (*(math.inf for _ in problem.objectives[1:]), target) if target is not None else ()
    budget = BudgetConfig(seconds, job.budget.candidates, (bounds,) if bounds else ())
    assert job.search.seed is not None
    config = SearchConfig(job.search.seed, job.islands, job.selection, job.variation, budget)
    return SearchSetup(problem.space, problem.evaluator, config)


def _formula(genome: str) -> str:
    return formula_text(decode(genome))
