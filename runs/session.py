"""A session: one stretch of searching, from a job or a checkpoint to a stopped run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from engine.config import BudgetConfig, SearchConfig, WorkerConfig
from engine.loop import search
from engine.selection import build_strategy
from engine.setup import SearchSetup
from engine.workers import open_workers
from runs.display import Display, Silence, View
from runs.folder.checkpoint import Progress, read_progress
from runs.folder.run_folder import RunFolder, create_folder
from runs.folder.writer import RunWriter
from runs.interrupt import stop_requests
from runs.job.job import BudgetJob, Job
from runs.job.problem import Problem, job_problem
from runs.job.source import resolved, with_options
from runs.run import Run
from runs.versions import versions
from search_spaces.formula import formula_text
from search_spaces.program import decode

MakeDisplay: TypeAlias = Callable[[Callable[[str], str]], Display]
"""Makes a display, given the function that writes a genome's formula."""


def start(job: Job, make_display: MakeDisplay | None = None) -> Run:
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


def resume(path: Path, options: dict[str, Any], make_display: MakeDisplay | None = None) -> Run:
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
    job = with_options(manifest.job, options)
    problem = _checked(job)
    if manifest.reason and is_spent(job.budget, read_progress(folder.checkpoint)):
        raise ValueError(f"the budget of {str(path)!r} is spent; give more, such as --minutes or --candidates")
    with folder.writing():
        # a broken run is refused before anything in it changes
        writer = _writer(folder, job, problem)
        folder.write_manifest(replace(manifest, job=job, stop="", reason=""))
        folder.event("resume", versions=versions())
        return _session(folder, job, problem, writer, make_display)


def is_spent(budget: BudgetJob, progress: Progress) -> bool:
    """Says whether a run that has come so far has no budget left."""
    error = min((entry.objectives[-1] for entry in progress.front), default=math.inf)
    return (
        progress.rows >= (budget.candidates or math.inf)
        or progress.seconds >= 60 * (budget.minutes or math.inf)
        or error <= (budget.target_error or -math.inf)
    )


def _checked(job: Job) -> Problem:
    """Returns the job's problem, refusing now what would otherwise fail in a worker or after the search."""
    problem = job_problem(job)
    problem.space.build()
    build_strategy(job.selection, job.variation, problem.objectives)
    if job.output.export:
        from runs.export import suffix

        for language in job.output.export:
            suffix(language)
    if job.workers.address and job.workers.num:
        from engine.ray_cluster import require_answer  # Ray takes a second to import

        require_answer(job.workers.address)
    return problem


def _writer(folder: RunFolder, job: Job, problem: Problem) -> RunWriter:
    return RunWriter(folder, problem, job.islands, _formula, job.output.checkpoint_seconds)


def _session(folder: RunFolder, job: Job, problem: Problem, writer: RunWriter, make_display: MakeDisplay | None) -> Run:
    display = make_display(_formula) if make_display else Silence()
    try:
        with stop_requests() as stop:
            writer.watch = _watcher(display, writer.progress, problem, job)
            setup = _setup(job, problem, writer.progress)
            workers = open_workers(setup, _worker_config(job, problem))
            try:
                writer.start_clock()
                outcome = search(setup, workers, writer, writer.states, writer.failures, stop)
                writer.checkpoint()
            finally:
                workers.close()
            folder.stopped(str(outcome.reason))
            folder.event("stop", reason=str(outcome.reason))
    finally:
        display.close()
    return Run(folder.path)


def _setup(job: Job, problem: Problem, progress: Progress) -> SearchSetup:
    seconds = None if job.budget.minutes is None else max(1e-9, 60 * job.budget.minutes - progress.seconds)
    target = job.budget.target_error
    bounds = (*(math.inf for _ in problem.objectives[1:]), target) if target is not None else ()
    budget = BudgetConfig(seconds, job.budget.candidates, (bounds,) if bounds else ())
    assert job.search.seed is not None
    config = SearchConfig(job.search.seed, job.islands, job.selection, job.variation, budget)
    return SearchSetup(problem.space, problem.evaluator, config)


def _worker_config(job: Job, problem: Problem) -> WorkerConfig:
    assert job.workers.num is not None
    if job.workers.num == 0:
        # no worker process takes the evaluator's environment, so this one must, before it imports the evaluator
        os.environ.update(problem.evaluator.environment)
    return WorkerConfig(
        workers=job.workers.num,
        address=job.workers.address,
        candidate_timeout_seconds=job.workers.candidate_timeout_seconds,
    )


def _watcher(display: Display, start: Progress, problem: Problem, job: Job) -> Callable[[Progress], None]:
    """Returns what shows the progress of a session that began at a checkpoint."""

    def watch(progress: Progress) -> None:
        seconds = progress.seconds - start.seconds
        display.show(
            View(
                title=problem.title,
                objectives=problem.objectives,
                front=progress.front,
                counts=progress.counts,
                candidates=progress.rows,
                seconds=progress.seconds,
                rate=(progress.rows - start.rows) / seconds if seconds > 0 else 0.0,
                budget=job.budget,
            )
        )

    return watch


def _formula(genome: str) -> str:
    return formula_text(decode(genome))
