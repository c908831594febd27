"""The symbolic form of a layer: moments and trained leaves as symbols."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sympy

from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Reference, X

_MOST_OPERATIONS = 48
"""Of the expression written out; above, sympy may take long."""

_SIGNED = frozenset({"abs", "signed_log", "signed_sqrt"})
_X = sympy.Symbol("x", real=True)
_NAMES = {"mean": "mu", "rms": "r", "std": "sigma", "var": "V", "meansq": "S"}
_LETTERS = {"vector": "v", "scalar": "a"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a symbol stands for.

    Attributes:
        name: the symbol.
        meaning: the moment as a formula, or the kind of leaf and its initial value.
        reference: of the node or leaf.
    """

    name: str
    meaning: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Symbolic:
    """The output as an expression of x at the same position, gamma and beta left out.

    Attributes:
        text: the expression; where it would be too long, or sympy has none, the formula of
            :mod:`search_spaces.norm_act_layers.formula`.
        latex: the same, or empty.
        derivative: by x, moments held fixed; empty where it would be too long, or has signs and absolute values.
        symbols: those in the expression other than x, and those in their meanings.
    """

    text: str
    latex: str
    derivative: str
    symbols: tuple[Symbol, ...]


def symbolic(layer: Layer) -> Symbolic:
    """Returns the symbolic form of a layer in canonical form."""
    symbols = _symbols(layer)
    output = None
    if _size(layer) <= _MOST_OPERATIONS:
        # Sympy refuses to compare with 0 / 0.
        with suppress(TypeError, ValueError):
            output = expression(layer)
    if output is None:
        return Symbolic(_written(layer, len(layer.nodes)), "", "", symbols)
    return Symbolic(str(output), sympy.latex(output), _derivative(layer, output), symbols)


def _derivative(layer: Layer, output: Any) -> str:
    # Sympy takes long over the signs of what it cannot tell the sign of, and at jumps has no function to offer.
    if any(node.op in _SIGNED for node in layer.nodes):
        return ""
    derivative = sympy.diff(output, _X)
    return str(derivative) if derivative.count_ops() <= _MOST_OPERATIONS else ""


def expression(layer: Layer) -> Any:
    """Returns the output as a sympy expression of the real symbol x and those of moments and trained leaves.

    Args:
        layer: in canonical form.
    """
    names = {symbol.reference: symbol.name for symbol in _symbols(layer)}
    values = {X: _X}
    for i, leaf in enumerate(layer.leaves):
        free = leaf.kind in TRAINABLE
        values[-1 - i] = sympy.Symbol(names[-1 - i], real=True) if free else _number(leaf.value)
    for reference, node in enumerate(layer.nodes, 1):
        if node.index_set:
            signs = {} if node.op == "mean" else {"positive": True}
            values[reference] = sympy.Symbol(names[reference], real=True, **signs)
        else:
            values[reference] = TENSOR_PRIMITIVES[node.op].symbol(sympy, *[values[r] for r in node.inputs])
    return values[len(layer.nodes)]


def _written(layer: Layer, reference: Reference) -> str:
    """Returns the formula of a node, without what its leaves start from."""
    text = formula_text(Layer(layer.nodes[:reference], layer.leaves, affine=False))
    body, _, definitions = text.partition(" with ")
    named = [part for part in definitions.split(", ") if part.startswith("u")]
    return body + (f" with {', '.join(named)}" if named else "")


def _symbols(layer: Layer) -> tuple[Symbol, ...]:
    found = []
    for reference, node in enumerate(layer.nodes, 1):
        if node.index_set:
            name = f"{_NAMES[node.op]}{sum(n.op == node.op for n in layer.nodes[:reference])}"
            found.append(Symbol(name, _written(layer, reference), reference))
    for i, leaf in enumerate(layer.leaves):
        if leaf.kind in TRAINABLE:
            per = "channel" if leaf.kind == "vector" else "layer"
            found.append(Symbol(_leaf_name(layer, -1 - i), f"trained from {leaf.value:.6g}, one per {per}", -1 - i))
    return tuple(found)


def _leaf_name(layer: Layer, reference: Reference) -> str:
    number = -1 - reference
    return f"{_LETTERS[layer.leaves[number].kind]}{number}"


def _number(value: float) -> Any:
    """Returns a whole number as such: 1.0 * x would be written out."""
    return sympy.Integer(int(value)) if value.is_integer() and abs(value) < 1e6 else sympy.Float(value, 6)


def _size(layer: Layer) -> int:
    """Returns how many operations the expression has when repeated values are written out."""
    sizes: Counter[Reference] = Counter()
    for reference, node in enumerate(layer.nodes, 1):
        sizes[reference] = 0 if node.index_set else 1 + sum(sizes[r] for r in node.inputs)
    return sizes[len(layer.nodes)]
