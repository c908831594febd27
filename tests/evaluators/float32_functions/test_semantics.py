import ctypes
import ctypes.util
from typing import Any

import gmpy2
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.float32_functions.semantics import flushes_subnormals, run_exact
from primitives.float_format import FLOAT32, FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram

LEAST = np.float32(2.0**-126)


def around_the_least_normal(count: int) -> tuple[Any, Any]:
    """Pairs of numbers whose product is near the least normal number, on both sides of it."""
    a = np.random.default_rng(1).integers(2**23, 2**24, count)
    b = np.rint(2.0**47 / a)
    return (a * 2.0**-87).astype(np.float32), (b * 2.0**-86).astype(np.float32)


def program(name: str, constant: float = 0.0) -> TypedProgram:
    b = Builder()
    operands = [b.x, *(b.free(start) for start in (constant, 0.0)[: MACHINE[name].arity - 1])]
    return b.program(b(name, *operands))


def test_a_value_for_the_input_and_every_instruction() -> None:
    b = Builder()
    square = b.x * b.x
    written = b.program(b("fma", square, 2.0, 1.0))
    x, squared, result = run_exact(written, [1.5, -3.0], flush=False)
    assert x.dtype == squared.dtype == result.dtype == np.float32
    np.testing.assert_array_equal(squared, [2.25, 9.0])
    np.testing.assert_array_equal(result, [5.5, 19.0])


def test_many_constant_vectors_at_once_are_each_on_its_own() -> None:
    written = program("fma", 1.0)
    x = np.linspace(-2, 2, 7, dtype=np.float32)
    vectors = np.array([[1.1, 0.3], [2.7, -5.0], [0.0, 1e-3]], np.float32)
    together = run_exact(written, x, flush=True, constants=[vectors[:, :1], vectors[:, 1:]])[-1]
    for row, vector in zip(together, vectors, strict=True):
        np.testing.assert_array_equal(row, run_exact(written, x, flush=True, constants=list(vector))[-1])


@pytest.mark.parametrize("name", ["add", "mul", "div", "fma"])
@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_each_operation_is_rounded_once_as_mpfr_rounds(name: str, fmt: Any) -> None:
    rng = np.random.default_rng(2)
    reach = 60 if fmt.exponent_bits == 8 else 8
    columns = [(rng.uniform(1, 2, 300) * 2.0 ** rng.integers(-reach, reach, 300)).astype(fmt.dtype) for _ in range(3)]
    b = Builder(fmt)
    written = b.program(b(name, b.x, *(b.free() for _ in range(MACHINE[name].arity - 1))))
    constants = columns[1 : len(written.constants) + 1]
    got = run_exact(written, columns[0], flush=False, constants=constants)[-1]
    context = gmpy2.context(precision=fmt.fraction_bits + 1, emin=2 - fmt.bias - fmt.fraction_bits, emax=fmt.bias + 1)
    context.subnormalize = True
    meaning = {"add": gmpy2.add, "mul": gmpy2.mul, "div": gmpy2.div, "fma": gmpy2.fma}[name]
    with gmpy2.context(context):
        expected = [
            float(meaning(*(gmpy2.mpfr(float(v)) for v in lane[: MACHINE[name].arity])))
            for lane in zip(*columns, strict=True)
        ]
    np.testing.assert_array_equal(got.astype(np.float64), expected)


def test_kept_subnormals_are_those_of_libm() -> None:
    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    libm.fmaf.argtypes, libm.fmaf.restype = [ctypes.c_float] * 3, ctypes.c_float
    x, factors = around_the_least_normal(500)
    got = run_exact(program("fma"), x, flush=False, constants=[factors, np.float32(-1e-45)])[-1]
    expected = [libm.fmaf(a, b, -1e-45) for a, b in zip(x.tolist(), factors.tolist(), strict=True)]
    np.testing.assert_array_equal(got, np.array(expected, np.float32))


@pytest.mark.parametrize("name", [n for n, row in MACHINE.items() if row.operands[0] == "float" and row.flushes])
def test_flushed_arithmetic_is_that_of_xla(name: str) -> None:
    specials = np.array([0.0, -0.0, 1e-45, -1e-45, 1e-39, LEAST, -LEAST, 1.5, np.inf, -np.inf, np.nan], np.float32)
    first, second = (grid.ravel() for grid in np.meshgrid(specials, specials))
    near, factors = around_the_least_normal(20_000)
    x, y = np.concatenate([first, near]), np.concatenate([second, factors])
    written = program(name)
    constants = [y, np.full_like(y, -0.0)][: len(written.constants)]
    got = run_exact(written, x, flush=True, constants=constants)[-1]
    traced = jax.jit(lambda *operands: MACHINE[name].traced(FLOAT32, *operands))
    expected = np.asarray(traced(*map(jnp.asarray, (x, *constants))))
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(np.signbit(got)[~np.isnan(got)], np.signbit(expected)[~np.isnan(got)])


@pytest.mark.parametrize("name", ["less", "less_equal", "equal"])
def test_comparisons_take_subnormals_for_zeros(name: str) -> None:
    b = Builder()
    written = b.program(b("select", b(name, b.x, 0.0), 1.0, 2.0))
    x = np.array([1e-40, -1e-40, 0.0, 1.0], np.float32)
    flushed, kept = (run_exact(written, x, flush=flush)[-1] for flush in (True, False))
    assert flushed[0] == flushed[1] == flushed[2]
    assert len({*kept[:3].tolist()}) == 2


def test_bit_patterns_are_not_flushed() -> None:
    b = Builder()
    written = b.program(b("number", b("int_xor", b("bits", b("neg", b("abs", b.x))), 1)))
    x = np.array([3e-45, 1e-40], np.float32)
    got = run_exact(written, x, flush=True)[-1]
    np.testing.assert_array_equal(got.view(np.uint32), (x.view(np.uint32) | 0x80000000) ^ 1)


def test_the_formats_whose_subnormals_are_flushed_are_those_of_xla() -> None:
    for fmt in FORMATS.values():
        x = jnp.asarray(np.array([fmt.smallest_normal], fmt.dtype))
        halved = jax.jit(lambda x: x * x.dtype.type(0.5))(x)
        assert bool(halved[0] == 0) is flushes_subnormals(fmt)
