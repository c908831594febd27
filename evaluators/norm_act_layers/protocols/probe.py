"""The probe tensors, and the NumPy interpretation of layers on several of them at once.

Nothing is compiled, so a layer costs microseconds. A stack of probes is one array of shape (probes, samples, places,
channels). Moments are taken within each probe; all spatial axes are one axis of places, as no operation tells them
apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from evaluators.norm_act_layers.protocols.averages import Values, average
from primitives.moments import MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Reference, X

SAMPLES, PLACES, CHANNELS = 6, 9, 6
"""Of each probe. The channels make two groups of three, so that moments within groups differ from all others."""

_SEED = 20_041_967
_SPREAD, _SHIFT = 0.4, 0.4
"""Standard deviations of the logarithm of the scales of channels and samples, and of their means."""

_MOVE = 1.0
"""Standard deviation by which trained leaves are moved: far enough that one from 0 may pass one from 1."""

_RANKS = 32
"""Trained leaves of a kind that are moved each in its own way; the moves repeat beyond."""

_ELEMENTWISE: MappingProxyType[str, Callable[..., Values]] = MappingProxyType(
    {name: partial(row.floating, np) for name, row in TENSOR_PRIMITIVES.items()}
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What layers are run on.

    Attributes:
        x: the stacked inputs.
        moves: per trainable kind, per rank of a leaf among those of its kind, what is added to its initial value; each
            broadcasts against x. They are 0 in the probes in which layers are as initialized.
    """

    x: Values
    moves: MappingProxyType[str, tuple[Values, ...]]


def make_probe(x: Values, moved: Values) -> Probe:
    """Returns a probe.

    Args:
        x: the stacked inputs.
        moved: of shape (probes,): 1 where trained leaves are moved from their initial values, else 0. How far they are
            moved does not depend on these values, so that 1 + v0 moves like v1.
    """
    moved = moved.reshape(-1, 1, 1, 1).astype(x.dtype)
    rng = np.random.default_rng(_SEED)
    steps = (_MOVE * rng.standard_normal((_RANKS, 1 + x.shape[-1]))).astype(x.dtype)
    scalars = tuple(moved * step[0] for step in steps)
    vectors = tuple(moved * step[1:] for step in steps)
    return Probe(x, MappingProxyType({"scalar": scalars, "vector": vectors}))


def random_inputs(num_probes: int, dtype: Any = np.float32) -> Values:
    """Returns stacked inputs as convolutions might make them, the same at each call.

    Channels have unequal means and scales, and so have samples. Probes differ in all of them, and each is twice as
    large as the one before, so that what an operation does to large values only is seen as well.
    """
    rng = np.random.default_rng(_SEED)
    x = rng.standard_normal((num_probes, SAMPLES, PLACES, CHANNELS))
    for shape in ((num_probes, SAMPLES, 1, 1), (num_probes, 1, 1, CHANNELS)):
        x = x * np.exp(_SPREAD * rng.standard_normal(shape)) + _SHIFT * rng.standard_normal(shape)
    return (x * 2.0 ** np.arange(num_probes).reshape(-1, 1, 1, 1)).astype(dtype)


def trace(layer: Layer, probe: Probe) -> dict[Reference, Values]:
    """Runs a layer of live nodes on all probes in training, without gamma and beta.

    Returns:
        the values of x, of the leaves and of the nodes, by their references.
    """
    values = _leaf_values(layer, probe)
    values[X] = probe.x
    for reference, (op, inputs, index_set) in enumerate(layer.nodes, 1):
        if index_set:
            values[reference] = MOMENTS[op].floating(np, partial(average, index_set=index_set), values[inputs[0]])
        else:
            values[reference] = _ELEMENTWISE[op](*[values[r] for r in inputs])
    return values


def _leaf_values(layer: Layer, probe: Probe) -> dict[Reference, Values]:
    values: dict[Reference, Values] = {}
    ranks = dict.fromkeys(TRAINABLE, 0)
    for number, (kind, value) in enumerate(layer.leaves):
        if kind in TRAINABLE:
            values[-1 - number] = value + probe.moves[kind][ranks[kind] % _RANKS]
            ranks[kind] += 1
        else:
            values[-1 - number] = np.full((1, 1, 1, 1), value, probe.x.dtype)
    return values
