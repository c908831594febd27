"""What the trainings of a run that are compared have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.keys import fold_in
from evaluators.norm_act_layers.environment import layers_environment
from runs.layers.ranking.trials import Bench
from runs.session import worker_config

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

_SEEDS = 2**31
"""Seeds of trainings are below it, so that they can be typed."""


def bench_of(run: LayersRun, purpose: str, *, seeds: int, parts: tuple[str, ...], steps: int = 0) -> Bench:
    """Returns what trainings on the images of a run, in the networks of its search, have in common.

    Args:
        run: of a search for layers.
        purpose: of the trainings.
        seeds: of each layer in each network.
        parts: of the images, that accuracies are measured on.
        steps: of each training; 0 for those of the search.
    """
    job = run.job
    workers = worker_config(job.workers, layers_environment())
    steps = steps or job.training.steps
    # patience with a candidate of the search, which was trained once in every network
    patience = workers.candidate_timeout_seconds * seeds * max(1.0, steps / job.training.steps)
    return Bench(
        run=run.path,
        purpose=purpose,
        images=run.images_path,
        data="",
        anchors=job.anchors,
        recipe=replace(job.training, steps=steps),
        networks=job.anchors.networks,
        seeds=training_seeds(run, purpose, seeds),
        parts=parts,
        workers=replace(workers, candidate_timeout_seconds=patience),
    )


def training_seeds(run: LayersRun, purpose: str, count: int) -> tuple[int, ...]:
    """Returns the seeds of trainings: the same for all layers, so that they pair, and others for each purpose."""
    seed = run.job.search.seed
    assert seed is not None
    return tuple(fold_in(seed, purpose, number) % _SEEDS for number in range(count))
