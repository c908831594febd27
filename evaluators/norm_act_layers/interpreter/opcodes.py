"""The operations of the layer interpreter: those of the genome, their derivatives, and a few that fuse or move values.

All work on lanes, the numbers of one block of a tensor. A derivative is written in terms of what is at hand, the
operation's value where that is enough, and is what JAX has at kinks, too; an operation without a rule here is
differentiated by JAX.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from primitives.moments import EPSILON
from primitives.tensor import TENSOR_PRIMITIVES
from primitives.tensor_primitive import TensorPrimitive


class Elementwise(NamedTuple):
    """An operation on lanes.

    Attributes:
        arity: number of operands, three at most.
        meaning: takes and returns lanes.
    """

    arity: int
    meaning: Callable[..., Any]


class Derivative(NamedTuple):
    """How an adjoint passes an operation of one operand.

    Attributes:
        of_value: whether the meaning takes the value of the operation, rather than its operand.
        meaning: takes the adjoint of the value, then value or operand; linear in the adjoint.
    """

    of_value: bool
    meaning: Callable[[Any, Any], Any]


def _signed_log(adjoint: Any, operand: Any) -> Any:
    return adjoint * jnp.sign(operand) / jnp.abs(operand) * jnp.sign(operand)


def _signed_sqrt(adjoint: Any, value: Any) -> Any:
    return adjoint * jnp.sign(value) * 0.5 / jnp.abs(value) * jnp.sign(value)


DERIVATIVES = MappingProxyType(
    {
        "sigmoid": Derivative(True, lambda g, v: g * v * (1 - v)),
        "tanh": Derivative(True, lambda g, v: (g + g * v) * (1 - v)),
        "exp": Derivative(True, lambda g, v: g * v),
        "signed_log": Derivative(False, _signed_log),
        "abs": Derivative(False, lambda g, a: jnp.where(a >= 0, g, -g)),
        "square": Derivative(False, lambda g, a: g * (a + a)),
        "signed_sqrt": Derivative(True, _signed_sqrt),
        "erf": Derivative(False, lambda g, a: g * (2 / math.sqrt(math.pi)) * jnp.exp(-a * a)),
        "sin": Derivative(False, lambda g, a: g * jnp.cos(a)),
        "softplus": Derivative(False, lambda g, a: g * jax.nn.sigmoid(a)),
        "rsqrt": Derivative(True, lambda g, v: g * -0.5 * v * v * v),
        "sqrt": Derivative(True, lambda g, v: g * 0.5 / v),
        "reciprocal": Derivative(True, lambda g, v: g * -v * v),
    }
)
"""Derivatives of operations of one operand, by the operation's name."""


def _share(wins: Callable[[Any, Any], Any], adjoint: Any, operand: Any, other: Any) -> Any:
    """Gives the adjoint to the operand that wins, and half of it to either where both are the same."""
    return adjoint * jnp.where(wins(operand, other), 1, jnp.where(operand == other, 0.5, 0)).astype(adjoint.dtype)


_SHARES = {"max": partial(_share, jnp.greater), "min": partial(_share, jnp.less)}
"""How an adjoint passes an operation of two operands that may be exchanged: to the first of them."""

LINEAR = frozenset({"add", "sub", "neg", "mul", "div"})
"""Operations whose adjoints are written with operations of the genome."""

SPREAD = ("load", "average_s", "average_sc", "average_group", "average_batch")
"""Opcodes of values that are the same at all places of a sample: a row of the table, and averages over places."""

WIDE = (*SPREAD, "average_c")
"""Opcodes of what works on whole blocks: those and averages over the channels of each place."""

SOURCES = ("zero", "fetch_x", "fetch_adjoint", "fetch_output")
"""Opcodes of what comes from outside: zeros, and the tensors."""

_FUSED = {
    "reciprocal": Elementwise(1, lambda a: 1 / a),
    "root": Elementwise(1, lambda a: jnp.sqrt(a + EPSILON)),
    "copy": Elementwise(1, lambda a: a),
    "multiply_add": Elementwise(3, lambda a, b, c: a * b + c),
    "multiply_sub": Elementwise(3, lambda a, b, c: a * b - c),
    "multiply_from": Elementwise(3, lambda a, b, c: c - a * b),
}


def derivative_name(operation: str, operand: int) -> str:
    """Names the opcode that passes an adjoint to an operand of an operation."""
    if operation == "root":
        operation = "sqrt"
    return operation + "'" if operation in DERIVATIVES or operation in _SHARES else f"{operation}'{operand}"


def _by_jax(row: TensorPrimitive, operand: int, adjoint: Any, *operands: Any) -> Any:
    return jax.vjp(partial(row.floating, jnp), *operands)[1](adjoint)[operand]


def _derivatives() -> Iterator[tuple[str, Elementwise]]:
    for name, rule in DERIVATIVES.items():
        yield derivative_name(name, 0), Elementwise(2, rule.meaning)
    for name, meaning in _SHARES.items():
        yield derivative_name(name, 0), Elementwise(3, meaning)
    for row in TENSOR_PRIMITIVES.values():
        if row.name not in {*DERIVATIVES, *_SHARES, *LINEAR}:
            for operand in range(row.arity):
                yield derivative_name(row.name, operand), Elementwise(1 + row.arity, partial(_by_jax, row, operand))


FORWARD = MappingProxyType(
    {row.name: Elementwise(row.arity, partial(row.floating, jnp)) for row in TENSOR_PRIMITIVES.values()} | _FUSED
)
"""What the forward direction needs, by name."""

BACKWARD = MappingProxyType(dict(FORWARD) | dict(_derivatives()))
"""What the backward direction needs, by name; those of :data:`FORWARD` come first."""

OPCODES = MappingProxyType({name: code for code, name in enumerate((*WIDE, *SOURCES, *BACKWARD))})
"""Operations by opcode; those of the forward direction come first."""
