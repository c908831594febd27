"""The algebra of values: operations on normal forms give normal forms, and never cost more than they did.

Scales and offsets move outwards as far as they can at no cost in operations, and meet there; like terms and like
factors are counted together; sums and products are flat. What several instructions use is closed to all that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from search_spaces import double_double as dd
from search_spaces.node import (
    ONE,
    ZERO,
    Elementary,
    Node,
    Product,
    Shared,
    Sum,
    Value,
    X,
    kind,
    leading_term,
    make_product,
    make_sum,
    order_factors,
    order_terms,
)
from search_spaces.scale import Parameter, Scale, is_free, make_scale, over, plus, times, value_of

_FREE_ONE = Parameter((1.0, 0.0))

_FOLDS: dict[str, Callable[[dd.DoubleDouble], dd.DoubleDouble]] = {"exp": dd.exp, "log": dd.log, "sqrt": dd.sqrt}


class Algebra:
    """Builds values in normal form; equal nodes are one object.

    Attributes:
        tied: whether two nodes of equal structure met in a sum or product, so that their order is arbitrary.
    """

    def __init__(self) -> None:
        self.tied = False
        self._interned: dict[tuple[object, ...], Any] = {}

    def make(self, name: str, *operands: Value) -> Value:
        """Returns an operation on values that nothing else uses, in normal form.

        Args:
            name: of a primitive.
            operands: its operands.

        Raises:
            ArithmeticError: when a constant is divided by zero, leaves its domain or grows beyond all bounds.
        """
        scale, node = operands[-1]
        if name == "mul":
            return self._multiply(operands[0], operands[1], 1)
        if name == "div":
            return self._multiply(operands[0], operands[1], -1)
        if name == "add":
            return self._add(operands[0], operands[1])
        if name == "sub":
            return self._add(operands[0], (times(-1, scale), node))
        return (times(-1, scale), node) if name == "neg" else self._elementary(name, scale, node)

    def share(self, value: Value, uses: int, whole: bool) -> Value:
        """Closes a value that several instructions use.

        Args:
            value: any.
            uses: how many operands refer to it, by which equal structures are told apart.
            whole: whether the scale is closed in, too, or left to the users.
        """
        scale, node = value
        if node is ONE:
            return value
        if node.absorbs:
            return 1, Shared(hash((3, node.key, 1, uses)), value=value, uses=uses)
        if scale == 1 or not whole:
            if node is X or isinstance(node, Shared):
                return value
            return scale, Shared(hash((3, node.key, 1, uses)), value=(1, node), uses=uses)
        return 1, Shared(hash((3, node.key, kind(scale), uses)), value=value, uses=uses)

    def _add(self, first: Value, second: Value) -> Value:
        if first[1] is second[1]:
            return self._scaled(plus(first[0], second[0]), first[1])
        if second[1] is ONE and not isinstance(first[1], Sum):
            return self._sum([first], second[0])
        return self._collect((first, second), 0)

    def _collect(self, summands: Iterable[Value], offset: Scale) -> Value:
        """Adds up like terms, those of sums among the summands included where that costs nothing."""
        scales: dict[Node, Scale] = {}
        closed: list[tuple[Scale, Sum]] = []
        for scale, node in summands:
            if node is ONE:
                offset = plus(offset, scale)
            elif not isinstance(node, Sum):
                scales[node] = plus(scales.get(node, 0), scale)
            elif node.units > 1 and is_free(scale):
                closed.append((scale, node))
            else:
                offset = plus(offset, _distribute(scale, node, scales))
        for scale, node in closed:
            # To distribute the scale multiplies each sign but one; each term that meets its like saves an addition.
            if node.units <= 1 + sum(term in scales for _, term in node.terms):
                offset = plus(offset, _distribute(scale, node, scales))
            else:
                scales[node] = plus(scales.get(node, 0), scale)
        return self._sum([(scale, node) for node, scale in scales.items()], offset)

    def _sum(self, terms: list[Value], offset: Scale) -> Value:
        terms = [self._scaled(*term) if term[1].movable else term for term in terms if term[0] != 0]
        if not terms:
            return offset, ONE
        if len(terms) == 1:
            leading, first = terms[0]
            if offset == 0:
                return leading, first
        else:
            self.tied = order_terms(terms) or self.tied
            leading, first = leading_term(terms)
        if leading != 1:
            terms = [(over(scale, leading), node) for scale, node in terms]
            offset = over(offset, leading)
            if isinstance(first, Sum) and not first.absorbs and is_free(leading):
                opened = self._collect(terms, offset)
                return self._scaled(times(leading, opened[0]), opened[1])
        key = (*terms, offset)
        found: Sum | None = self._interned.get(key)
        if not found:
            found = self._interned[key] = make_sum(tuple(terms), offset)
        return leading, found

    def _multiply(self, first: Value, second: Value, power: int) -> Value:
        scale = times(first[0], second[0]) if power > 0 else over(first[0], second[0])
        if scale == 0:
            return ZERO
        if second[1] is ONE:
            return self._scaled(scale, first[1])
        exponents: dict[Node, int] = {}
        for (_, node), sign in ((first, 1), (second, power)):
            if isinstance(node, Product):
                for factor, exponent in node.factors:
                    exponents[factor] = exponents.get(factor, 0) + sign * exponent
            elif node is not ONE:
                exponents[node] = exponents.get(node, 0) + sign
        return self._scaled(scale, self._product([factor for factor in exponents.items() if factor[1]]))

    def _product(self, factors: list[tuple[Node, int]]) -> Node:
        if not factors:
            return ONE
        if len(factors) == 1 and factors[0][1] == 1:
            return factors[0][0]
        self.tied = order_factors(factors) or self.tied
        key = tuple(factors)
        found: Product | None = self._interned.get(key)
        if not found:
            found = self._interned[key] = make_product(key)
        return found

    def _scaled(self, scale: Scale, node: Node) -> Value:
        """Returns a scale times a node; where the scale is free, its sums lead with their first term."""
        if not node.movable or not (is_free(scale) or node.absorbs):
            return (scale, node) if scale != 0 else ZERO
        if isinstance(node, Sum):
            return self._sum([(times(scale, inner), term) for inner, term in node.terms], times(scale, node.offset))
        assert isinstance(node, Product)
        factors: dict[Node, int] = {}
        for factor, exponent in node.factors:
            if factor.movable:
                moved, factor = self._scaled(_FREE_ONE, factor)
                for _ in range(abs(exponent)):
                    scale = times(scale, moved) if exponent > 0 else over(scale, moved)
            factors[factor] = factors.get(factor, 0) + exponent
        return scale, self._product([factor for factor in factors.items() if factor[1]])

    def _elementary(self, name: str, scale: Scale, node: Node) -> Value:
        if node is ONE:
            return make_scale(_FOLDS[name](value_of(scale))), ONE
        if name == "exp" and isinstance(node, Sum) and node.offset != 0:
            rest = self._scaled(scale, self._sum(list(node.terms), 0)[1])
            if rest[0] != -1 or rest[1].reversible:
                return make_scale(dd.exp(value_of(times(scale, node.offset)))), self._elementary(name, *rest)[1]
        if name in ("sqrt", "log") and is_free(scale) and not node.absorbs and value_of(scale)[0] > 0.0:
            outside = make_scale(_FOLDS[name](value_of(scale)))
            inside = self._apply(name, (1, node))
            return (outside, inside) if name == "sqrt" else self._sum([(1, inside)], outside)
        if scale == -1 and not node.reversible:
            scale = Parameter((-1.0, 0.0))
        return 1, self._apply(name, (scale, node))

    def _apply(self, name: str, argument: Value) -> Node:
        found: Node | None = self._interned.get((name, *argument))
        if not found:
            scale, node = argument
            key = hash((6, *name.encode(), 0 if node.absorbs else kind(scale), node.key))
            found = self._interned[(name, *argument)] = Elementary(key, name=name, argument=argument)
        return found


def _distribute(scale: Scale, node: Sum, scales: dict[Node, Scale]) -> Scale:
    """Adds a scale times a sum's terms to the scales of nodes, and returns the scaled offset."""
    for inner, term in node.terms:
        scales[term] = plus(scales.get(term, 0), times(scale, inner))
    return times(scale, node.offset)
