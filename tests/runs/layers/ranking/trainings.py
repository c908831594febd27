"""Trainings written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runs.layers.ranking.trial_file import Training
from search_spaces.norm_act_layers import KNOWN_LAYERS, encode

NETWORKS = ("resnet", "mobilenet")


def training(name: str, network: str = "resnet", seed: int = 1, **changes: Any) -> Training:
    """Returns a training of a known layer, or of a found one, for which EvoNorm-B1 and others stand."""
    fields: dict[str, Any] = {
        "layer": layer_of(name),
        "data": "",
        "asked": 100,
        "purpose": "rank",
        "accuracies": {"search": 0.5, "validation": 0.5, "test": 0.5},
        "failure": "",
        "steps": 100,
        "seconds": 1.5,
    }
    return Training(name=name, network=network, seed=seed, **{**fields, **changes})


def layer_of(name: str) -> str:
    """Returns a layer's text; found layers are named by a number and are activations, which no baseline is."""
    if name in KNOWN_LAYERS:
        return encode(KNOWN_LAYERS[name])
    stand_ins = ("mish", "gelu", "silu", "pau", "sau", "ash", "crrelu", "relu", "evonorm_b1", "evonorm_b2")
    return encode(KNOWN_LAYERS[stand_ins[int(name) % len(stand_ins)]])


def trainings(
    name: str, test: Mapping[str, list[float]], *, search: float = 0.5, validation: float = 0.5
) -> list[Training]:
    """Returns trainings of one layer by network, with seeds 1, 2, ...; NaN stands for a failure."""
    return [
        training(
            name,
            network,
            seed,
            **(
                {"accuracies": {}, "failure": "the loss is nan after 10 steps", "steps": 10}
                if value != value
                else {"accuracies": {"search": search, "validation": validation, "test": value}}
            ),
        )
        for network, values in test.items()
        for seed, value in enumerate(values, 1)
    ]
