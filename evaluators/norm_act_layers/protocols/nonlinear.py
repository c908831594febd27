"""The protocol ``nonlinear``: within a batch the layer is not gamma * x + beta."""

from __future__ import annotations

import math

import numpy as np

from evaluators.norm_act_layers.protocols.averages import mean
from evaluators.norm_act_layers.protocols.protocol import Protocol
from evaluators.norm_act_layers.protocols.specimen import MOVED, Specimen


def _unexplained(specimen: Specimen) -> float:
    """Looks at moved leaves, as x * sigmoid(v0 * x) is linear before training only.

    Statistics over the batch are constants at inference, so that BatchNorm alone is linear too.
    """
    x = specimen.probes.plain.x[MOVED].astype(np.float64)
    x, y = x - mean(x, (1, 2)), specimen.output[MOVED]
    y = y - mean(y, (1, 2))
    slope = mean(x * y, (1, 2)) / mean(x * x, (1, 2))
    residual = y - slope * x
    share = float((mean(residual * residual, (1, 2, 3)) / mean(y * y, (1, 2, 3))).max())
    return math.inf if math.isnan(share) else share


NONLINEAR = Protocol(
    "nonlinear",
    "share of the output's variance that gamma * x + beta, fitted to a batch, does not explain; infinite where the "
    "output with moved leaves is not finite",
    _unexplained,
    lambda config: (config.min_nonlinearity, math.inf),
)
