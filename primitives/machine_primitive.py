"""The row of the table of machine operations: a typed operation on one lane and all its meanings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["float", "int", "bool"]
"""What a value is: a number of the program's format, a signed integer of the same width, or a truth value."""

LANGUAGES = ("jax", "numpy", "torch", "c", "triton")
"""What operations are written in."""

Partial: TypeAlias = Callable[..., Any] | None
"""The derivative by one operand; None where there is none to follow."""


@dataclass(frozen=True, slots=True)
class MachinePrimitive:
    """One typed operation of a processor.

    ``exact``, ``traced``, ``real`` and the partials take the format's row first. A step that rounds, compares or works
    on bit patterns is frozen over the reals: its real value is what the exact run gave, and nothing is differentiated
    through it.

    Attributes:
        name: the key of the row, used in serialised genomes.
        operands: kinds of the operands.
        result: kind of the result.
        commutative: whether the first two operands may be exchanged.
        cost: slots that it takes in a vectorised loop, a fused multiply-add being 1.
        exact: meaning on NumPy arrays, each operation rounded once, subnormals kept.
        traced: meaning on JAX arrays.
        real: value over the reals in doubles, from the operands' real values; None when frozen.
        partials: per operand, its derivative over the reals, given the operands and the result.
        code: expression template by language of :data:`LANGUAGES`; ``{float}``, ``{int}``, ``{exponent}`` and
            ``{fraction}`` stand for the format's types and bits.
        flushes: whether it is arithmetic whose operands and results are flushed where subnormals are.
    """

    name: str
    operands: tuple[Kind, ...]
    result: Kind
    cost: float
    exact: Callable[..., Any]
    traced: Callable[..., Any]
    code: Mapping[str, str]
    commutative: bool = False
    real: Callable[..., Any] | None = None
    partials: tuple[Partial, ...] = field(default=())
    flushes: bool = False

    @property
    def arity(self) -> int:
        """The number of operands."""
        return len(self.operands)
