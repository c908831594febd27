"""Hash-consed expressions whose constructor applies the identities that keep or lower the operation count.

Constants are kept last in commutative operations and move outwards: ``(v + c) * c'`` is the normal form of an
affine map, ``c / v`` of a scaled reciprocal, ``c - v`` of a reflected one. An identity that would leave the
old operand alive for another user is applied only where this use is the operand's only one, so that no
identity ever adds an operation.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from search_spaces import double_double as dd
from search_spaces.double_double import DoubleDouble

_MASK = (1 << 64) - 1
_COMMUTATIVE = frozenset({"add", "mul"})
_ELEMENTARY: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "exp": math.exp, "log": math.log}


def _order_key(name: str, *keys: int) -> int:
    """Mixes keys to a deterministic number by which commutative operands are ordered (FNV-1a)."""
    mixed = 0xCBF29CE484222325
    for part in (*name.encode(), *keys):
        mixed = ((mixed ^ part) * 0x100000001B3) & _MASK
    return mixed


class Expressions:
    """A table of expressions, each interned under a small integer.

    Attributes:
        x: the number of the input.
        nodes: per expression its operation and operands; ``("x",)`` and ``("c",)`` for leaves.
    """

    def __init__(self) -> None:
        self.x = 0
        self.nodes: list[tuple] = [("x",)]
        self._values: dict[int, DoubleDouble] = {}
        self._keys = [_order_key("x")]
        self._interned: dict[tuple, int] = {}
        self._uses: dict[int, int] = {}
        self._constructors = {"add": self._add, "sub": self._sub, "mul": self._mul, "div": self._div}

    def constant(self, value: DoubleDouble) -> int:
        """Adds a constant, distinct from all others."""
        self.nodes.append(("c",))
        self._keys.append(0)
        self._values[len(self.nodes) - 1] = value
        return len(self.nodes) - 1

    def is_constant(self, node: int) -> bool:
        """Tells whether an expression is a constant."""
        return node in self._values

    def is_operation(self, node: int) -> bool:
        """Tells whether an expression is neither x nor a constant."""
        return len(self.nodes[node]) > 1

    def value(self, node: int) -> DoubleDouble:
        """Returns a constant's value."""
        return self._values[node]

    def count_uses(self, node: int, uses: int) -> None:
        """Records that the program uses an expression so many (more) times."""
        self._uses[node] = self._uses.get(node, 0) + uses

    def make(self, name: str, *operands: int) -> int:
        """Returns the simplified expression of an operation on expressions."""
        constructor = self._constructors.get(name)
        return constructor(*operands) if constructor else self._unary(name, *operands)

    def _intern(self, name: str, *operands: int) -> int:
        if name in _COMMUTATIVE and self._sorts_after(*operands):
            operands = operands[::-1]
        node = (name, *operands)
        number = self._interned.get(node)
        if number is None:
            number = len(self.nodes)
            self._interned[node] = number
            self.nodes.append(node)
            self._keys.append(_order_key(name, *[self._keys[operand] for operand in operands]))
        return number

    def _sorts_after(self, a: int, b: int) -> bool:
        if self.is_constant(a) or self.is_constant(b):
            return not self.is_constant(b)
        return self._keys[a] > self._keys[b]

    def _own(self, node: int, uses: int = 1) -> bool:
        """Tells whether an operand has no user but the operation being made (or none recorded yet)."""
        return self._uses.get(node, uses) <= uses

    def _split(self, node: int, name: str, constant_side: int, own_uses: int = 1) -> tuple[int, DoubleDouble] | None:
        """Takes apart an operation with one constant operand into its other operand and the constant's value."""
        parts = self.nodes[node]
        if parts[0] != name or not self.is_constant(parts[1 + constant_side]) or not self._own(node, own_uses):
            return None
        return parts[2 - constant_side], self._values[parts[1 + constant_side]]

    def _factor(self, node: int, own_uses: int = 1) -> tuple[int, DoubleDouble] | None:
        """Takes apart v * c with c != 0."""
        found = self._split(node, "mul", 1, own_uses)
        return found if found and found[1][0] != 0.0 else None

    def _plus(self, v: int, c: DoubleDouble) -> int:
        return self._add(v, self.constant(c))

    def _times(self, v: int, c: DoubleDouble) -> int:
        return self._mul(v, self.constant(c))

    def _add(self, a: int, b: int) -> int:
        if self.is_constant(a):
            a, b = b, a
        if self.is_constant(b):
            return self._add_constant(a, b)
        own = 2 if a == b else 1
        for v, w in ((a, b), (b, a)):
            if found := self._split(v, "add", 1, own):
                u, c = found
                if a == b:
                    return self._plus(self._add(u, u), dd.add(c, c))
                return self._plus(self._add(u, w), c)
            if v != w and (found := self._split(v, "sub", 0)):
                return self._plus(self._sub(w, found[0]), found[1])
        first, second = self._factor(a, own), self._factor(b, own)
        if first and second:
            if a == b:
                return self._times(self._add(first[0], first[0]), first[1])
            if self._keys[first[0]] > self._keys[second[0]]:
                first, second = second, first
            return self._times(self._add(first[0], self._times(second[0], dd.div(second[1], first[1]))), first[1])
        return self._intern("add", a, b)

    def _add_constant(self, a: int, b: int) -> int:
        c = self._values[b]
        if self.is_constant(a):
            return self.constant(dd.add(self._values[a], c))
        if found := self._split(a, "add", 1):
            return self._plus(found[0], dd.add(found[1], c))
        if found := self._split(a, "sub", 0):
            return self._sub(self.constant(dd.add(found[1], c)), found[0])
        if found := self._factor(a):
            return self._times(self._plus(found[0], dd.div(c, found[1])), found[1])
        return self._intern("add", a, b)

    def _sub(self, a: int, b: int) -> int:
        if a == b:
            return self.constant((0.0, 0.0))
        if self.is_constant(b):
            return self._plus(a, dd.negate(self._values[b]))
        if self.is_constant(a):
            return self._sub_from_constant(a, b)
        if found := self._split(a, "add", 1):
            return self._plus(self._sub(found[0], b), found[1])
        if found := self._split(b, "add", 1):
            return self._plus(self._sub(a, found[0]), dd.negate(found[1]))
        if found := self._split(a, "sub", 0):
            return self._sub(self.constant(found[1]), self._add(found[0], b))
        if found := self._split(b, "sub", 0):
            return self._plus(self._add(a, found[0]), dd.negate(found[1]))
        if found := self._factor(b):
            return self._add(a, self._times(found[0], dd.negate(found[1])))
        if found := self._split(b, "div", 0):
            return self._add(a, self._div(self.constant(dd.negate(found[1])), found[0]))
        return self._intern("sub", a, b)

    def _sub_from_constant(self, a: int, b: int) -> int:
        c = self._values[a]
        if found := self._split(b, "add", 1):
            return self._sub(self.constant(dd.sub(c, found[1])), found[0])
        if found := self._split(b, "sub", 0):
            return self._plus(found[0], dd.sub(c, found[1]))
        if found := self._factor(b):
            offset = dd.negate(dd.div(c, found[1]))
            return self._times(self._plus(found[0], offset), dd.negate(found[1]))
        if found := self._split(b, "div", 0):
            return self._plus(self._div(self.constant(dd.negate(found[1])), found[0]), c)
        return self._intern("sub", a, b)

    def _mul(self, a: int, b: int) -> int:
        if self.is_constant(a):
            a, b = b, a
        if self.is_constant(b):
            return self._scale(a, b)
        own = 2 if a == b else 1
        for v, w in ((a, b), (b, a)):
            if found := self._factor(v, own):
                u, c = found
                if a == b:
                    return self._times(self._mul(u, u), dd.mul(c, c))
                return self._times(self._mul(u, w), c)
            if found := self._split(v, "div", 0, own):
                u, c = found
                if a == b:
                    return self._div(self.constant(dd.mul(c, c)), self._mul(u, u))
                return self._times(self._div(w, u), c)
        return self._intern("mul", a, b)

    def _scale(self, a: int, b: int) -> int:
        c = self._values[b]
        if self.is_constant(a):
            return self.constant(dd.mul(self._values[a], c))
        if found := self._split(a, "mul", 1):
            return self._times(found[0], dd.mul(found[1], c))
        if found := self._split(a, "div", 0):
            return self._div(self.constant(dd.mul(found[1], c)), found[0])
        if found := self._split(a, "sub", 0):
            return self._times(self._plus(found[0], dd.negate(found[1])), dd.negate(c))
        return self._intern("mul", a, b)

    def _div(self, a: int, b: int) -> int:
        if a == b:
            return self.constant((1.0, 0.0))
        if self.is_constant(b):
            c = self._values[b]
            return self._times(a, dd.div((1.0, 0.0), c)) if c[0] != 0.0 else self._intern("div", a, b)
        if self.is_constant(a):
            return self._div_constant(a, b)
        if found := self._factor(a):
            return self._times(self._div(found[0], b), found[1])
        if found := self._factor(b):
            return self._times(self._div(a, found[0]), dd.div((1.0, 0.0), found[1]))
        if found := self._split(a, "div", 0):
            return self._div(self.constant(found[1]), self._mul(found[0], b))
        if (found := self._split(b, "div", 0)) and found[1][0] != 0.0:
            return self._times(self._mul(a, found[0]), dd.div((1.0, 0.0), found[1]))
        if self.nodes[a][0] == "div" and self._own(a):
            _, v, w = self.nodes[a]
            return self._div(v, self._mul(w, b))
        if self.nodes[b][0] == "div" and self._own(b):
            _, v, w = self.nodes[b]
            return self._div(self._mul(a, w), v)
        return self._intern("div", a, b)

    def _div_constant(self, a: int, b: int) -> int:
        c = self._values[a]
        if self.is_constant(b):
            return self.constant(dd.div(c, self._values[b]))
        if found := self._factor(b):
            return self._div(self.constant(dd.div(c, found[1])), found[0])
        if (found := self._split(b, "div", 0)) and found[1][0] != 0.0:
            return self._times(found[0], dd.div(c, found[1]))
        if self.nodes[b][0] == "div" and self._own(b):
            _, v, w = self.nodes[b]
            return self._times(self._div(w, v), c)
        return self._intern("div", a, b)

    def _unary(self, name: str, a: int) -> int:
        if name == "neg":
            return self._times(a, (-1.0, 0.0))
        if self.is_constant(a):
            return self._fold(name, a)
        if name == "exp" and (found := self._split(a, "add", 1)) and abs(found[1][0]) < 700.0:
            return self._times(self._intern("exp", found[0]), (math.exp(found[1][0]), 0.0))
        if name in ("sqrt", "log") and (found := self._factor(a)) and found[1][0] > 0.0:
            outer = _ELEMENTARY[name](found[1][0])
            inner = self._intern(name, found[0])
            return self._times(inner, (outer, 0.0)) if name == "sqrt" else self._plus(inner, (outer, 0.0))
        return self._intern(name, a)

    def _fold(self, name: str, a: int) -> int:
        try:
            return self.constant((_ELEMENTARY[name](self._values[a][0]), 0.0))
        except (ValueError, OverflowError):
            return self.constant((math.nan, 0.0))
