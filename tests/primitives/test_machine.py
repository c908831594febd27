"""One contract for every machine operation; a new row is tested the moment it exists."""

import ctypes
import math
import operator
import shutil
import subprocess
from fractions import Fraction
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from primitives.float_format import FLOAT32, FORMATS
from primitives.fused import fused_multiply_add
from primitives.machine import MACHINE
from primitives.machine_primitive import LANGUAGES
from tests.primitives.rounding import rounded

every_row = pytest.mark.parametrize("row", MACHINE.values(), ids=lambda row: row.name)
every_format = pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")

FUSED = ("fma", "round_shift")
SHIFTS = ("shift_left", "shift_right")
C_TYPES = {"float": "float", "int": "int32_t", "bool": "int"}


def patterns(fmt, seed, count=400, subnormals=True):
    """Random bit patterns, ordinary numbers of every size, and every special one; shape (count + specials,)."""
    rng = np.random.default_rng(seed)
    width = 2**fmt.bits
    wild = rng.integers(-width // 2, width // 2, count // 2).astype(fmt.int_dtype).view(fmt.dtype)
    tame = (rng.normal(size=count - count // 2) * 10.0 ** rng.uniform(-2, 2, count - count // 2)).astype(fmt.dtype)
    tiny = fmt.smallest_normal
    small = [tiny / 2, -tiny / 4] if subnormals else []
    special = [0.0, -0.0, 1, -1, 1.5, 0.5, 2.5, tiny, -tiny, *small, fmt.largest, -fmt.largest, np.inf, -np.inf, np.nan]
    values = np.concatenate([wild, tame, rng.permutation(np.array(special * 4, fmt.dtype))])
    is_subnormal = (np.abs(double(values)) < tiny) & (double(values) != 0)
    return values if subnormals else np.where(is_subnormal, fmt.dtype.type(1), values)


def double(values):
    with np.errstate(invalid="ignore"):  # signalling NaN
        return values.astype(float)


def operands_of(row, fmt, *, subnormals=True):
    """Operands of a row, of shape (number of points,) each: the kinds that it takes, shifts within the width."""
    found = []
    for slot, kind in enumerate(row.operands):
        values = patterns(fmt, 10 * slot + 1, subnormals=subnormals)
        if kind == "int":
            values = values.view(fmt.int_dtype)
            values = values % fmt.int_dtype.type(fmt.bits) if row.name in SHIFTS and slot == 1 else values
        elif kind == "bool":
            values = values.view(fmt.int_dtype) % fmt.int_dtype.type(2) == 0
        found.append(values)
    if row.name == "to_int":
        found = [np.where(np.abs(double(found[0])) < 2.0 ** (fmt.bits - 2), found[0], fmt.dtype.type(-2.5))]
    return found


def exact(row, fmt, operands):
    with np.errstate(all="ignore"):
        return row.exact(fmt, *operands)


def assert_same(found, expected, fmt, flushed=False):
    """Compares bit by bit; NaN equals NaN, and where subnormals are flushed a subnormal result equals its zero."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype
    if found.dtype != fmt.dtype:
        np.testing.assert_array_equal(found, expected)
        return
    if flushed:
        tiny = np.abs(double(expected)) < fmt.smallest_normal
        expected = np.where(tiny, np.copysign(fmt.dtype.type(0), expected), expected)
    both_nan = np.isnan(double(found)) & np.isnan(double(expected))
    same = (found.view(fmt.int_dtype) == expected.view(fmt.int_dtype)) | both_nan
    assert same.all(), (np.flatnonzero(~same)[:5], found[~same][:5], expected[~same][:5])


def evaluate(template, fmt, operands, **names):
    places = [f"v{i}" for i in range(len(operands))]
    symbols = {"float": fmt.name, "int": fmt.integers, "exponent": fmt.exponent_bits, "fraction": fmt.fraction_bits}
    return eval(template.format(*places, **symbols), {**names, **dict(zip(places, operands, strict=True))})


def as_array(values, fmt, row):
    kinds = {"float": fmt.dtype, "int": fmt.int_dtype, "bool": np.dtype(bool)}
    return np.asarray(values, kinds[row.result])


@cache
def compiled(language):
    """Results of every row under JAX in float32, compiled together but for those whose products XLA would share."""
    groups = [[row for row in MACHINE.values() if row.name not in FUSED], *([MACHINE[name]] for name in FUSED)]
    found = {}
    for rows in groups:
        operands = {row.name: operands_of(row, FLOAT32, subnormals=not row.flushes) for row in rows}

        def run(operands, rows=tuple(rows)):
            if language == "traced":
                return {row.name: row.traced(FLOAT32, *operands[row.name]) for row in rows}
            helpers = {
                name: lambda a, b, name=name: MACHINE[name].traced(FLOAT32, a, b)
                for name in ("insert_exponent", "copysign")
            }
            names = {"jnp": jnp, "lax": lax, **helpers}
            return {row.name: evaluate(row.code["jax"], FLOAT32, operands[row.name], **names) for row in rows}

        found.update(jax.jit(run)(operands))
    return found


@every_row
@pytest.mark.parametrize("language", ["traced", "template"])
def test_jax_computes_what_the_exact_meaning_does(row, language):
    operands = operands_of(row, FLOAT32, subnormals=not row.flushes)
    # Comparisons flush what is subnormal too, so that their points have none.
    if row.result == "bool" or row.name in ("min", "max"):
        expected = [exact(row, FLOAT32, operands_of(row, FLOAT32, subnormals=False))]
        found = [jax.jit(lambda *o: row.traced(FLOAT32, *o))(*operands_of(row, FLOAT32, subnormals=False))]
    else:
        expected, found = [exact(row, FLOAT32, operands)], [compiled(language)[row.name]]
    for one, other in zip(found, expected, strict=True):
        assert_same(one, as_array(other, FLOAT32, row), FLOAT32, flushed=row.flushes)


@every_row
@every_format
def test_the_numpy_template_is_the_exact_meaning(row, fmt):
    operands = operands_of(row, fmt)
    names = {"np": np, "fma": fused_multiply_add, "bfloat16": fmt.dtype}
    names["insert_exponent"] = lambda a, n: MACHINE["insert_exponent"].exact(fmt, a, n)
    template = row.code["numpy"].replace("np.{float}", "np.dtype('{float}')")
    with np.errstate(all="ignore"):
        found = evaluate(template, fmt, operands, **names)
    assert_same(found, as_array(exact(row, fmt, operands), fmt, row), fmt)


ARITHMETIC = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}


@every_format
@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_rounds_the_exact_value_once(name, fmt):
    row = MACHINE[name]
    a, b = operands_of(row, fmt)
    for x, y, value in zip(a[:300], b[:300], exact(row, fmt, (a, b))[:300], strict=True):
        if np.isfinite(float(x)) and np.isfinite(float(y)) and float(y):
            assert float(value) == rounded(ARITHMETIC[name](Fraction(float(x)), Fraction(float(y))), fmt)


def test_extremes_are_those_of_the_processor():
    nan, one = np.float32([np.nan]), np.float32([1])
    for name in ("min", "max"):
        assert exact(MACHINE[name], FLOAT32, (nan, one)) == 1
        assert np.isnan(exact(MACHINE[name], FLOAT32, (one, nan)))
        zeros = np.float32([0.0]), np.float32([-0.0])
        assert np.signbit(exact(MACHINE[name], FLOAT32, zeros))


@every_format
def test_insert_exponent_multiplies_by_a_power_of_two(fmt):
    values = patterns(fmt, 3)
    values = values[(np.abs(double(values)) > 0.1) & (np.abs(double(values)) < 10)]
    steps = (np.arange(len(values)) % 11 - 5).astype(fmt.int_dtype)
    found = exact(MACHINE["insert_exponent"], fmt, (values, steps))
    np.testing.assert_array_equal(double(found), np.ldexp(double(values), steps))
    # Only the low bits of the integer count, so that those of a rounded sum with a magic number will do.
    width = fmt.int_dtype.type(1) << fmt.int_dtype.type(fmt.bits - fmt.fraction_bits)
    shifted = exact(MACHINE["insert_exponent"], fmt, (values, steps + width))
    np.testing.assert_array_equal(double(found), double(shifted))


@every_format
def test_round_shift_leaves_the_nearest_integer_in_the_low_bits(fmt):
    magic = fmt.dtype.type(1.5 * 2.0**fmt.fraction_bits)
    largest = 2.0 ** (fmt.fraction_bits - 1) - 1
    x = np.random.default_rng(4).uniform(-largest, largest, 500).astype(fmt.dtype)
    shifted = exact(MACHINE["round_shift"], fmt, (x, np.ones_like(x), np.full_like(x, magic)))
    np.testing.assert_array_equal(double(shifted) - double(magic), np.rint(double(x)))
    low = shifted.view(fmt.int_dtype) - magic.view(fmt.int_dtype)
    np.testing.assert_array_equal(low, np.rint(double(x)).astype(int))


@pytest.mark.slow  # PyTorch takes seconds to import
@every_row
def test_the_torch_template_is_the_exact_meaning(row):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    operands = operands_of(row, FLOAT32)
    names = {
        "torch": torch,
        "fma": lambda *o: torch.from_numpy(fused_multiply_add(*(v.numpy() for v in o))),
        "insert_exponent": lambda a, n: torch.from_numpy(
            MACHINE["insert_exponent"].exact(FLOAT32, a.numpy(), n.numpy())
        ),
    }
    with np.errstate(all="ignore"):
        found = evaluate(row.code["torch"], FLOAT32, list(map(torch.from_numpy, operands)), **names).numpy()
    assert_same(found, as_array(exact(row, FLOAT32, operands), FLOAT32, row), FLOAT32)


C_HELPERS = """
#include <math.h>
#include <stdint.h>
#include <string.h>
static int32_t bits_of(float a) { int32_t n; memcpy(&n, &a, 4); return n; }
static float number_of(int32_t n) { float a; memcpy(&a, &n, 4); return a; }
static float insert_exponent(float a, int32_t n) {
    return number_of((int32_t)((uint32_t)bits_of(a) + ((uint32_t)n << 23)));
}
"""


def c_function(row):
    arguments = ", ".join(f"const {C_TYPES[kind]}* a{i}" for i, kind in enumerate(row.operands))
    value = row.code["c"].format(*[f"a{i}[k]" for i in range(row.arity)], float="float", int="int32")
    loop = f"for (int k = 0; k < n; k++) z[k] = {value};"
    return f"void f_{row.name}(int n, {arguments}, {C_TYPES[row.result]}* z) {{ {loop} }}\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    (folder / "rows.c").write_text(C_HELPERS + "".join(map(c_function, MACHINE.values())))
    flags = ["-O1", "-shared", "-fPIC", "-ffp-contract=off", "-fwrapv", "-Wall", "-Wno-parentheses"]
    subprocess.run(["gcc", *flags, "-o", "rows.so", "rows.c", "-lm"], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "rows.so"))


@needs_gcc
@every_row
def test_the_c_template_is_the_exact_meaning(row, library):
    operands = operands_of(row, FLOAT32)
    arrays = [np.ascontiguousarray(v, np.int32 if v.dtype == bool else v.dtype) for v in operands]
    found = np.empty(len(arrays[0]), np.float32 if row.result == "float" else np.int32)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (*arrays, found)]
    library[f"f_{row.name}"](ctypes.c_int(len(found)), *pointers)
    expected = as_array(exact(row, FLOAT32, operands), FLOAT32, row)
    assert_same(found, expected.astype(np.int32) if row.result == "bool" else expected, FLOAT32)


REAL_ROWS = [row for row in MACHINE.values() if row.real is not None]
every_real_row = pytest.mark.parametrize("row", REAL_ROWS, ids=lambda row: row.name)


def real_operands(row):
    rng = np.random.default_rng(5)
    kinds = {
        "float": lambda: rng.uniform(0.5, 2, 50) * rng.choice([-1.0, 1.0], 50),
        "int": lambda: rng.integers(-5, 5, 50).astype(np.int32),
        "bool": lambda: rng.integers(0, 2, 50) == 1,
    }
    return [kinds[kind]() for kind in row.operands]


@every_real_row
def test_the_meaning_over_the_reals_is_the_exact_one_without_rounding(row):
    operands = [o.astype(np.float32) if o.dtype == np.float64 else o for o in real_operands(row)]
    real = row.real(FLOAT32, *[o.astype(np.float64) if o.dtype == np.float32 else o for o in operands])
    # Cancellation apart, one rounding parts them.
    scale = np.maximum(np.abs(real), 1.0)
    assert np.all(np.abs(exact(row, FLOAT32, operands) - real) <= 2.0**-22 * scale)


@every_real_row
def test_partials_agree_with_finite_differences(row):
    operands, step = real_operands(row), 1e-6
    result = row.real(FLOAT32, *operands)
    assert len(row.partials) == row.arity
    for slot, partial in enumerate(row.partials):
        follows = row.operands[slot] == "float" and not (row.name == "copysign" and slot == 1)
        assert (partial is not None) == follows
        if partial is None:
            continue
        ends = [[*operands[:slot], operands[slot] + sign * step, *operands[slot + 1 :]] for sign in (1, -1)]
        difference = (row.real(FLOAT32, *ends[0]) - row.real(FLOAT32, *ends[1])) / (2 * step)
        found = np.broadcast_to(partial(FLOAT32, *operands, result), difference.shape)
        np.testing.assert_allclose(found, difference, rtol=1e-5, atol=1e-6)


@every_row
def test_rows_are_whole(row):
    assert set(row.code) == set(LANGUAGES)
    assert MACHINE[row.name] is row
    assert math.isfinite(row.cost)
    assert row.cost >= 0
    assert (row.real is None) == (not row.partials)
    for template in row.code.values():
        assert all(f"{{{slot}}}" in template for slot in range(row.arity))


@every_row
def test_commutative_says_whether_the_first_two_operands_may_be_exchanged(row):
    if row.arity < 2 or row.operands[0] != row.operands[1]:
        assert not row.commutative
        return
    a, b, *rest = operands_of(row, FLOAT32)
    found, exchanged = (as_array(exact(row, FLOAT32, (*o, *rest)), FLOAT32, row) for o in ((a, b), (b, a)))
    same = (found.view(np.uint8) == exchanged.view(np.uint8)).reshape(len(found), -1).all(1)
    both_nan = np.isnan(double(found)) & np.isnan(double(exchanged)) if found.dtype == np.float32 else False
    assert (same | both_nan).all() == row.commutative
