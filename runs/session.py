"""What the sessions of all kinds of search share: the display, stop requests and the settings of the workers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from engine.config import WorkerConfig
from engine.protocols import Objective
from runs.display import Display, MakeDisplay, Silence, View
from runs.folder.checkpoint import Progress
from runs.folder.writer import RunWriter
from runs.interrupt import stop_requests
from runs.job.job import Job
from runs.job.sections import WorkersJob


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
