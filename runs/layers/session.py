"""A session: one stretch of searching for layers, from a job or a checkpoint to a stopped run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from evaluators.norm_act_layers.images_file import write_images
from runs.budget import is_spent, require_budget
from runs.display import MakeDisplay
from runs.folder.atomic import failure_named
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder, create_folder
from runs.job.source import resolved, resumed
from runs.layers.job import NormActLayersJob
from runs.layers.problem import IMAGES_FILE, Problem, job_problem, kept_images, prepared_images, with_digest
from runs.layers.run import LayersRun
from runs.session import require_cluster, resume_noted, search_in


def start(job: NormActLayersJob, make_display: MakeDisplay | None = None) -> LayersRun:
    """Searches until the budget is spent or a signal asks to stop, and returns the run.

    Args:
        job: the job; open choices are made now.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when the job or the images are refused, the output folder exists or the disk is full.
    """
    job = resolved(job)
    _checked(job)
    # images that cannot be used are refused while there is no folder
    images = prepared_images(job)
    job = with_digest(job, images)
    folder = create_folder(job)
    with folder.writing():
        path = folder.path / IMAGES_FILE
        with failure_named(path):
            write_images(images, path)
        search_in(folder, job, job_problem(job).searched(path), make_display)
    return LayersRun(folder.path)


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> LayersRun:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, its images are damaged or others, another process is writing to it, or
            its budget is spent.
    """
    folder = RunFolder(path)
    manifest = folder.manifest()
    job = resumed(cast(NormActLayersJob, manifest.job), options)
    problem = _checked(job)
    progress = read_progress(folder.checkpoint)
    _require_budget(path, bool(manifest.reason) and is_spent(job.budget, progress))
    with folder.writing():
        _restore_images(job, path / IMAGES_FILE, progress.number)
        searched = problem.searched(path / IMAGES_FILE)
        search_in(folder, job, searched, make_display, resume_noted(folder, manifest, job))
    return LayersRun(path)


def _require_budget(path: Path, spent: bool) -> None:
    """Checks that there is something to go on with; where only the ranking is left, says how to finish it."""
    try:
        require_budget(path, spent)
    except ValueError as error:
        if LayersRun(path).needs_ranking:
            raise ValueError(f"{error}, or finish its ranking: primordia rank {path}") from None
        raise


def _checked(job: NormActLayersJob) -> Problem:
    """Returns the job's problem, refusing now what would otherwise fail in a worker or after the search."""
    problem = job_problem(job)
    if job.output.export:
        from runs.layers.export import suffix

        for language in job.output.export:
            suffix(language)
    require_cluster(job.workers)
    return problem


def _restore_images(job: NormActLayersJob, path: Path, checkpoints: int) -> None:
    """Checks the images of a run; one that was killed before it wrote them gets them now."""
    if path.exists() or checkpoints:
        kept_images(job, path)
        return
    with failure_named(path):
        write_images(prepared_images(job), path)
