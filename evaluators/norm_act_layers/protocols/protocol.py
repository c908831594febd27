"""What a training-free protocol is: a figure of a candidate, and the bounds within which it passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.protocols.specimen import Specimen
from evaluators.norm_act_layers.settings import ProtocolsConfig


@dataclass(frozen=True, slots=True)
class Protocol:
    """A test that turns candidates away.

    Attributes:
        name: by which verdicts and counters name it.
        meaning: of the figure, for reports.
        figure: measures it; NaN never passes.
        bounds: the least and the greatest figure that pass.
    """

    name: str
    meaning: str
    figure: Callable[[Specimen], float]
    bounds: Callable[[ProtocolsConfig], tuple[float, float]]


def outermost(ratios: NDArray[np.float64]) -> float:
    """Returns the ratio that is farthest from 1 in its logarithm, NaN where one is NaN."""
    least, most = float(ratios.min()), float(ratios.max())
    return most if not least * most < 1.0 else least
