"""The protocol ``gain``: an untrained layer neither loses its input nor makes it explode."""

from __future__ import annotations

from evaluators.norm_act_layers.protocols.protocol import Protocol, outermost
from evaluators.norm_act_layers.protocols.specimen import INITIAL, Specimen


def _gain(specimen: Specimen) -> float:
    return outermost(specimen.deviation[INITIAL] / specimen.probes.deviation[INITIAL])


GAIN = Protocol(
    "gain",
    "deviation of the output within a channel over that of the input, on the probe where it is farther from 1",
    _gain,
    lambda config: (config.min_gain, config.max_gain),
)
