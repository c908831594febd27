"""Values with their first two derivatives, carried through the elementwise operations."""

# ruff: noqa: ARG005 - every rule has the same parameters, used or not
from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from evaluators.norm_act_layers.protocols.adjoints import ADJOINTS
from primitives.special import special
from primitives.tensor import TENSOR_PRIMITIVES

Array: TypeAlias = Any
"""A NumPy array of double precision, or one number where the value does not vary."""


class Jet(NamedTuple):
    """A function of x at some points.

    Attributes:
        value: of the function.
        first: its derivative.
        second: its second derivative.
    """

    value: Array
    first: Array
    second: Array

    @property
    def constant(self) -> bool:
        """Whether it does not depend on x at all."""
        return np.ndim(self.value) == 0


_CURVATURES: MappingProxyType[str, Callable[[Array, Array], Array]] = MappingProxyType(
    {
        "neg": lambda v, a: 0.0,
        "sigmoid": lambda v, a: v * (1 - v) * (1 - 2 * v),
        "tanh": lambda v, a: -2 * v * (1 - v * v),
        "exp": lambda v, a: v,
        "signed_log": lambda v, a: -np.sign(a) / (a * a),
        "abs": lambda v, a: 0.0,
        "square": lambda v, a: 2.0,
        "signed_sqrt": lambda v, a: -0.25 * np.sign(a) / np.abs(v) ** 3,
        "erf": lambda v, a: -4 / math.sqrt(math.pi) * a * np.exp(-a * a),
        "sin": lambda v, a: -v,
        "softplus": lambda v, a: special(np).expit(a) * special(np).expit(-a),
        "rsqrt": lambda v, a: 0.75 * v**5,
        "sqrt": lambda v, a: -0.25 / v**3,
    }
)
"""The second derivative of every operation of one operand, given its value and its operand."""


def constant(value: float) -> Jet:
    """Returns what does not depend on x."""
    return Jet(np.float64(value), 0.0, 0.0)


def variable(x: Array) -> Jet:
    """Returns x itself."""
    return Jet(x, np.ones_like(x), np.zeros_like(x))


def apply_jets(op: str, operands: tuple[Jet, ...]) -> Jet:
    """Returns an elementwise operation of values with their derivatives.

    Derivatives at kinks are those of :mod:`evaluators.norm_act_layers.protocols.adjoints`.
    """
    values = [jet.value for jet in operands]
    value = TENSOR_PRIMITIVES[op].floating(np, *values)
    if all(jet.constant for jet in operands):
        return Jet(value, 0.0, 0.0)
    slopes = ADJOINTS[op](np.ones_like(value), value, *values)
    # A slope that is infinite where its operand is constant plays no part, and would make NaN of it.
    first = sum(slope * jet.first for slope, jet in zip(slopes, operands, strict=True) if not jet.constant)
    second = sum(slope * jet.second for slope, jet in zip(slopes, operands, strict=True) if not jet.constant)
    return Jet(value, first, second + _bend(op, value, first, operands))


def _bend(op: str, value: Array, first: Array, operands: tuple[Jet, ...]) -> Array:
    """Returns what the operation's own curvature adds to the second derivative."""
    a, b = operands[0], operands[-1]
    if len(operands) == 1:
        return _CURVATURES[op](value, a.value) * a.first**2
    if op == "mul":
        return 2 * a.first * b.first
    return -2 * first * b.first / b.value if op == "div" and not b.constant else 0.0
