"""The pointwise part of a layer: what it does to one number while its statistics stay as they are.

In a large tensor one number does not move the moments. The reference is a large tensor of independent standard normal
numbers: there every moment is an expectation, over whichever index set, and the layer is a function of one number.
The epsilon under roots is left out, unless what it is added to is 0. Trained leaves have their initial values, gamma is
1 and beta 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluators.norm_act_layers.analysis.gaussian import expectation
from evaluators.norm_act_layers.analysis.jets import Array, Jet, apply_jets, constant, variable
from primitives.moments import MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer, Reference, X


@dataclass(frozen=True, slots=True)
class Pointwise:
    """A layer whose moments are numbers.

    Attributes:
        layer: in canonical form.
        moments: the value of each moment in a large standard normal tensor, by the node's reference; NaN where its
            expectation diverges.
    """

    layer: Layer
    moments: Mapping[Reference, float]

    @property
    def defined(self) -> bool:
        """Whether all moments are, and the output somewhere."""
        finite = all(map(math.isfinite, self.moments.values()))
        return finite and bool(np.isfinite(self.value(np.linspace(-4.0, 4.0, 17))).any())

    @property
    def fixed(self) -> frozenset[Reference]:
        """The references whose values do not vary with x."""
        fixed: set[Reference] = {-1 - i for i in range(len(self.layer.leaves))}
        for reference, node in enumerate(self.layer.nodes, 1):
            if node.index_set or fixed.issuperset(node.inputs):
                fixed.add(reference)
        return frozenset(fixed)

    @property
    def linear(self) -> frozenset[Reference]:
        """The references whose values are x times a number, plus a number."""
        fixed, linear = self.fixed, {X}
        for reference, node in enumerate(self.layer.nodes, 1):
            free = [r for r in node.inputs if r not in fixed]
            inner = bool(free) and linear.issuperset(free)
            product = node.op == "mul" and len(free) == 1
            quotient = node.op == "div" and free == [node.inputs[0]]
            if inner and (node.op in ("add", "sub", "neg") or product or quotient):
                linear.add(reference)
        return frozenset(linear)

    def values(self, x: Array) -> dict[Reference, Any]:
        """Returns the values of all references at some points."""
        leaves = {-1 - i: np.float64(leaf.value) for i, leaf in enumerate(self.layer.leaves)}
        return _traced(self.layer, self.moments, {X: x, **leaves}, np.float64, _elementwise)

    def jets(self, x: Array) -> dict[Reference, Jet]:
        """Returns the same with the first two derivatives by x."""
        leaves = {-1 - i: constant(leaf.value) for i, leaf in enumerate(self.layer.leaves)}
        return _traced(self.layer, self.moments, {X: variable(x), **leaves}, constant, apply_jets)

    def value(self, x: Array) -> Array:
        """Returns the output at some points."""
        with np.errstate(all="ignore"):
            return np.broadcast_to(self.values(x)[len(self.layer.nodes)], np.shape(x))

    def jet(self, x: Array) -> Jet:
        """Returns the output and its derivatives at some points."""
        with np.errstate(all="ignore"):
            return Jet(*(np.broadcast_to(part, np.shape(x)) for part in self.jets(x)[len(self.layer.nodes)]))


def pointwise(layer: Layer) -> Pointwise:
    """Returns the pointwise part of a layer.

    Args:
        layer: in canonical form.
    """
    moments: dict[Reference, float] = {}
    for reference, node in enumerate(layer.nodes, 1):
        if node.index_set:
            moments[reference] = _moment(Pointwise(layer, dict(moments)), reference)
    return Pointwise(layer, moments)


def _moment(before: Pointwise, reference: Reference) -> float:
    """Returns a moment, given those of earlier nodes."""
    node = before.layer.nodes[reference - 1]
    operand = node.inputs[0]
    earlier = Layer(before.layer.nodes[: reference - 1], before.layer.leaves)
    part = Pointwise(earlier, before.moments)

    def average(function: Callable[[Array], Array]) -> float:
        return expectation(lambda z: function(part.values(z)[operand]))

    moment = MOMENTS[node.op]
    if operand in before.fixed:
        statistic = float(moment.measure(lambda a: a, part.values(np.zeros(1))[operand]))
    elif moment.statistic == "mean":
        statistic = average(lambda a: a)
    else:
        centre = average(lambda a: a) if moment.statistic == "var" else 0.0
        statistic = average(lambda a: (a - centre) ** 2)
    if moment.rooted and statistic > 0:
        return math.sqrt(statistic)
    return float(moment.finish(np, statistic)) if math.isfinite(statistic) else math.nan


def _elementwise(op: str, operands: tuple[Any, ...]) -> Any:
    return TENSOR_PRIMITIVES[op].floating(np, *operands)


def _traced(
    layer: Layer,
    moments: Mapping[Reference, float],
    values: dict[Reference, Any],
    number: Callable[[float], Any],
    meaning: Callable[[str, tuple[Any, ...]], Any],
) -> dict[Reference, Any]:
    with np.errstate(all="ignore"):
        for reference, node in enumerate(layer.nodes, 1):
            if node.index_set:
                values[reference] = number(moments[reference])
            else:
                values[reference] = meaning(node.op, tuple(values[r] for r in node.inputs))
    return values
