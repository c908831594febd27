"""Transfer: a layer beside known ones on images, or in networks, that its search never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaluators.norm_act_layers.fit import check
from evaluators.norm_act_layers.images_file import write_images
from evaluators.norm_act_layers.settings import ANCHORS
from runs.folder.atomic import failure_named
from runs.images import read_images
from runs.layers.problem import digest
from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.contenders import known
from runs.layers.ranking.settings import RankingJob
from runs.layers.ranking.standings import Standing, compare
from runs.layers.ranking.trial_file import read_trials
from runs.layers.ranking.trials import Bench, Contender, Progress, train

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

PURPOSE = "transfer"

FOLDER = "transfer"
"""Of the prepared images in a run folder."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where layers are compared.

    Attributes:
        data: source of the images; empty for those of the run.
        networks: by name; none for those of the search.
        mirrored: whether an image of the source and its mirror image are of the same class; None where its kind of
            search has a default.
        size: height and width to which images are shrunk; 0 as the kind of search does by itself.
    """

    data: str = ""
    networks: tuple[str, ...] = ()
    mirrored: bool | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """Layers compared in one network on one data set, on its test images.

    Attributes:
        data: source and digest of the images; empty for those of the run.
        network: by name.
        steps: of each training.
        standings: best first.
    """

    data: str
    network: str
    steps: int
    standings: tuple[Standing, ...]


def transfer(
    run: LayersRun,
    which: str,
    elsewhere: Elsewhere,
    settings: RankingJob | None = None,
    progress: Progress | None = None,
) -> tuple[Transfer, ...]:
    """Trains a layer and known ones elsewhere, and compares them on the test images.

    Args:
        run: whose layer it is.
        which: a candidate's id, ``best``, or the name of a known layer.
        elsewhere: images or networks, at least one of them not of the search.
        settings: seeds, steps and baselines; those of the job if None.
        progress: told of every training.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; another call goes on from there.
        ValueError: when there is no such layer or network, nothing is different, or the images cannot be used.
    """
    settings = settings or run.job.ranking
    found = run.layer(which)
    baselines = [layer for layer in known(settings.baselines) if layer.layer != found.genome]
    with run.folder.writing():
        bench = _bench(run, elsewhere, settings)
        train(bench, [Contender(found.name, found.genome), *baselines], progress)
    return tuple(
        comparison
        for comparison in read_transfers(run.path)
        if comparison.data == bench.data
        and comparison.network in bench.networks
        and comparison.steps == bench.recipe.steps
    )


def read_transfers(run: Path) -> tuple[Transfer, ...]:
    """Returns all comparisons elsewhere that a run folder holds, in the order in which they began.

    Raises:
        ValueError: naming trials.jsonl when it is broken.
    """
    trainings = [training for training in read_trials(run) if training.purpose == PURPOSE]
    places = dict.fromkeys((training.data, training.network, training.asked) for training in trainings)
    return tuple(
        Transfer(
            *place,
            tuple(compare([t for t in trainings if (t.data, t.network, t.asked) == place], [place[1]], "test")),
        )
        for place in places
    )


def _bench(run: LayersRun, elsewhere: Elsewhere, settings: RankingJob) -> Bench:
    bench = bench_of(run, PURPOSE, seeds=settings.seeds, parts=("test",), steps=settings.steps)
    bench = replace(bench, networks=_networks(run, elsewhere))
    return _with_images(run, bench, elsewhere) if elsewhere.data else bench


def _networks(run: LayersRun, elsewhere: Elsewhere) -> tuple[str, ...]:
    searched: Sequence[str] = run.job.anchors.networks
    for name in elsewhere.networks:
        if name not in ANCHORS:
            raise ValueError(f"network {name!r} is unknown; use some of: {', '.join(ANCHORS)}")
    if not elsewhere.data and set(elsewhere.networks) <= set(searched):
        others = ", ".join(name for name in ANCHORS if name not in searched)
        raise ValueError(f"a transfer needs --data, or a --network that the search had not, such as {others or 'none'}")
    return tuple(elsewhere.networks) or tuple(searched)


def _with_images(run: LayersRun, bench: Bench, elsewhere: Elsewhere) -> Bench:
    """Returns the bench with other images, which it prepares and writes into the run folder."""
    images_job = replace(
        run.job.images, source=elsewhere.data, size=elsewhere.size, mirrored=elsewhere.mirrored, digest=""
    )
    images = read_images(images_job.source, images_job.split)
    training = replace(run.job, images=images_job).training
    recipe = replace(bench.recipe, flips=training.flips)
    try:
        check(images, bench.anchors, recipe)
    except ValueError as error:
        raise ValueError(f"images {elsewhere.data!r}: {error}") from None
    name = digest(images)[:8]
    path = run.path / FOLDER / f"{name}.npz"
    with failure_named(path):
        path.parent.mkdir(exist_ok=True)
        write_images(images, path)
    label = f"{Path(elsewhere.data).name}:{name}" + ("" if recipe.flips else ":not mirrored")
    return replace(bench, images=path, data=label, recipe=recipe)
