"""What the trainings of a ranking tell beyond it: the winner against known layers, and these on the search images."""

from __future__ import annotations

from collections.abc import Sequence

from runs.layers.ranking.intervals import holm, mean_interval, p_value
from runs.layers.ranking.ranking import PURPOSE, Ranking
from runs.layers.ranking.standings import means_by_seed, paired, scores
from runs.layers.ranking.trial_file import Training
from runs.layers.report.data import Known, Rival


def rivals(ranking: Ranking | None, trainings: Sequence[Training]) -> tuple[Rival, ...]:
    """Returns how the winner compares with each known layer, in the order of the ranking.

    Args:
        ranking: of a run; without one, or without a winner, there is nothing to compare.
        trainings: of the run.
    """
    if ranking is None or ranking.winner is None:
        return ()
    by_layer = scores(_of(ranking, trainings), "test")
    means = {name: means_by_seed(layer, ranking.networks) for name, layer in by_layer.items()}
    own = means[ranking.winner.name]
    names = [row.name for row in ranking.standings if row.is_known]
    differences = {name: paired(own, means[name]) for name in names}
    compared = {name: values for name, values in differences.items() if values}
    adjusted = holm([p_value(values) for values in compared.values()])
    return tuple(
        Rival(name, mean_interval(values), p) for (name, values), p in zip(compared.items(), adjusted, strict=True)
    )


def known_layers(ranking: Ranking | None, trainings: Sequence[Training], networks: Sequence[str]) -> tuple[Known, ...]:
    """Returns the errors of the known layers on the search images, in the order of the ranking.

    Args:
        ranking: of a run.
        trainings: of the run.
        networks: of the search; layers of which no training succeeded in one of them are left out.
    """
    if ranking is None:
        return ()
    by_layer = scores(_of(ranking, trainings), "search")
    found = []
    for name in (row.name for row in ranking.standings if row.is_known):
        accuracies = [list(by_layer[name].get(network, {}).values()) for network in networks]
        if all(accuracies):
            found.append(Known(name, tuple(1 - sum(values) / len(values) for values in accuracies)))
    return tuple(found)


def _of(ranking: Ranking, trainings: Sequence[Training]) -> list[Training]:
    """Returns the trainings that a ranking is made of."""
    return [training for training in trainings if (training.purpose, training.asked) == (PURPOSE, ranking.steps)]
