"""The protocol ``scale``: the output grows hardly faster than the input's scale.

What grows with degree 1.5 or 2 explodes within a few layers of a network, since degrees multiply.
"""

from __future__ import annotations

import math

from evaluators.norm_act_layers.protocols.protocol import Protocol
from evaluators.norm_act_layers.protocols.specimen import Specimen, deviation


def _degree(specimen: Specimen) -> float:
    """Takes the greater degree of two decades: large inputs that become larger, and others that become small.

    For small ones the output grows if it has a pole. That an output vanishes is no concern here.
    """
    small, large, larger = deviation(specimen.scaled_output).tolist()
    usual = float(specimen.deviation[0])
    degrees = (_decades(usual, small), _decades(large, larger))
    return math.nan if any(map(math.isnan, degrees)) else max(degrees)


def _decades(before: float, after: float) -> float:
    if after == 0.0:
        return -math.inf
    return math.log10(after / before) if before and math.isfinite(after / before) else math.nan


SCALE = Protocol(
    "scale",
    "degree with which the output grows, from 10 to 100 times the input or from 1 to 0.1; NaN where it is not finite",
    _degree,
    lambda config: (-math.inf, config.max_growth),
)
