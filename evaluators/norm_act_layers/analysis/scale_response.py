"""How a layer responds to the scale of its input.

A value is homogeneous of degree d if it is multiplied by a^d where the input is multiplied by a > 0. Degrees are
carried through the graph, the epsilon under roots left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from evaluators.norm_act_layers.analysis.runs import Inputs, run
from primitives.moments import INDEX_SETS, MOMENTS, IndexSet
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Node, Reference, X

_FACTORS = (2.0, 6.0)
_AGREES = 1e-3


class Per(StrEnum):
    """What has a scale, or a shift, of its own."""

    TENSOR = "tensor"
    SAMPLE = "sample"
    CHANNEL = "channel"


ANY = math.inf
"""The degree of 0, which is homogeneous of every degree."""


@dataclass(frozen=True, slots=True)
class ScaleResponse:
    """The degrees of homogeneity; NaN where there is none.

    Attributes:
        degrees: whatever the trained leaves are, by what has a scale of its own.
        at_start: the same with the trained leaves at their initial values, where one that is 0 has no part.
        measured: d with which outputs on random tensors are multiplied by a^d, NaN where they are not; at the start.
    """

    degrees: Mapping[Per, float]
    at_start: Mapping[Per, float]
    measured: Mapping[Per, float]

    @property
    def invariant(self) -> bool:
        """Whether the scale of the whole input does not matter, whatever the trained leaves are."""
        return self.degrees[Per.TENSOR] == 0


def scale_response(layer: Layer, inputs: Inputs) -> ScaleResponse:
    """Returns the response to scale.

    Args:
        layer: in canonical form.
        inputs: to measure it on.
    """
    return ScaleResponse(
        MappingProxyType({per: degree(layer, per, start=False) for per in Per}),
        MappingProxyType({per: degree(layer, per, start=True) for per in Per}),
        MappingProxyType({per: _measured(layer, inputs, per) for per in Per}),
    )


def mixes(index_set: IndexSet, per: Per) -> bool:
    """Tells whether a moment is taken over values that differ in what they belong to."""
    if per is Per.TENSOR:
        return False
    return index_set.batch if per is Per.SAMPLE else index_set.channels


def degree(layer: Layer, per: Per, start: bool) -> float:
    """Returns the degree of homogeneity of the output, NaN where it has none.

    Args:
        layer: any of live nodes.
        per: what has a scale of its own.
        start: whether trained leaves have their initial values, else any.
    """
    numbers = {-1 - i: leaf.value for i, leaf in enumerate(layer.leaves) if start or leaf.kind not in TRAINABLE}
    values: dict[Reference, float] = {X: 1.0, **{-1 - i: 0.0 for i in range(len(layer.leaves))}}
    values |= {reference: _of_number(number) for reference, number in numbers.items()}
    for reference, node in enumerate(layer.nodes, 1):
        if not node.index_set and all(r in numbers for r in node.inputs):
            operands = [np.float64(numbers[r]) for r in node.inputs]
            numbers[reference] = float(TENSOR_PRIMITIVES[node.op].floating(np, *operands))
            values[reference] = _of_number(numbers[reference])
        else:
            values[reference] = _degree(node, [values[r] for r in node.inputs], per)
    return values[len(layer.nodes)]


def _of_number(number: float) -> float:
    if number == 0:
        return ANY
    return 0.0 if math.isfinite(number) else math.nan


def _degree(node: Node, operands: list[float], per: Per) -> float:
    if any(map(math.isnan, operands)):
        return math.nan
    a, b = operands[0], operands[-1]
    if node.index_set:
        moment = MOMENTS[node.op]
        if a in (0.0, ANY):
            # The root of 0 is that of the epsilon.
            return 0.0 if moment.rooted else a
        if mixes(INDEX_SETS[node.index_set], per):
            return math.nan
        return 2 * a if moment.statistic != "mean" and not moment.rooted else a
    if node.op in ("add", "sub", "max", "min"):
        return _common(a, b)
    if node.op in ("mul", "div"):
        return _product(a, b, 1 if node.op == "mul" else -1)
    factors = {"neg": 1.0, "abs": 1.0, "square": 2.0, "sqrt": 0.5, "signed_sqrt": 0.5, "rsqrt": -0.5}
    if node.op in factors:
        return math.nan if a == ANY and node.op == "rsqrt" else factors[node.op] * a
    # A function of what does not depend on the scale does not either; most are not 0 at 0.
    vanishes = node.op in ("tanh", "erf", "sin")
    return (ANY if vanishes else 0.0) if a == ANY else (0.0 if a == 0 else math.nan)


def _common(a: float, b: float) -> float:
    if a in (ANY, b):
        return b
    return a if b == ANY else math.nan


def _product(a: float, b: float, sign: int) -> float:
    if ANY in (a, b):
        return ANY if sign > 0 or b != ANY else math.nan
    return a + sign * b


def _measured(layer: Layer, inputs: Inputs, per: Per) -> float:
    """Fits a degree for each factor; outputs must be multiplied by a power of it, everywhere the same."""
    before = run(layer, inputs)
    spread = np.exp(np.linspace(-0.5, 0.5, max(inputs.shape)))
    fits = []
    for factor in _FACTORS:
        scales = (
            factor
            * {
                Per.TENSOR: np.ones((1, 1, 1)),
                Per.SAMPLE: spread[: inputs.shape[0], None, None],
                Per.CHANNEL: spread[None, None, : inputs.shape[2]],
            }[per]
        )
        fits.append(_fit(before, run(layer, inputs * scales), np.broadcast_to(scales, inputs.shape)))
    return round(fits[0], 3) + 0.0 if abs(fits[0] - fits[1]) <= _AGREES else math.nan


def _fit(before: Inputs, after: Inputs, scales: Inputs) -> float:
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return math.nan
    weight = np.abs(before)
    if not weight.any():
        return math.nan
    large = weight > 0.1 * weight.max()
    ratios = after[large] / before[large]
    if not (ratios > 0).all():
        return math.nan
    fitted = float(np.median(np.log(ratios) / np.log(scales[large])))
    error = np.abs(after - before * scales**fitted).max()
    return fitted if error <= _AGREES * np.abs(after).max() else math.nan
