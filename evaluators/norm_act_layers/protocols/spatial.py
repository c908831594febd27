"""The protocol ``spatial``: the output of an untrained layer is not the same at all places of an image."""

from __future__ import annotations

import math

import numpy as np

from evaluators.norm_act_layers.protocols.averages import mean
from evaluators.norm_act_layers.protocols.protocol import Protocol
from evaluators.norm_act_layers.protocols.specimen import INITIAL, Specimen
from search_spaces.norm_act_layers.value_facts import value_facts


def _variation(specimen: Specimen) -> float:
    """Asks the graph first: where moments over space cut every path from x, nothing need be computed."""
    layer = specimen.layer
    if "space" not in value_facts(layer)[len(layer.nodes)].varies:
        return 0.0
    y = specimen.output[INITIAL]
    size = float(np.abs(y).max())
    if not math.isfinite(size):
        return math.inf
    if size == 0.0:
        return 0.0
    y = y / size
    centred = y - mean(y, (2,))
    return math.sqrt(float((centred * centred).sum() / (y * y).sum()))


SPATIAL = Protocol(
    "spatial",
    "deviation of the output within an image and channel, over its root mean square; infinite where it is not finite",
    _variation,
    lambda config: (config.min_spatial, math.inf),
)
