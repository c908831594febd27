"""The row of the table of tensor operations: an elementwise operation and all its meanings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Notation(NamedTuple):
    """How an operation is written in formulas.

    Attributes:
        template: the formula of the operands, ``{0} + {1}``.
        binds: how strongly the whole binds: 1 a sign, 2 a sum, 3 a product, 4 a power, 5 a call.
        needs: per operand, how strongly it must bind to stand without parentheses.
    """

    template: str
    binds: int = 5
    needs: tuple[int, ...] = (0, 0)


@dataclass(frozen=True, slots=True)
class TensorPrimitive:
    """One elementwise operation on tensors that broadcast against each other.

    Attributes:
        name: the key of the row, used in serialised genomes.
        arity: number of operands.
        commutative: whether the operands may be exchanged.
        cost: relative time per element, an addition being 1.
        floating: rounded meaning; takes an array namespace (``numpy``, ``jax.numpy``, ``torch``) and the operands.
        symbol: meaning on real sympy expressions; takes the ``sympy`` module and the operands.
        jax: expression template for arrays; uses the names ``jax`` and ``jnp``.
        torch: expression template for tensors, 0-dimensional ones included; uses the name ``torch``.
        keras: expression template for tensors; uses the name ``ops`` of ``keras.ops``.
        text: how it is written on a line of text.
        latex: how it is written in LaTeX's math mode.
        kink: None, or an expression of the operands that is 0 exactly where the operation is finite and has no finite
            derivative.
        pole: None, or an expression of the operands that is 0 exactly where the operation is not finite.
        non_negative_operand: whether the operation is NaN on what is negative.
    """

    name: str
    arity: int
    commutative: bool
    cost: int
    floating: Callable[..., Any]
    symbol: Callable[..., Any]
    jax: str
    torch: str
    keras: str
    text: Notation
    latex: Notation
    kink: Callable[..., Any] | None = None
    pole: Callable[..., Any] | None = None
    non_negative_operand: bool = False

    @property
    def smooth(self) -> bool:
        """Whether it has a finite derivative wherever its operands may be."""
        return self.kink is None and self.pole is None
