"""The scalar operations over the reals, one row each.

The adjoint of each row is written in the same operations (reverse-mode differentiation), so that the
gradient of a program is itself a program of this table. Contributions are thunks: the differentiator
calls only those whose operand depends on a constant, and its emitter returns the same value for the
same instruction, so that shared terms are computed once.
"""

from __future__ import annotations

from types import MappingProxyType

from primitives.primitive import Primitive

_ROWS = (
    Primitive(
        name="add", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: a + b,
        ball=lambda a, b: a + b,
        symbol=lambda sympy, a, b: a + b,
        python="{0} + {1}", c="{0} + {1}",
        adjoint=lambda emit, g, z, a, b: ((1, lambda: g), (1, lambda: g)),
    ),
    Primitive(
        name="sub", arity=2, commutative=False, cost=1,
        floating=lambda xp, a, b: a - b,
        ball=lambda a, b: a - b,
        symbol=lambda sympy, a, b: a - b,
        python="{0} - {1}", c="{0} - {1}",
        adjoint=lambda emit, g, z, a, b: ((1, lambda: g), (-1, lambda: g)),
    ),
    Primitive(
        name="mul", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: a * b,
        ball=lambda a, b: a * b,
        symbol=lambda sympy, a, b: a * b,
        python="{0} * {1}", c="{0} * {1}",
        adjoint=lambda emit, g, z, a, b: (
            (1, lambda: emit("mul", g, b)), (1, lambda: emit("mul", g, a)),
        ),
    ),
    Primitive(
        name="div", arity=2, commutative=False, cost=1,
        floating=lambda xp, a, b: a / b,
        ball=lambda a, b: a / b,
        symbol=lambda sympy, a, b: a / b,
        python="{0} / {1}", c="{0} / {1}",
        adjoint=lambda emit, g, z, a, b: (
            (1, lambda: emit("div", g, b)), (-1, lambda: emit("mul", emit("div", g, b), z)),
        ),
    ),
    Primitive(
        name="neg", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: -a,
        ball=lambda a: -a,
        symbol=lambda sympy, a: -a,
        python="-{0}", c="-{0}",
        adjoint=lambda emit, g, z, a: ((-1, lambda: g),),
    ),
    Primitive(
        name="sqrt", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: xp.sqrt(a),
        ball=lambda a: a.sqrt(),
        symbol=lambda sympy, a: sympy.sqrt(a),
        python="{np}.sqrt({0})", c="sqrt({0})",
        adjoint=lambda emit, g, z, a: ((1, lambda: emit("div", g, emit("add", z, z))),),
    ),
    Primitive(
        name="exp", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: xp.exp(a),
        ball=lambda a: a.exp(),
        symbol=lambda sympy, a: sympy.exp(a),
        python="{np}.exp({0})", c="exp({0})",
        adjoint=lambda emit, g, z, a: ((1, lambda: emit("mul", g, z)),),
    ),
    Primitive(
        name="log", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: xp.log(a),
        ball=lambda a: a.log(),
        symbol=lambda sympy, a: sympy.log(a),
        python="{np}.log({0})", c="log({0})",
        adjoint=lambda emit, g, z, a: ((1, lambda: emit("div", g, a)),),
    ),
)  # fmt: skip

PRIMITIVES = MappingProxyType({row.name: row for row in _ROWS})
"""Every registered primitive by its name."""


def primitive(name: str) -> Primitive:
    """Returns the row of an operation.

    Args:
        name: the operation's name.

    Raises:
        ValueError: when no such operation is registered; the message lists those that are.
    """
    try:
        return PRIMITIVES[name]
    except KeyError:
        known = ", ".join(PRIMITIVES)
        raise ValueError(f"operation {name!r} is not registered; use one of: {known}") from None
