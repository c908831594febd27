"""What the sessions of all kinds of search share: display, stop requests, budget, workers, and the search itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from engine.config import BudgetConfig, IslandConfig, SearchConfig, SelectionConfig, VariationConfig, WorkerConfig
from engine.loop import search
from engine.protocols import Objective
from engine.setup import Factory, SearchSetup
from engine.workers import open_workers
from runs.budget import is_content, is_spent, require_budget
from runs.display import Display, MakeDisplay, Silence, View
from runs.folder.checkpoint import Progress, read_progress
from runs.folder.run_folder import Manifest, RunFolder, create_folder
from runs.folder.writer import RunWriter
from runs.interrupt import stop_requests
from runs.job.job import Job
from runs.job.sections import WorkersJob
from runs.job.source import resolved, resumed
from runs.versions import versions

J = TypeVar("J", bound=Job)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a session searches, for kinds whose run is one search of the engine from its start to its end.

    Attributes:
        title: in one line.
        space: builds the search space.
        evaluator: builds the evaluator, inside a worker.
        objectives: of the evaluator, known without building it.
        islands: the shape of the search.
        selection: how parents are chosen.
        variation: how candidates are made of them.
        formula: writes what the evaluation table keeps of a genome for people.
        targets: bounds of the objectives at which the search is content.
    """

    title: str
    space: Factory
    evaluator: Factory
    objectives: tuple[Objective, ...]
    islands: IslandConfig
    selection: SelectionConfig
    variation: VariationConfig
    formula: Callable[[str], str]
    targets: tuple[tuple[float, ...], ...] = ()


def start_search(job: J, checked: Callable[[J], Searched], make_display: MakeDisplay | None) -> Path:
    """Searches until the budget is spent or a signal asks to stop, and returns the run folder.

    Args:
        job: open choices are made now.
        checked: returns what a job searches, refusing what would fail later.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when the job is refused, the output folder exists or the disk is full.
    """
    job = resolved(job)
    searched = checked(job)
    folder = create_folder(job)
    with folder.writing():
        search_in(folder, job, searched, make_display)
    return folder.path


def resume_search(
    path: Path, options: Mapping[str, Any], checked: Callable[[J], Searched], make_display: MakeDisplay | None
) -> None:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        checked: as for :func:`start_search`.
        make_display: as for :func:`start_search`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or its budget is spent.
    """
    folder = RunFolder(path)
    manifest = folder.manifest()
    job = resumed(cast(J, manifest.job), options)
    searched = checked(job)
    progress = read_progress(folder.checkpoint)
    require_budget(
        path, bool(manifest.reason) and (is_spent(job.budget, progress) or is_content(searched.targets, progress))
    )
    with folder.writing():
        search_in(folder, job, searched, make_display, resume_noted(folder, manifest, job))


def search_in(
    folder: RunFolder,
    job: Job,
    searched: Searched,
    make_display: MakeDisplay | None,
    begun: Callable[[], None] = lambda: None,
) -> None:
    """Searches from the last checkpoint of a run until the budget is spent or a signal asks to stop.

    Args:
        folder: of the run, held for writing.
        job: resolved.
        searched: what its job makes of it.
        make_display: shows the search as it goes; nothing is shown without it.
        begun: called when the run's former state was read and is whole, so that a broken run stays as it is.

    Raises:
        ValueError: naming the file when the run is broken or the disk is full.
    """
    objectives, formula = searched.objectives, searched.formula
    space, seconds = searched.space.build(), job.output.checkpoint_seconds
    writer = RunWriter(folder, space, objectives, searched.islands, formula, seconds)
    begun()
    with watched(writer, job, searched.title, objectives, make_display, formula) as stop:
        setup = SearchSetup(searched.space, searched.evaluator, _search_config(job, searched, writer.progress))
        workers = open_workers(setup, worker_config(job.workers, searched.evaluator.environment))
        try:
            writer.start_clock()
            outcome = search(setup, workers, writer, writer.states, writer.failures, stop)
            writer.checkpoint()
        finally:
            workers.close()
        folder.stopped(str(outcome.reason))
        folder.event("stop", reason=str(outcome.reason))


def resume_noted(folder: RunFolder, manifest: Manifest, job: Job) -> Callable[[], None]:
    """Returns what notes a resume in the run folder.

    Args:
        folder: of the run.
        manifest: of the run before.
        job: with which it goes on.
    """

    def note() -> None:
        folder.write_manifest(replace(manifest, job=job, stop="", reason=""))
        folder.event("resume", versions=versions())

    return note


@contextmanager
def watched(
    writer: RunWriter,
    job: Job,
    title: str,
    objectives: Sequence[Objective],
    make_display: MakeDisplay | None,
    formula: Callable[[str], str],
) -> Iterator[threading.Event]:
    """Shows what a writer commits for as long as a session lasts; yields the event that a signal sets.

    Args:
        writer: of the run.
        job: its budget is shown.
        title: what is searched, in one line.
        objectives: of the evaluator.
        make_display: None shows nothing.
        formula: writes what the evaluation table keeps of a genome for people.
    """
    display = make_display(formula) if make_display else Silence()
    try:
        with stop_requests() as stop:
            writer.watch = _watcher(display, writer.progress, job, title, tuple(objectives))
            yield stop
    finally:
        display.close()


def require_cluster(job: WorkersJob) -> None:
    """Checks that the Ray cluster of a job answers, before anything is made.

    Raises:
        ValueError: naming the address, the reason and the cure.
    """
    if job.address and job.num:
        from engine.ray_cluster import require_answer  # Ray takes a second to import

        require_answer(job.address)


def worker_config(job: WorkersJob, environment: Mapping[str, str]) -> WorkerConfig:
    """Returns the engine's settings of the workers of a resolved job.

    Args:
        job: its section.
        environment: of the evaluator.
    """
    assert job.num is not None
    if job.num == 0:
        # no worker process takes the evaluator's environment, so this one must, before it imports the evaluator
        os.environ.update(environment)
    return WorkerConfig(workers=job.num, address=job.address, candidate_timeout_seconds=job.candidate_timeout_seconds)


def _watcher(
    display: Display, start: Progress, job: Job, title: str, objectives: tuple[Objective, ...]
) -> Callable[[Progress], None]:
    """Returns what shows the progress of a session that began at a checkpoint."""

    def watch(progress: Progress) -> None:
        seconds = progress.seconds - start.seconds
        display.show(
            View(
                title=title,
                objectives=objectives,
                front=progress.front,
                counts=progress.counts,
                candidates=progress.rows,
                seconds=progress.seconds,
                rate=(progress.rows - start.rows) / seconds if seconds > 0 else 0.0,
                budget=job.budget,
            )
        )

    return watch


def _search_config(job: Job, searched: Searched, progress: Progress) -> SearchConfig:
    """Returns the engine's settings, with what is left of the time."""
    seconds = None if job.budget.minutes is None else max(1e-9, 60 * job.budget.minutes - progress.seconds)
    budget = BudgetConfig(seconds, job.budget.candidates, searched.targets)
    assert job.search.seed is not None
    return SearchConfig(job.search.seed, searched.islands, searched.selection, searched.variation, budget)
