"""The protocol ``gradient``: the gradient of the input keeps its norm, and that of no trained leaf is NaN."""

from __future__ import annotations

import math

import numpy as np

from evaluators.norm_act_layers.protocols.protocol import Protocol, outermost
from evaluators.norm_act_layers.protocols.specimen import Specimen
from search_spaces.norm_act_layers.layer import X


def _gradient_gain(specimen: Specimen) -> float:
    adjoints = specimen.adjoints
    # A leaf's gradient that is NaN ends training at its first step, as that of the root of a vector that starts at 0.
    if X not in adjoints or not all(np.isfinite(adjoint).all() for adjoint in adjoints.values()):
        return math.nan
    of_x = adjoints[X].astype(np.float64)
    return outermost(np.sqrt((of_x * of_x).mean((1, 2, 3))))


GRADIENT = Protocol(
    "gradient",
    "norm of a random gradient behind the layer over that before it, on the probe where it is farther from 1; NaN "
    "where the gradient of the input or of a leaf is not finite",
    _gradient_gain,
    lambda config: (config.min_gradient, config.max_gradient),
)
