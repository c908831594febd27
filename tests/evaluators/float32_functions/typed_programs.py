"""Typed programs and inputs for tests."""

import math
from random import Random
from typing import Any

import numpy as np

from primitives.float_format import FLOAT32, FloatFormat
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.typed_program import TypedProgram


def exp2_program(degree: int = 6, *, clamp: bool = True) -> TypedProgram:
    """2^x by its Taylor series on [-1/2, 1/2] and the exponent; its constants are to be fitted."""
    b = Builder()
    x = b("min", 127.0, b("max", -126.0, b.x)) if clamp else b.x
    magic = b.fixed(1.5 * 2.0**FLOAT32.fraction_bits)
    shifted = b("round_shift", x, 1.0, magic)
    reduced = x - (shifted - magic)
    coefficients = [b.free(math.log(2) ** k / math.factorial(k)) for k in range(degree, -1, -1)]
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = b("fma", value, reduced, coefficient)
    return b.program(b("insert_exponent", value, b("bits", shifted)))


def random_program(rng: Random, operations: int = 20, fmt: FloatFormat = FLOAT32) -> TypedProgram:
    """A program of any operations but ``to_int``, whose meaning beyond the integers is each processor's own."""
    b = Builder(fmt)
    names = [name for name in MACHINE if name != "to_int"]
    values: list[Value] = [b.x, b("bits", b.x), b("less", b.x, 0.5), b.free(rng.uniform(-2, 2)), b.free(0.75)]
    values += [b.fixed(rng.uniform(-2, 2)), b.integer(rng.randrange(fmt.bits)), b.integer(rng.getrandbits(12))]
    while len(values) < operations + 8:
        row = MACHINE[rng.choice(names)]
        values.append(b(row.name, *(rng.choice([v for v in values if v.kind == kind]) for kind in row.operands)))
    return b.program([v for v in values if v.kind == "float"][-1])


def any_numbers(seed: int, count: int, fmt: FloatFormat = FLOAT32) -> Any:
    """Numbers of random bits, so of every binade, after the special ones."""
    specials = [0.0, -0.0, 1.0, -1.0, 1e-45, -1e-40, fmt.smallest_normal, fmt.largest, math.inf, -math.inf, math.nan]
    bits = np.random.default_rng(seed).integers(-(2 ** (fmt.bits - 1)), 2 ** (fmt.bits - 1), count)
    return np.concatenate([np.array(specials).astype(fmt.dtype), bits.astype(fmt.int_dtype).view(fmt.dtype)])


def patterns(values: Any) -> Any:
    """Bit patterns, the same for every NaN."""
    values = np.ascontiguousarray(values)
    integers = values.view(f"i{values.dtype.itemsize}").copy()
    with np.errstate(invalid="ignore"):
        integers[np.isnan(values)] = -1
    return integers
