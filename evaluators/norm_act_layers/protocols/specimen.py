"""A candidate before the training-free protocols: what they measure of it, each thing measured when first asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.protocols.adjoints import adjoints
from evaluators.norm_act_layers.protocols.averages import Values, mean
from evaluators.norm_act_layers.protocols.probe import Probe, make_probe, random_inputs, trace
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer, Reference

SCALES = (0.1, 10.0, 100.0)
"""By which the first probe is multiplied to see how a layer responds."""

_DIRECTIONS = 8
_SEED = 2_004_02967

INITIAL, MOVED = slice(0, 2), slice(2, 4)
"""The probes on which a layer is as initialized, and the same with its trained leaves moved."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The probes of all specimens, made once.

    Attributes:
        plain: two inputs, on each a layer as initialized, and with its trained leaves moved.
        scaled: the first input times each of :data:`SCALES`.
        deviation: of the plain inputs, per probe.
        of_output: the adjoint of the output on the two inputs, random, its root mean square 1.
        directions: unit vectors on which the output with moved leaves is projected, one per row.
    """

    plain: Probe
    scaled: Probe
    deviation: NDArray[np.float64]
    of_output: Values
    directions: NDArray[np.float64]


def make_probes() -> Probes:
    """Returns the probes, the same at each call."""
    x = random_inputs(2)
    rng = np.random.default_rng(_SEED)
    plain = make_probe(np.concatenate([x, x]), np.array([0, 0, 1, 1]))
    scaled = np.concatenate([x[:1] * np.float32(scale) for scale in SCALES])
    of_output = rng.standard_normal(x.shape)
    of_output = (of_output / np.sqrt(mean(of_output**2, (1, 2, 3)))).astype(x.dtype)
    directions = rng.standard_normal((_DIRECTIONS, x.size)) / math.sqrt(x.size)
    return Probes(
        plain,
        make_probe(scaled, np.zeros(len(SCALES))),
        deviation(plain.x.astype(np.float64)),
        of_output,
        directions,
    )


class Specimen:
    """A layer under the training-free protocols.

    Attributes:
        layer: as the search has it.
    """

    def __init__(self, layer: Layer, probes: Probes) -> None:
        self.layer = layer
        self.probes = probes

    @cached_property
    def graph(self) -> Layer:
        """The layer in canonical form: no dead nodes, and repeated values once."""
        return canonical(self.layer)

    @cached_property
    def values(self) -> dict[Reference, Values]:
        """The values of all nodes on the plain probes."""
        return trace(self.graph, self.probes.plain)

    @cached_property
    def output(self) -> NDArray[np.float64]:
        """The output on the plain probes, of the shape of x."""
        return _spread(self.values[len(self.graph.nodes)], self.probes.plain)

    @cached_property
    def deviation(self) -> NDArray[np.float64]:
        """The deviation of the output, per plain probe."""
        return deviation(self.output)

    @cached_property
    def scaled_output(self) -> NDArray[np.float64]:
        """The output on the scaled probes, of their shape."""
        values = trace(self.graph, self.probes.scaled)
        return _spread(values[len(self.graph.nodes)], self.probes.scaled)

    @cached_property
    def adjoints(self) -> dict[Reference, Values]:
        """The adjoints of the input and of the trained leaves, where the layer is as initialized."""
        initial = {r: value[INITIAL] if len(value) > 1 else value for r, value in self.values.items()}
        return adjoints(self.graph, initial, self.probes.of_output)


def deviation(values: Values) -> NDArray[np.float64]:
    """Returns the standard deviation within a channel, the root mean square over channels, per probe."""
    centred = values - mean(values, (1, 2))
    variance: NDArray[np.float64] = np.sqrt(mean(centred * centred, (1, 2, 3)).reshape(-1))
    return variance


def _spread(values: Values, probe: Probe) -> NDArray[np.float64]:
    # In double precision, squares of what single precision can hold do not overflow.
    return np.broadcast_to(values, probe.x.shape).astype(np.float64)
