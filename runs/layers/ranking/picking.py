"""Picking one of several finalists on the validation images, guarded by Thresholdout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runs.layers.ranking.holdout_file import Holdout
from runs.layers.ranking.standings import means_by_seed, scores
from runs.layers.ranking.trial_file import Training


@dataclass(frozen=True, slots=True)
class Look:
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


def looks_at(trainings: Sequence[Training], names: Iterable[str], networks: Sequence[str]) -> list[Look]:
    """Returns the question about each finalist; none about those with a training that failed, which cannot win.

    Args:
        trainings: of the finalists, of each one in every network.
        names: of the finalists.
        networks: by name.
    """
    looks = []
    for name in names:
        own = [training for training in trainings if training.name == name]
        if own and not any(training.failure for training in own):
            seeds = sorted({training.seed for training in own})
            question = f"{own[0].layer} in {sorted(networks)} with {seeds} for {own[0].asked} steps"
            looks.append(Look(name, question, *(_mean(own, networks, part) for part in ("search", "validation"))))
    return looks


def ask(looks: Iterable[Look], holdout: Holdout) -> Holdout:
    """Returns the holdout after it was asked about each finalist; what it refuses to tell has no answer."""
    for look in looks:
        _, holdout = holdout.look(look.question, look.search, look.validation)
    return holdout


def pick(looks: Iterable[Look], holdout: Holdout) -> str:
    """Returns the name of the finalist of the highest answer, of equals the one better on the search images.

    Args:
        looks: at the finalists.
        holdout: that was asked about them; the name is empty where it answered none.
    """
    answered = [
        (answer, look.search, look.name) for look in looks if (answer := holdout.answer(look.question)) is not None
    ]
    return max(answered)[2] if answered else ""


def _mean(trainings: Sequence[Training], networks: Sequence[str], part: str) -> float:
    (layer,) = scores(trainings, part).values()
    means = means_by_seed(layer, networks).values()
    return sum(means) / len(means)
