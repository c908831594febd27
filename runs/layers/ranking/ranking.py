"""Ranking: finalists trained again, one picked on the validation images, and that one trained and tested afresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.contenders import finalists, known
from runs.layers.ranking.holdout_file import Holdout, open_holdout, read_holdout, write_holdout
from runs.layers.ranking.picking import ask, looks_at, pick
from runs.layers.ranking.ranked_file import Ranked, read_ranked, write_ranked
from runs.layers.ranking.settings import REFERENCE, RankingJob
from runs.layers.ranking.standings import Standing, compare, placed
from runs.layers.ranking.trial_file import TRIALS_FILE, Training, read_trials
from runs.layers.ranking.trials import Contender, Progress, train

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

PICKING = "pick"
"""Purpose of the trainings by which the winner is picked: of all finalists, and of BN-ReLU beside them."""

PURPOSE = "rank"
"""Purpose of the trainings that are reported: of the winner and the known layers, with seeds of their own."""

PARTS = ("search", "validation", "test")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Layers of a search and known ones, compared on the test images after a winner was picked.

    Attributes:
        standings: best first.
        networks: that they were trained in.
        seeds: trainings of each in each network.
        steps: of each training.
        budget: how often validation accuracies may be shown.
        spent: how often they were.
        looks: at the validation images.
    """

    standings: tuple[Standing, ...]
    networks: tuple[str, ...]
    seeds: int
    steps: int
    budget: int
    spent: int
    looks: int

    @property
    def winner(self) -> Standing | None:
        """The layer that was picked; None where none could be."""
        return next((standing for standing in self.standings if standing.role == "winner"), None)

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the layers whose validation accuracy is not shown, since the budget was spent before."""
        return tuple(
            standing.name
            for standing in self.standings
            if standing.role == "finalist" and standing.validation is None and not standing.failures
        )


def rank(run: LayersRun, progress: Progress | None = None, settings: RankingJob | None = None) -> Ranking:
    """Trains finalists, picks one on the validation images, and compares it with known layers on the test images.

    The winner and the known layers are trained with seeds that nothing was picked by, since the best of many layers
    owes part of its accuracy to its seeds. What is trained already is not trained again, and what the validation images
    were asked is not asked again.

    Args:
        run: of a search for layers.
        progress: told of every training.
        settings: those of the job if None.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; another call goes on from there.
        ValueError: when no layer was scored, another process is writing to the run, or a file of it is broken.
    """
    settings = settings or run.job.ranking
    baselines = known(settings.baselines)
    found = _under_one_name(run, finalists(run, settings.finalists, baselines)) if settings.finalists else []
    names = tuple(layer.name for layer in found)
    picking = bench_of(run, PICKING, seeds=settings.seeds, parts=PARTS, steps=settings.steps)
    bench = bench_of(run, PURPOSE, seeds=settings.seeds, parts=PARTS, steps=settings.steps)
    assert run.job.search.seed is not None
    with run.folder.writing():
        trainings = train(picking, [*found, *known([REFERENCE])], progress) if found else []
        looks = looks_at(trainings, names, picking.networks)
        holdout = ask(looks, open_holdout(run.path, settings, run.job.search.seed))
        # on the disk before anything is made of an answer, so that no look goes uncounted
        write_holdout(run.path, holdout)
        winner = pick(looks, holdout)
        train(bench, [*(layer for layer in found if layer.name == winner), *baselines], progress)
        write_ranked(
            run.path,
            Ranked(names, winner, settings.baselines, bench.networks, bench.recipe.steps, picking.seeds, bench.seeds),
        )
    ranking = read_ranking(run.path)
    assert ranking is not None
    return ranking


def read_ranking(run: Path) -> Ranking | None:
    """Returns the last ranking of a run folder that was finished, None where there is none.

    Raises:
        ValueError: naming the file when trials.jsonl, holdout.json or ranking.json is broken, or trainings are missing.
    """
    ranked, holdout = read_ranked(run), read_holdout(run)
    if ranked is None or holdout is None:
        return None
    trainings = [
        training
        for training in read_trials(run)
        if training.asked == ranked.steps and training.network in ranked.networks and not training.data
    ]
    _require_all(trainings, ranked, run)
    standings = placed([*_reported(trainings, ranked), *_finalists(trainings, ranked)])
    answered = tuple(_with_answer(standing, trainings, ranked, holdout) for standing in standings)
    guard = holdout.guard
    return Ranking(answered, ranked.networks, len(ranked.seeds), ranked.steps, guard.budget, guard.spent, guard.looks)


def _require_all(trainings: Sequence[Training], ranked: Ranked, run: Path) -> None:
    """Checks that every training of a ranking is there, since a ranking of some of them would look like another."""
    picked = {*ranked.finalists, *([REFERENCE] if ranked.finalists else [])}
    reported = {*ranked.baselines, *([ranked.winner] if ranked.winner else [])}
    groups = ((PICKING, picked, ranked.picking_seeds), (PURPOSE, reported, ranked.seeds))
    asked = {key for purpose, names, seeds in groups for key in product([purpose], names, ranked.networks, seeds)}
    missing = len(asked - {(t.purpose, t.name, t.network, t.seed) for t in trainings})
    if missing:
        raise ValueError(
            f"{str(run / TRIALS_FILE)!r} lacks {missing} of the {len(asked)} trainings that the ranking is made of; "
            f"restore the file, or make them again: primordia rank {run}"
        )


def _reported(trainings: Sequence[Training], ranked: Ranked) -> list[Standing]:
    """Returns the winner and the known layers, compared by the trainings that nothing was picked by."""
    names = [name for name in (ranked.winner, *ranked.baselines) if name]
    ours = [t for t in trainings if t.purpose == PURPOSE and t.seed in ranked.seeds and t.name in names]
    rows = compare(ours, ranked.networks, "test", ranked.winner)
    return [replace(row, role="winner" if row.name == ranked.winner else "baseline") for row in rows]


def _finalists(trainings: Sequence[Training], ranked: Ranked) -> list[Standing]:
    """Returns the finalists that did not win, compared by the trainings by which one was picked."""
    names = {REFERENCE, *ranked.finalists} - {ranked.winner}
    rows = compare([t for t in _of_picking(trainings, ranked) if t.name in names], ranked.networks, "test")
    return [replace(row, role="finalist") for row in rows if row.name != REFERENCE]


def _with_answer(standing: Standing, trainings: Sequence[Training], ranked: Ranked, holdout: Holdout) -> Standing:
    if standing.role == "baseline":
        return standing
    for look in looks_at(_of_picking(trainings, ranked), [standing.name], ranked.networks):
        return replace(standing, search=look.search, validation=holdout.answer(look.question))
    return standing


def _of_picking(trainings: Sequence[Training], ranked: Ranked) -> list[Training]:
    return [t for t in trainings if t.purpose == PICKING and t.seed in ranked.picking_seeds]


def _under_one_name(run: LayersRun, found: Sequence[Contender]) -> list[Contender]:
    """Returns layers that the search found repeatedly under the ids under which they were trained before."""
    names = {training.layer: training.name for training in read_trials(run.path) if training.purpose == PICKING}
    return [Contender(names.get(contender.layer, contender.name), contender.layer) for contender in found]
