"""Deletions: a layer beside what is left of it without each of its nodes, trained like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.settings import RankingJob
from runs.layers.ranking.standings import Standing, compare
from runs.layers.ranking.trials import Contender, Progress, train
from search_spaces.norm_act_layers import decode, encode

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

PURPOSE = "deletions"


@dataclass(frozen=True, slots=True)
class Deletions:
    """A layer and what is left of it, compared on the test images.

    Attributes:
        name: of the layer, to which differences are taken.
        networks: by name.
        steps: of each training.
        standings: best first; those without a node are called by it and what took its place.
        rejected: by that name, the training-free protocol that turns what is left away, so that it was not trained.
    """

    name: str
    networks: tuple[str, ...]
    steps: int
    standings: tuple[Standing, ...]
    rejected: Mapping[str, str]


def deletions(
    run: LayersRun, which: str, settings: RankingJob | None = None, progress: Progress | None = None
) -> Deletions:
    """Trains a layer and what is left of it without each of its nodes, in the networks of the search.

    Args:
        run: whose layer it is.
        which: a candidate's id, ``best``, or the name of a known layer.
        settings: seeds and steps; those of the job if None.
        progress: told of every training.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; another call goes on from there.
        ValueError: when there is no such layer.
    """
    from evaluators.norm_act_layers.analysis.ablation import ablations

    settings = settings or run.job.ranking
    found = run.layer(which)
    parts = ablations(decode(found.genome))
    left = [Contender(part.ablated.label, encode(part.ablated.layer)) for part in parts if not part.protocol]
    with run.folder.writing():
        bench = bench_of(run, PURPOSE, seeds=settings.seeds, parts=("test",), steps=settings.steps)
        trainings = train(bench, [Contender(found.name, found.genome), *left], progress)
    return Deletions(
        name=found.name,
        networks=tuple(bench.networks),
        steps=bench.recipe.steps,
        standings=tuple(compare(trainings, bench.networks, "test", reference=found.name)),
        rejected={part.ablated.label: part.protocol for part in parts if part.protocol},
    )
