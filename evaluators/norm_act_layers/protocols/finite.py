"""The protocol ``finite``: no value of the output of an untrained layer is NaN or infinite in single precision."""

from __future__ import annotations

import numpy as np

from evaluators.norm_act_layers.protocols.protocol import Protocol
from evaluators.norm_act_layers.protocols.specimen import INITIAL, Specimen


def _share(specimen: Specimen) -> float:
    return float(np.isfinite(specimen.output[INITIAL]).mean())


FINITE = Protocol("finite", "share of the output's values that are finite", _share, lambda _: (1.0, 1.0))
