"""Ranking: finalists trained again, one picked on the validation images, and only then the test images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaluators.norm_act_layers.settings import ANCHORS
from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.contenders import finalists, known
from runs.layers.ranking.holdout_file import open_holdout, read_holdout, write_holdout
from runs.layers.ranking.settings import RankingJob
from runs.layers.ranking.standings import Standing, compare, means_by_seed, scores
from runs.layers.ranking.thresholdout import Thresholdout
from runs.layers.ranking.trial_file import Training, read_trials
from runs.layers.ranking.trials import Contender, Progress, train

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

PURPOSE = "rank"

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


@dataclass(frozen=True, slots=True)
class _Look:
    """A question about one finalist: its mean accuracy over networks and seeds.

    Attributes:
        name: of the layer.
        question: in full, so that other trainings make another question.
        search: on the search images.
        validation: on the validation images.
    """

    name: str
    question: str
    search: float
    validation: float


def rank(run: LayersRun, progress: Progress | None = None, settings: RankingJob | None = None) -> Ranking:
    """Trains finalists and known layers, picks a winner on the validation images, and compares all on the test images.

    What is trained already is not trained again, and what the validation images were asked is not asked again.

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
    found = finalists(run, settings.finalists, baselines) if settings.finalists else []
    bench = bench_of(run, PURPOSE, seeds=settings.seeds, parts=PARTS, steps=settings.steps)
    assert run.job.search.seed is not None
    with run.folder.writing():
        trainings = train(bench, [*found, *baselines], progress)
        holdout = open_holdout(run.path, settings, run.job.search.seed)
        for look in _looks(trainings, found):
            _, holdout = holdout.look(look.question, look.search, look.validation)
        # on the disk before anybody sees an answer, so that no look goes uncounted
        write_holdout(run.path, holdout)
    ranking = read_ranking(run.path)
    assert ranking is not None
    return ranking


def read_ranking(run: Path) -> Ranking | None:
    """Returns the ranking that a run folder holds, None where there is none or it was not finished.

    Layers whose validation accuracy nobody has asked for yet are left out, for their test accuracy must not be known.

    Raises:
        ValueError: naming the file when trials.jsonl or holdout.json is broken.
    """
    trainings = [training for training in read_trials(run) if training.purpose == PURPOSE]
    holdout = read_holdout(run)
    if not trainings or holdout is None:
        return None
    trainings = [training for training in trainings if training.asked == trainings[-1].asked]
    looks = {look.name: look for look in _looks(trainings, _found(trainings))}
    answers = {name: holdout.answer(look.question) for name, look in looks.items()}
    waiting = {name for name, answer in answers.items() if answer is None and not holdout.guard.is_spent}
    finished = [training for training in trainings if training.name not in waiting]
    if waiting and not _found(finished):
        return None
    return _ranking(finished, looks, answers, holdout.guard)


def _ranking(
    trainings: Sequence[Training],
    looks: Mapping[str, _Look],
    answers: Mapping[str, float | None],
    guard: Thresholdout,
) -> Ranking:
    winner, networks = _winner(looks, answers), _networks(trainings)
    standings = [
        replace(
            standing,
            role=_role(standing, winner),
            search=looks[standing.name].search if standing.name in looks else None,
            validation=answers.get(standing.name),
        )
        for standing in compare(trainings, networks, "test", winner)
    ]
    seeds = len({training.seed for training in trainings})
    return Ranking(tuple(standings), networks, seeds, trainings[0].asked, guard.budget, guard.spent, guard.looks)


def _looks(trainings: Sequence[Training], found: Sequence[Contender]) -> list[_Look]:
    """Returns the question about each finalist; none about those with a training that failed, which cannot win."""
    networks, looks = _networks(trainings), []
    for contender in found:
        own = [training for training in trainings if training.name == contender.name]
        if any(training.failure for training in own):
            continue
        figures = [_mean(own, networks, part) for part in ("search", "validation")]
        seeds = sorted({training.seed for training in own})
        question = f"{contender.layer} in {sorted(networks)} with {seeds} for {own[0].asked} steps"
        looks.append(_Look(contender.name, question, *figures))
    return looks


def _mean(trainings: Sequence[Training], networks: Sequence[str], part: str) -> float:
    (layer,) = scores(trainings, part).values()
    means = means_by_seed(layer, networks).values()
    return sum(means) / max(1, len(means))


def _winner(looks: Mapping[str, _Look], answers: Mapping[str, float | None]) -> str:
    """Returns the name of the layer of the highest answer, of equals the one better on the search images."""
    answered = [(answer, looks[name].search, name) for name, answer in answers.items() if answer is not None]
    return max(answered, default=(0.0, 0.0, ""))[2]


def _role(standing: Standing, winner: str) -> str:
    if standing.name == winner:
        return "winner"
    return "baseline" if standing.is_known else "finalist"


def _found(trainings: Sequence[Training]) -> list[Contender]:
    """Returns the layers of the search, in the order in which they were first trained."""
    named = dict.fromkeys(Contender(training.name, training.layer) for training in trainings)
    return [contender for contender in named if contender.name.isdecimal()]


def _networks(trainings: Sequence[Training]) -> tuple[str, ...]:
    return tuple(sorted({training.network for training in trainings}, key=ANCHORS.index))
