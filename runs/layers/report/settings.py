"""The job of a run and its data as rows of text."""

from __future__ import annotations

from engine.config import VariationConfig
from evaluators.norm_act_layers.recipe import Recipe
from runs.layers.job import NormActLayersJob
from runs.layers.problem import images_text
from runs.layers.report.text import listed, network_title
from runs.layers.run import LayersRun


def settings(run: LayersRun) -> tuple[tuple[str, str], ...]:
    """Returns pairs (what, how) of the job and the data.

    Args:
        run: finished or not; one without readable images is described without them.
    """
    job = run.job
    networks = job.anchors
    selection, variation = job.selection.config(job.space.preset), job.variation.config(job.space.preset)
    shape = f"width {networks.width}, depth {networks.depth:g}"
    return (
        ("images", _images(run)),
        ("digest", job.images.digest or "not noted"),
        ("space", f"{job.space.preset}{f', series {job.space.series}' if job.space.series else ''}"),
        ("networks", f"{listed(list(map(network_title, networks.networks)))}, {shape}"),
        ("objectives", _objectives(job)),
        ("recipe", _recipe(job.training)),
        ("protocols", _protocols(job)),
        ("selection", f"{selection.strategy}, {selection.population:,} layers, tournaments of {selection.tournament}"),
        ("variation", _variation(variation)),
        ("islands", f"{job.islands.islands}, {job.islands.migration}; workers: {job.workers.num}"),
        ("machine", run.manifest.host),
    )


def _objectives(job: NormActLayersJob) -> str:
    anchors = job.anchors
    names = ["the error in each network" if len(anchors.networks) > 1 else "the error in the network"]
    if anchors.small_batch:
        names.append(f"the error of training at {anchors.small_batch} images a batch")
    if anchors.train_eval_gap:
        names.append("the gap between batch and running statistics")
    return listed(names)


def _recipe(recipe: Recipe) -> str:
    return (
        f"{recipe.steps:,} steps of {recipe.batch_size} images, rate {recipe.learning_rate:g} ({recipe.schedule}), "
        f"momentum {recipe.momentum:g}, weight decay {recipe.weight_decay:g}, padding {recipe.padding}, "
        f"{'flips' if recipe.flips else 'no flips'}"
    )


def _protocols(job: NormActLayersJob) -> str:
    protocols, stability, quality = job.rejection
    rehearsal = quality.steps and quality.rehearsal_steps
    later = {"depth": stability.depth, "stability": stability.steps, "rehearsal": rehearsal, "quality": quality.steps}
    names = [*protocols.training_free, *(name for name, is_on in later.items() if is_on)]
    return ", ".join(names) or "none: every candidate is trained"


def _variation(variation: VariationConfig) -> str:
    return (
        f"random {variation.random:g}, mutate {variation.mutate:g}, crossover {variation.crossover:g}; further "
        f"mutations with probability {variation.more_mutations:g}"
    )


def _images(run: LayersRun) -> str:
    """Describes the images; those of a run whose file is lost by what its job says."""
    try:
        return images_text(run.job.images, run.images)
    except ValueError as error:
        return f"{run.job.images.source} ({error})"
