"""How a layer responds to a number that is added to its input.

A value follows with factor k if k times that number is added to it; it is invariant where k is 0. Factors are carried
through the graph.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evaluators.norm_act_layers.analysis.runs import Inputs, run
from evaluators.norm_act_layers.analysis.scale_response import Per, mixes
from primitives.moments import INDEX_SETS, MOMENTS
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Leaf, Node, Reference, X

_SHIFT = 0.7
_AGREES = 1e-6


@dataclass(frozen=True, slots=True)
class ShiftResponse:
    """The factors with which the output follows a shift; NaN where it does not simply follow, 0 where it is invariant.

    Attributes:
        factors: whatever the trained leaves are, by what has a shift of its own.
        measured: the factors on a random tensor, with trained leaves at their initial values.
    """

    factors: Mapping[Per, float]
    measured: Mapping[Per, float]

    @property
    def invariant(self) -> bool:
        """Whether what is added to the whole input does not matter."""
        return self.factors[Per.TENSOR] == 0


def shift_response(layer: Layer, inputs: Inputs) -> ShiftResponse:
    """Returns the response to shifts.

    Args:
        layer: in canonical form.
        inputs: to measure it on.
    """
    return ShiftResponse(
        MappingProxyType({per: follows(layer, per) for per in Per}),
        MappingProxyType({per: _measured(layer, inputs, per) for per in Per}),
    )


def follows(layer: Layer, per: Per) -> float:
    """Returns the factor with which the output follows a shift, NaN where it does not simply follow."""
    values: dict[Reference, float] = {X: 1.0, **{-1 - i: 0.0 for i in range(len(layer.leaves))}}
    for reference, node in enumerate(layer.nodes, 1):
        values[reference] = _follows(node, [values[r] for r in node.inputs], layer, per)
    return values[len(layer.nodes)]


def _follows(node: Node, operands: list[float], layer: Layer, per: Per) -> float:
    if any(map(math.isnan, operands)):
        return math.nan
    a, b = operands[0], operands[-1]
    if not any(operands):
        return 0.0
    if node.index_set:
        if mixes(INDEX_SETS[node.index_set], per):
            return math.nan
        return {"mean": a, "var": 0.0}.get(MOMENTS[node.op].statistic, math.nan)
    if node.op in ("add", "sub", "neg"):
        return {"add": a + b, "sub": a - b, "neg": -a}[node.op]
    if node.op in ("max", "min"):
        return a if a == b else math.nan
    if node.op in ("mul", "div"):
        return _multiple(node, operands, layer)
    return math.nan


def _multiple(node: Node, operands: list[float], layer: Layer) -> float:
    """Returns the factor of a product or quotient: known where the other operand is a constant."""
    for moving, other in ((0, 1), (1, 0)) if node.op == "mul" else ((0, 1),):
        reference = node.inputs[other]
        leaf = layer.leaves[-1 - reference] if reference < 0 else Leaf("scalar", 0.0)
        if leaf.kind not in TRAINABLE and (node.op == "mul" or leaf.value):
            return operands[moving] * leaf.value if node.op == "mul" else operands[moving] / leaf.value
    return math.nan


def _measured(layer: Layer, inputs: Inputs, per: Per) -> float:
    samples, _, channels = inputs.shape
    shifts = (
        _SHIFT
        * {
            Per.TENSOR: np.ones((1, 1, 1)),
            Per.SAMPLE: np.linspace(-1.0, 2.0, samples)[:, None, None],
            Per.CHANNEL: np.linspace(-1.0, 2.0, channels)[None, None],
        }[per]
    )
    change = run(layer, inputs + shifts) - run(layer, inputs)
    if not np.isfinite(change).all():
        return math.nan
    factor = float((change * shifts).mean() / (np.broadcast_to(shifts, change.shape) ** 2).mean())
    error = float(np.abs(change - factor * shifts).max())
    return round(factor, 6) + 0.0 if error <= _AGREES * max(1.0, float(np.abs(change).max())) else math.nan
