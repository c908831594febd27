"""The operations of a processor on float32 and int32, one row each; bfloat16 and float16 have the same.

``max`` and ``min`` are those of x86, which return the second operand where one is NaN: one instruction, where IEEE's
need several. ``round_shift`` is a fused multiply-add that a compiler must not take apart: with a number so large that
the sum rounds to an integer, which its low bits then hold, or one whose rounding is computed. ``insert_exponent``
multiplies by a power of two, added to the bits of the exponent. A division keeps a unit of its own busy for longer than
its cost says, while others go on.
"""

# ruff: noqa: ARG005 - every meaning of a row has the same parameters, used or not
from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from primitives.float_format import FloatFormat
from primitives.fused import fused_multiply_add
from primitives.machine_code import BITS, NUMBER, choice, code, same, wrapping
from primitives.machine_primitive import MachinePrimitive


def _lax() -> Any:
    from jax import lax

    return lax


def _bits(fmt: FloatFormat, a: Any) -> Any:
    return np.asarray(a, fmt.dtype).view(fmt.int_dtype)


def _number(fmt: FloatFormat, a: Any) -> Any:
    return np.asarray(a, fmt.int_dtype).view(fmt.dtype)


def _traced_bits(fmt: FloatFormat, a: Any) -> Any:
    return _lax().bitcast_convert_type(a, fmt.int_dtype)


def _traced_number(fmt: FloatFormat, a: Any) -> Any:
    return _lax().bitcast_convert_type(a, fmt.dtype)


