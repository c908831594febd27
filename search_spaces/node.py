"""Expressions in normal form: sums, products, elementary functions and closed values.

Every value is a scale times a monic node: a sum of scaled nodes with an offset, a product of powers, an
elementary function, or a value that several instructions share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from search_spaces.scale import Scale, is_free


@dataclass(slots=True, eq=False)
class Node:
    """A monic expression, equal only to itself.

    Attributes:
        key: hash of its structure, by which terms and factors are ordered.
        absorbs: whether a scale on it costs no operation, as a reciprocal c / v needs its constant anyway.
        movable: whether it holds a sum that a free scale on the node would let lead with another term.
        reversible: whether its negative costs no more, as b - a costs no more than a - b.
    """

    key: int
    absorbs: bool = False
    movable: bool = False
    reversible: bool = False


Value: TypeAlias = tuple[Scale, Node]
"""A scale times a monic node."""

# Hashes of tuples of integers do not depend on PYTHONHASHSEED.
X = Node(hash((1,)))
ONE = Node(hash((2,)))
ZERO: Value = (0, ONE)


@dataclass(slots=True, eq=False)
class Sum(Node):
    """A sum of scaled nodes, ordered by key; the scale of its leading term is 1.

    Attributes:
        terms: the scaled nodes.
        offset: the constant term, 0 for none.
        units: how many terms have a sign for a scale, which cost an operation each where a free scale is distributed.
    """

    terms: tuple[Value, ...] = ()
    offset: Scale = 0
    units: int = 0


@dataclass(slots=True, eq=False)
class Product(Node):
    """A product of two factors or more, counted with their exponents, ordered by key.

    Attributes:
        factors: nodes and their exponents other than 0.
        reciprocal: whether all exponents are negative.
    """

    factors: tuple[tuple[Node, int], ...] = ()
    reciprocal: bool = False


@dataclass(slots=True, eq=False)
class Elementary(Node):
    """An elementary function of a value.

    Attributes:
        name: of the operation.
        argument: its operand.
    """

    name: str = ""
    argument: Value = (0, ONE)


@dataclass(slots=True, eq=False)
class Shared(Node):
    """A value that several instructions use, closed so that no identity computes it twice.

    Attributes:
        value: what it stands for.
        uses: how many operands refer to it.
    """

    value: Value = (0, ONE)
    uses: int = 0


def make_sum(terms: tuple[Value, ...], offset: Scale) -> Sum:
    """Returns the sum of terms in order, the leading one with scale 1, and an offset."""
    parts: list[int] = [4, offset != 0]
    units, rigid, movable, reversible = 0, 0, False, offset != 0
    for scale, node in terms:
        sort = 0 if node.absorbs else kind(scale)
        if sort:
            rigid += 1
        if sort in (1, 3):
            units += 1
            movable = rigid > 1 or node.movable
        reversible = reversible or sort != 1 or node.reversible
        parts += (sort, node.key)
    return Sum(hash(tuple(parts)), rigid == 0, units == 1 and movable, reversible, terms, offset, units)


def make_product(factors: tuple[tuple[Node, int], ...]) -> Product:
    """Returns the product of factors in order, with exponents other than 0."""
    parts = [5]
    reciprocal, absorbs, movable, reversible = True, False, False, False
    for node, exponent in factors:
        reciprocal = reciprocal and exponent < 0
        absorbs = absorbs or (node.absorbs and exponent in (1, -1))
        movable = movable or node.movable
        reversible = reversible or (node.reversible and exponent % 2 == 1)
        parts += (node.key, exponent if exponent > 0 else 100 - exponent)
    return Product(hash(tuple(parts)), absorbs or reciprocal, movable, reversible, factors, reciprocal)


_KINDS = {1: 1, -1: 3}


def kind(scale: Scale) -> int:
    """Returns what the structure knows of a scale: 1 and 3 stand for 1 and -1, 2 for any other."""
    return _KINDS.get(scale, 2) if isinstance(scale, int) else 2


def leading_term(terms: list[Value]) -> Value:
    """Returns the term whose scale is pulled out of a sum.

    That is the first whose scale is a sign; else every scale costs an operation, and pulling any of them out saves one:
    that of a sum, which may then be opened, rather than another. Scales of reciprocals cost nothing and come last.
    """
    rigid = [term for term in terms if not term[1].absorbs]
    units = [term for term in rigid if not is_free(term[0])]
    return (units or [term for term in rigid if isinstance(term[1], Sum)] or rigid or terms)[0]


def order_terms(terms: list[Value]) -> bool:
    """Sorts terms by structure, and tells whether some are equal in it, so that their order is arbitrary."""
    if len(terms) < 2:
        return False
    keys = {node.key for _, node in terms}
    if len(keys) == len(terms):
        terms.sort(key=_term_key)
        return False
    terms.sort(key=lambda term: (term[1].key, kind(term[0])))
    return True


def order_factors(factors: list[tuple[Node, int]]) -> bool:
    """Sorts factors by structure, and tells whether some are equal in it, so that their order is arbitrary."""
    if len(factors) < 2:
        return False
    keys = {node.key for node, _ in factors}
    if len(keys) == len(factors):
        factors.sort(key=_factor_key)
        return False
    factors.sort(key=lambda factor: (factor[0].key, factor[1]))
    return True


def _term_key(term: Value) -> int:
    return term[1].key


def _factor_key(factor: tuple[Node, int]) -> int:
    return factor[0].key
