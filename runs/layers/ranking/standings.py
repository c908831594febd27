"""How layers that were trained the same way compare: means, and differences paired by seed."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from runs.layers.ranking.intervals import Interval, holm, mean_interval, p_value
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.trial_file import Training
from search_spaces.norm_act_layers import KNOWN_LAYERS, decode
from search_spaces.norm_act_layers.formula import formula_text

Scores: TypeAlias = Mapping[str, Mapping[int, float]]
"""Accuracies of one layer by network and seed; failed trainings are left out."""

SIGNIFICANT = 0.05
"""An adjusted p-value below it is called a difference."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One layer in a comparison.

    Attributes:
        name: a candidate's id, or the name of a known layer.
        layer: encoded.
        formula: for people.
        place: from 1 for the highest mean accuracy.
        accuracies: by network; a network in which every training failed is left out.
        accuracy: of the mean over the networks, None where no seed succeeded in all of them.
        differences: to the reference, such as BN-ReLU, by network, paired by seed.
        difference: to the reference of the mean over the networks, paired by seed.
        p_value: that the latter is 0; adjusted by Holm's procedure for the number of found layers, or of known ones;
            that of the winner, who was picked on other images, is not.
        failures: trainings that were not finite.
        role: ``winner``, ``finalist`` or ``baseline``.
        search: mean accuracy on the images that the search adapted to, None where it is not compared.
        validation: the same on the validation images as Thresholdout tells it, None where it does not.
    """

    name: str
    layer: str
    formula: str
    place: int
    accuracies: Mapping[str, Interval]
    accuracy: Interval | None
    differences: Mapping[str, Interval]
    difference: Interval | None
    p_value: float
    failures: int
    role: str = "baseline"
    search: float | None = None
    validation: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is a known layer, and not one of the search."""
        return self.name in KNOWN_LAYERS

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` than the reference on the mean over the networks, empty where that is open."""
        if self.difference is None or self.p_value >= SIGNIFICANT:
            return ""
        return "better" if self.difference.mean > 0 else "worse"


def scores(trainings: Iterable[Training], part: str) -> dict[str, dict[str, dict[int, float]]]:
    """Returns accuracies by the layer's name, network and seed.

    Args:
        trainings: the later of two of the same layer, network and seed counts.
        part: of the images.
    """
    found: dict[str, dict[str, dict[int, float]]] = {}
    for training in trainings:
        networks = found.setdefault(training.name, {}).setdefault(training.network, {})
        if part in training.accuracies:
            networks[training.seed] = training.accuracies[part]
    return found


def means_by_seed(layer: Scores, networks: Sequence[str]) -> dict[int, float]:
    """Returns the mean over networks for each seed that succeeded in all of them."""
    seeds = [layer.get(network, {}) for network in networks]
    common = [seed for seed in seeds[0] if all(seed in others for others in seeds)]
    return {seed: sum(others[seed] for others in seeds) / len(seeds) for seed in common}


def paired(first: Mapping[int, float], second: Mapping[int, float]) -> list[float]:
    """Returns the differences for the seeds that both have."""
    return [first[seed] - second[seed] for seed in first if seed in second]


def compare(
    trainings: Sequence[Training], networks: Sequence[str], part: str, winner: str = "", reference: str = REFERENCE
) -> list[Standing]:
    """Compares layers with each other, best first.

    Args:
        trainings: of every layer, those of the reference among them, and of no other data or number of steps.
        networks: that count.
        part: of the images.
        winner: name of the layer that was picked on other images; empty for none.
        reference: name of the layer to which differences are taken.
    """
    ours = [training for training in trainings if training.network in networks]
    by_layer = scores(ours, part)
    to = by_layer.get(reference, {})
    layers = {training.name: training.layer for training in ours}
    rows = [
        _standing(name, layer, by_layer[name], to, networks, _failures(ours, name)) for name, layer in layers.items()
    ]
    return placed(_adjusted(rows, {winner, reference}))


def placed(rows: Iterable[Standing]) -> list[Standing]:
    """Returns rows in the order of their mean accuracies, their places set."""
    ordered = sorted(rows, key=lambda row: (-row.accuracy.mean if row.accuracy else math.inf, row.name))
    return [replace(row, place=place) for place, row in enumerate(ordered, 1)]


def _standing(
    name: str, layer: str, own: Scores, reference: Scores, networks: Sequence[str], failures: int
) -> Standing:
    means, means_of_reference = means_by_seed(own, networks), means_by_seed(reference, networks)
    differences = {network: paired(own.get(network, {}), reference.get(network, {})) for network in networks}
    of_means = paired(means, means_of_reference)
    return Standing(
        name=name,
        layer=layer,
        formula=formula_text(decode(layer)),
        place=0,
        accuracies={network: mean_interval(list(own[network].values())) for network in networks if own.get(network)},
        accuracy=mean_interval(list(means.values())) if means else None,
        differences={network: mean_interval(values) for network, values in differences.items() if values},
        difference=mean_interval(of_means) if of_means else None,
        p_value=p_value(of_means),
        failures=failures,
    )


def _failures(trainings: Iterable[Training], name: str) -> int:
    return sum(training.name == name and bool(training.failure) for training in trainings)


def _adjusted(rows: list[Standing], apart: Container[str]) -> list[Standing]:
    """Adjusts the p-values of found layers for their number, and those of known ones, but not the ones set apart."""
    compared = [row for row in rows if row.name not in apart]
    adjusted: dict[str, float] = {}
    for family in ([row for row in compared if row.is_known], [row for row in compared if not row.is_known]):
        adjusted |= dict(zip((row.name for row in family), holm([row.p_value for row in family]), strict=True))
    return [replace(row, p_value=adjusted.get(row.name, row.p_value)) for row in rows]
