"""The row of the primitives table: an operation and all its meanings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Primitive:
    """One operation over the reals: its exact, floating-point, symbolic and textual meanings.

    Attributes:
        name: the key of the row, used in serialised genomes.
        arity: number of operands.
        commutative: whether the operands may be exchanged.
        cost: operations that one application counts for.
        floating: rounded meaning; takes an array namespace (``numpy``, ``jax.numpy``, ``torch``) and the operands.
        ball: enclosure on ``flint.arb`` operands, which is the exact meaning too; also takes ``flint.arb_series``.
        symbol: meaning on sympy expressions; takes the ``sympy`` module and the operands.
        python: expression template for scalars and arrays; ``{np}`` stands for the namespace.
        c: expression template in C99 on doubles.
        adjoint: given an emitter, the adjoint of the result, the result and the operands,
            returns per operand a pair (sign, adjoint contribution).
    """

    name: str
    arity: int
    commutative: bool
    cost: int
    floating: Callable[..., Any]
    ball: Callable[..., Any]
    symbol: Callable[..., Any]
    python: str
    c: str
    adjoint: Callable[..., tuple[tuple[int, Callable[[], Any]], ...]]
