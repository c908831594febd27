"""The adjoints of a traced layer, by one sweep from its output to its input.

Derivatives are those that JAX takes, at kinks too: where operands of max or min are equal each gets half, and |x| has
the derivative 1 at 0. So they are finite where those of training are. Differences of values would miss what is not, and
cost half as much again.
"""

# ruff: noqa: ARG005 - every rule has the same parameters, used or not
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from evaluators.norm_act_layers.protocols.averages import Values, average, transposed_average
from primitives.moments import MOMENTS
from primitives.special import special
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Node, Reference, X

Derivative: TypeAlias = Callable[..., tuple[Values, ...]]
"""Takes the adjoint of an operation's value, the value and the operands; returns what it adds to theirs."""


def _share(wins: Callable[[Values, Values], Values], g: Values, v: Values, a: Values, b: Values) -> tuple[Values, ...]:
    del v
    even = 0.5 * (a == b).astype(g.dtype)
    return g * (wins(a, b) + even), g * (wins(b, a) + even)


def _signed_sqrt(g: Values, v: Values, a: Values) -> tuple[Values, ...]:
    sign = np.sign(a)
    return (g * sign * 0.5 / np.abs(v) * sign,)


ADJOINTS: MappingProxyType[str, Derivative] = MappingProxyType(
    {
        "add": lambda g, v, a, b: (g, g),
        "sub": lambda g, v, a, b: (g, -g),
        "mul": lambda g, v, a, b: (g * b, g * a),
        "div": lambda g, v, a, b: (g / b, -g / b * v),
        "max": partial(_share, np.greater),
        "min": partial(_share, np.less),
        "neg": lambda g, v, a: (-g,),
        "sigmoid": lambda g, v, a: (g * v * (1 - v),),
        "tanh": lambda g, v, a: (g * (1 + v) * (1 - v),),
        "exp": lambda g, v, a: (g * v,),
        "signed_log": lambda g, v, a: (g / np.abs(a),),
        "abs": lambda g, v, a: (np.where(a >= 0, g, -g),),
        "square": lambda g, v, a: (g * (a + a),),
        "signed_sqrt": _signed_sqrt,
        "erf": lambda g, v, a: (g * (2 / math.sqrt(math.pi)) * np.exp(-a * a),),
        "sin": lambda g, v, a: (g * np.cos(a),),
        "softplus": lambda g, v, a: (g * special(np).expit(a),),
        "rsqrt": lambda g, v, a: (g * -0.5 * v * v * v,),
        "sqrt": lambda g, v, a: (g * 0.5 / v,),
    }
)
"""The derivatives of every elementwise operation, by its name."""


def adjoints(layer: Layer, values: dict[Reference, Values], of_output: Values) -> dict[Reference, Values]:
    """Returns the adjoints of the input and of the trained leaves, where the output depends on them.

    Args:
        layer: of live nodes.
        values: its trace.
        of_output: the adjoint of the output, of the shape of x; that of the value is summed over its missing axes.

    Returns:
        by reference, each of the shape of what it belongs to.
    """
    wanted = _differentiated(layer)
    output = len(layer.nodes)
    found = {output: _summed(of_output, values[output])}
    for reference in range(output, 0, -1):
        adjoint = found.pop(reference, None)
        if adjoint is None:
            continue
        node = layer.nodes[reference - 1]
        operands = [values[r] for r in node.inputs]
        parts = _of_node(node, adjoint, values[reference], operands)
        for r, part, operand in zip(node.inputs, parts, operands, strict=True):
            if r in wanted:
                part = _summed(part, operand)
                found[r] = found[r] + part if r in found else part
    return found


def _differentiated(layer: Layer) -> set[Reference]:
    """Returns the references that depend on the input or on trained leaves; constants have no adjoint to be NaN."""
    wanted = {X, *(-1 - i for i, leaf in enumerate(layer.leaves) if leaf.kind in TRAINABLE)}
    for reference, node in enumerate(layer.nodes, 1):
        if not wanted.isdisjoint(node.inputs):
            wanted.add(reference)
    return wanted


def _of_node(node: Node, adjoint: Values, value: Values, operands: list[Values]) -> tuple[Values, ...]:
    if node.index_set:
        return (_of_moment(node, adjoint, value, operands[0]),)
    return ADJOINTS[node.op](adjoint, value, *operands)


def _of_moment(node: Node, adjoint: Values, value: Values, operand: Values) -> Values:
    moment = MOMENTS[node.op]
    if moment.rooted:
        adjoint = adjoint * 0.5 / value
    spread = transposed_average(adjoint, operand, node.index_set)
    if moment.statistic == "mean":
        return np.broadcast_to(spread, operand.shape)
    centred = operand - average(operand, node.index_set) if moment.statistic == "var" else operand
    of_operand: Values = 2 * spread * centred
    return of_operand


def _summed(adjoint: Values, value: Values) -> Values:
    """Sums an adjoint over the axes along which the value that it belongs to was spread."""
    if adjoint.shape == value.shape:
        return adjoint
    axes = tuple(i for i in range(4) if value.shape[i] == 1 and adjoint.shape[i] > 1)
    total: Values = np.add.reduce(adjoint, axes, keepdims=True) if axes else adjoint
    return total
