"""The protocol ``input``: the output depends on x by some path of the graph."""

from __future__ import annotations

from evaluators.norm_act_layers.protocols.protocol import Protocol
from evaluators.norm_act_layers.protocols.specimen import Specimen
from search_spaces.norm_act_layers.layer import X, live_references


def _paths(specimen: Specimen) -> float:
    return float(X in live_references(specimen.layer))


INPUT = Protocol("input", "1 where a path leads from x to the output, else 0", _paths, lambda _: (1.0, 1.0))
