"""The training-free protocols in a row: each candidate meets the cheapest first, and leaves with its first failure."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.verdict import Status, Verdict
from evaluators.norm_act_layers.protocols.behaviour import behaviour
from evaluators.norm_act_layers.protocols.finite import FINITE
from evaluators.norm_act_layers.protocols.gain import GAIN
from evaluators.norm_act_layers.protocols.gradient import GRADIENT
from evaluators.norm_act_layers.protocols.input import INPUT
from evaluators.norm_act_layers.protocols.nonlinear import NONLINEAR
from evaluators.norm_act_layers.protocols.scale import SCALE
from evaluators.norm_act_layers.protocols.spatial import SPATIAL
from evaluators.norm_act_layers.protocols.specimen import Specimen, make_probes
from evaluators.norm_act_layers.settings import TRAINING_FREE, ProtocolsConfig
from search_spaces.norm_act_layers.layer import Layer

PROTOCOLS = MappingProxyType({row.name: row for row in (INPUT, SPATIAL, FINITE, GAIN, NONLINEAR, GRADIENT, SCALE)})
"""The protocols that judge a candidate by itself; ``duplicate`` compares it with others and comes last."""

_DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Screened:
    """What the protocols found out about one candidate.

    Attributes:
        protocol: the one that turned the candidate away; empty when all let it pass.
        figures: what was measured, by protocol.
        behaviour: 63-bit fingerprint of what the candidate computes; -1 where that was not asked for.
    """

    protocol: str
    figures: Mapping[str, float]
    behaviour: int = -1

    @property
    def verdict(self) -> Verdict | None:
        """The end of a candidate that was turned away; None where all protocols let it pass."""
        if not self.protocol:
            return None
        return Verdict(Status.REJECTED, protocol=self.protocol, figure=self.figures[self.protocol])


@dataclass(frozen=True, slots=True)
class Screening:
    """What the protocols found out about a batch.

    Attributes:
        candidates: one entry per layer, in order.
        seconds: spent by protocol; what several of them need counts for the first.
    """

    candidates: tuple[Screened, ...]
    seconds: Mapping[str, float]


class TrainingFree:
    """The training-free protocols with their probes, which are made once.

    Attributes:
        protocols: the names of those that run, in their order.
    """

    def __init__(self, config: ProtocolsConfig | None = None) -> None:
        """Makes the probes.

        Args:
            config: which protocols, and their thresholds.
        """
        config = config or ProtocolsConfig()
        self.protocols = tuple(name for name in TRAINING_FREE if name in config.training_free)
        self._bounds = {name: row.bounds(config) for name, row in PROTOCOLS.items() if name in self.protocols}
        self._probes = make_probes()

    def screen(self, layers: Sequence[Layer], known: Container[int] = frozenset()) -> Screening:
        """Runs the protocols; equal arguments give equal results, the seconds apart.

        Args:
            layers: the candidates.
            known: behaviours; candidates that have one of them, or that of an earlier survivor, are duplicates.
        """
        seconds = dict.fromkeys(self.protocols, 0.0)
        survivors: set[int] = set()
        candidates = []
        # Candidates divide by 0 and overflow as they please: that is measured, not warned of.
        with np.errstate(all="ignore"):
            for layer in layers:
                specimen = Specimen(layer, self._probes)
                candidate = self._judge(specimen, seconds)
                if not candidate.protocol and _DUPLICATE in self.protocols:
                    candidate = _compare(specimen, candidate.figures, seconds, known, survivors)
                candidates.append(candidate)
        return Screening(tuple(candidates), seconds)

    def _judge(self, specimen: Specimen, seconds: dict[str, float]) -> Screened:
        figures: dict[str, float] = {}
        for name, (least, most) in self._bounds.items():
            start = time.perf_counter()
            figures[name] = PROTOCOLS[name].figure(specimen)
            seconds[name] += time.perf_counter() - start
            if not least <= figures[name] <= most:
                return Screened(name, figures)
        return Screened("", figures)


def _compare(
    specimen: Specimen,
    figures: Mapping[str, float],
    seconds: dict[str, float],
    known: Container[int],
    survivors: set[int],
) -> Screened:
    start = time.perf_counter()
    fingerprint = behaviour(specimen)
    repeated = fingerprint in survivors or fingerprint in known
    survivors.add(fingerprint)
    seconds[_DUPLICATE] += time.perf_counter() - start
    return Screened(_DUPLICATE if repeated else "", {**figures, _DUPLICATE: float(repeated)}, fingerprint)