def _truncated(fmt: FloatFormat, a: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.asarray(a).astype(fmt.int_dtype)


def _power(fmt: FloatFormat, n: Any) -> Any:
    """Returns 2^n as ``insert_exponent`` takes it: only the low bits of n reach the exponent, and the sign."""
    shift = fmt.int_dtype.type(fmt.fraction_bits)
    return np.exp2(np.right_shift(np.left_shift(n, shift), shift).astype(np.float64))


def _jnp_where(*operands: Any) -> Any:
    import jax.numpy as jnp

    return jnp.where(*operands)


_ROWS = (
    MachinePrimitive(
        "add", ("float", "float"), "float", 1, commutative=True, flushes=True,
        exact=lambda fmt, a, b: a + b, traced=lambda fmt, a, b: a + b, code=same("{0} + {1}"),
        real=lambda fmt, a, b: a + b, partials=(lambda fmt, a, b, z: 1.0, lambda fmt, a, b, z: 1.0),
    ),
    MachinePrimitive(
        "sub", ("float", "float"), "float", 1, flushes=True,
        exact=lambda fmt, a, b: a - b, traced=lambda fmt, a, b: a - b, code=same("{0} - {1}"),
        real=lambda fmt, a, b: a - b, partials=(lambda fmt, a, b, z: 1.0, lambda fmt, a, b, z: -1.0),
    ),
    MachinePrimitive(
        "mul", ("float", "float"), "float", 1, commutative=True, flushes=True,
        exact=lambda fmt, a, b: a * b, traced=lambda fmt, a, b: a * b, code=same("{0} * {1}"),
        real=lambda fmt, a, b: a * b, partials=(lambda fmt, a, b, z: b, lambda fmt, a, b, z: a),
    ),
    MachinePrimitive(
        "div", ("float", "float"), "float", 3, flushes=True,
        exact=lambda fmt, a, b: a / b, traced=lambda fmt, a, b: a / b,
        code=code("{0} / {1}", "{0} / {1}", "{0} / {1}", "{0} / {1}", "tl.div_rn({0}, {1})"),
        real=lambda fmt, a, b: a / b, partials=(lambda fmt, a, b, z: 1.0 / b, lambda fmt, a, b, z: -z / b),
    ),
    MachinePrimitive(
        "fma", ("float", "float", "float"), "float", 1, commutative=True, flushes=True,
        exact=lambda fmt, a, b, c: fused_multiply_add(a, b, c), traced=lambda fmt, a, b, c: a * b + c,
        code=code(
            "{0} * {1} + {2}", "fma({0}, {1}, {2})", "fma({0}, {1}, {2})", "fmaf({0}, {1}, {2})",
            "tl.fma({0}, {1}, {2})",
        ),
        real=lambda fmt, a, b, c: a * b + c,
        partials=(lambda fmt, a, b, c, z: b, lambda fmt, a, b, c, z: a, lambda fmt, a, b, c, z: 1.0),
    ),
    MachinePrimitive(
        "round_shift", ("float", "float", "float"), "float", 1, commutative=True, flushes=True,
        exact=lambda fmt, a, b, c: fused_multiply_add(a, b, c),
        traced=lambda fmt, a, b, c: _lax().reduce_precision(a * b + c, fmt.exponent_bits, fmt.fraction_bits),
        code=code(
            "lax.reduce_precision({0} * {1} + {2}, {exponent}, {fraction})",
            "fma({0}, {1}, {2})", "fma({0}, {1}, {2})", "fmaf({0}, {1}, {2})", "tl.fma({0}, {1}, {2})",
        ),
    ),
    MachinePrimitive(
        "neg", ("float",), "float", 0.5,
        exact=lambda fmt, a: -a, traced=lambda fmt, a: -a, code=same("-{0}"),
        real=lambda fmt, a: -a, partials=(lambda fmt, a, z: -1.0,),
    ),
    MachinePrimitive(
        "abs", ("float",), "float", 0.5,
        exact=lambda fmt, a: np.abs(a), traced=lambda fmt, a: _lax().abs(a),
        code=code("jnp.abs({0})", "np.abs({0})", "torch.abs({0})", "fabsf({0})", "tl.abs({0})"),
        real=lambda fmt, a: np.abs(a), partials=(lambda fmt, a, z: np.sign(a),),
    ),
    MachinePrimitive(
        "copysign", ("float", "float"), "float", 0.5,
        exact=lambda fmt, a, b: np.copysign(a, b),
        traced=lambda fmt, a, b: _traced_number(
            fmt,
            (_traced_bits(fmt, a) & fmt.int_dtype.type(2 ** (fmt.bits - 1) - 1))
            | (_traced_bits(fmt, b) & fmt.int_dtype.type(-(2 ** (fmt.bits - 1)))),
        ),
        code=code(
            "copysign({0}, {1})", "np.copysign({0}, {1})", "torch.copysign({0}, {1})", "copysignf({0}, {1})",
            "copysign({0}, {1})",
        ),
        real=lambda fmt, a, b: np.copysign(a, b),
        partials=(lambda fmt, a, b, z: np.where(np.signbit(a) == np.signbit(z), 1.0, -1.0), None),
    ),
    MachinePrimitive(
        "min", ("float", "float"), "float", 1, flushes=True,
        exact=lambda fmt, a, b: np.where(a < b, a, b), traced=lambda fmt, a, b: _jnp_where(a < b, a, b),
        code=choice("{0} < {1}", "{0}", "{1}"),
        real=lambda fmt, a, b: np.where(a < b, a, b),
        partials=(lambda fmt, a, b, z: 1.0 * (a < b), lambda fmt, a, b, z: 1.0 - (a < b)),
    ),
    MachinePrimitive(
        "max", ("float", "float"), "float", 1, flushes=True,
        exact=lambda fmt, a, b: np.where(a > b, a, b), traced=lambda fmt, a, b: _jnp_where(a > b, a, b),
        code=choice("{0} > {1}", "{0}", "{1}"),
        real=lambda fmt, a, b: np.where(a > b, a, b),
        partials=(lambda fmt, a, b, z: 1.0 * (a > b), lambda fmt, a, b, z: 1.0 - (a > b)),
    ),
    MachinePrimitive(
        "round", ("float",), "float", 1, flushes=True,
        exact=lambda fmt, a: np.rint(a),
        traced=lambda fmt, a: _lax().round(a, _lax().RoundingMethod.TO_NEAREST_EVEN),
        code=code("jnp.rint({0})", "np.rint({0})", "torch.round({0})", "rintf({0})", "rint({0})"),
    ),
    MachinePrimitive(
        "floor", ("float",), "float", 1, flushes=True,
        exact=lambda fmt, a: np.floor(a), traced=lambda fmt, a: _lax().floor(a),
        code=code("jnp.floor({0})", "np.floor({0})", "torch.floor({0})", "floorf({0})", "tl.floor({0})"),
    ),
    MachinePrimitive(
        "less", ("float", "float"), "bool", 0.5,
        exact=lambda fmt, a, b: a < b, traced=lambda fmt, a, b: a < b, code=same("{0} < {1}"),
    ),
    MachinePrimitive(
        "less_equal", ("float", "float"), "bool", 0.5,
        exact=lambda fmt, a, b: a <= b, traced=lambda fmt, a, b: a <= b, code=same("{0} <= {1}"),
    ),
    MachinePrimitive(
        "equal", ("float", "float"), "bool", 0.5, commutative=True,
        exact=lambda fmt, a, b: a == b, traced=lambda fmt, a, b: a == b, code=same("{0} == {1}"),
    ),
    MachinePrimitive(
        "int_less", ("int", "int"), "bool", 0.5,
        exact=lambda fmt, a, b: a < b, traced=lambda fmt, a, b: a < b, code=same("{0} < {1}"),
    ),
    MachinePrimitive(
        "int_equal", ("int", "int"), "bool", 0.5, commutative=True,
        exact=lambda fmt, a, b: a == b, traced=lambda fmt, a, b: a == b, code=same("{0} == {1}"),
    ),
    MachinePrimitive(
        "select", ("bool", "float", "float"), "float", 0.5,
        exact=lambda fmt, a, b, c: np.where(a, b, c), traced=lambda fmt, a, b, c: _jnp_where(a, b, c),
        code=choice("{0}", "{1}", "{2}"),
        real=lambda fmt, a, b, c: np.where(a, b, c),
        partials=(None, lambda fmt, a, b, c, z: np.where(a, 1.0, 0.0), lambda fmt, a, b, c, z: np.where(a, 0.0, 1.0)),
    ),
    MachinePrimitive(
        "int_select", ("bool", "int", "int"), "int", 0.5,
        exact=lambda fmt, a, b, c: np.where(a, b, c), traced=lambda fmt, a, b, c: _jnp_where(a, b, c),
        code=choice("{0}", "{1}", "{2}"),
    ),
    MachinePrimitive(
        "bits", ("float",), "int", 0, exact=_bits, traced=_traced_bits, code=BITS,
    ),
    MachinePrimitive(
        "number", ("int",), "float", 0, exact=_number, traced=_traced_number, code=NUMBER,
    ),
    MachinePrimitive(
        "to_int", ("float",), "int", 3,
        exact=_truncated, traced=lambda fmt, a: a.astype(fmt.int_dtype),
        code=code(
            "({0}).astype(jnp.{int})", "({0}).astype(np.{int})", "({0}).to(torch.{int})", "({int}_t)({0})",
            "({0}).to(tl.{int})",
        ),
    ),
    MachinePrimitive(
        "to_float", ("int",), "float", 1,
        exact=lambda fmt, a: np.asarray(a).astype(fmt.dtype), traced=lambda fmt, a: a.astype(fmt.dtype),
        code=code(
            "({0}).astype(jnp.{float})", "({0}).astype(np.{float})", "({0}).to(torch.{float})", "(float)({0})",
            "({0}).to(tl.{float})",
        ),
    ),
    MachinePrimitive(
        "int_add", ("int", "int"), "int", 0.5, commutative=True,
        exact=lambda fmt, a, b: a + b, traced=lambda fmt, a, b: a + b, code=wrapping("+"),
    ),
    MachinePrimitive(
        "int_sub", ("int", "int"), "int", 0.5,
        exact=lambda fmt, a, b: a - b, traced=lambda fmt, a, b: a - b, code=wrapping("-"),
    ),
    MachinePrimitive(
        "int_and", ("int", "int"), "int", 0.5, commutative=True,
        exact=lambda fmt, a, b: a & b, traced=lambda fmt, a, b: a & b, code=same("{0} & {1}"),
    ),
    MachinePrimitive(
        "int_or", ("int", "int"), "int", 0.5, commutative=True,
        exact=lambda fmt, a, b: a | b, traced=lambda fmt, a, b: a | b, code=same("{0} | {1}"),
    ),
    MachinePrimitive(
        "int_xor", ("int", "int"), "int", 0.5, commutative=True,
        exact=lambda fmt, a, b: a ^ b, traced=lambda fmt, a, b: a ^ b, code=same("{0} ^ {1}"),
    ),
    MachinePrimitive(
        "shift_left", ("int", "int"), "int", 0.5,
        exact=lambda fmt, a, b: np.left_shift(a, b), traced=lambda fmt, a, b: _lax().shift_left(a, b),
        code=wrapping("<<"),
    ),
    MachinePrimitive(
        "shift_right", ("int", "int"), "int", 0.5,
        exact=lambda fmt, a, b: np.right_shift(a, b), traced=lambda fmt, a, b: _lax().shift_right_arithmetic(a, b),
        code=same("{0} >> {1}"),
    ),
    MachinePrimitive(
        "insert_exponent", ("float", "int"), "float", 1,
        exact=lambda fmt, a, n: _number(fmt, _bits(fmt, a) + np.left_shift(n, fmt.int_dtype.type(fmt.fraction_bits))),
        traced=lambda fmt, a, n: _traced_number(
            fmt, _traced_bits(fmt, a) + _lax().shift_left(n, fmt.int_dtype.type(fmt.fraction_bits))
        ),
        code=same("insert_exponent({0}, {1})"),
        real=lambda fmt, a, n: a * _power(fmt, n), partials=(lambda fmt, a, n, z: _power(fmt, n), None),
    ),
)  # fmt: skip

MACHINE = MappingProxyType({row.name: row for row in _ROWS})
"""Every operation by its name."""
