from functools import partial

import jax
import numpy as np
import pytest

from evaluators.float32_functions.compiled import compile_program
from primitives.float_format import FLOAT32, FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.evaluators.float32_functions.machine_programs import every_operation, exp2_program


def traced(program: TypedProgram, x: jax.Array) -> jax.Array:
    """The program by the table of operations rather than by its text."""
    fmt = program.float_format
    constants = [(fmt.dtype if c.kind == "float" else fmt.int_dtype).type(c.value) for c in program.constants]
    return program.run(x, constants, lambda name, *operands: MACHINE[name].traced(fmt, *operands))[-1]


def patterns(fmt, seed: int) -> np.ndarray:
    bits = np.random.default_rng(seed).integers(0, 2**fmt.bits, 2000).astype(f"u{fmt.bits // 8}")
    return bits.view(fmt.dtype)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("program", [exp2_program, every_operation])
def test_the_text_means_what_the_table_of_operations_does(fmt, program):
    x = patterns(fmt, 1)
    compiled = np.asarray(compile_program(program(fmt))(x))
    assert compiled.dtype == fmt.dtype
    np.testing.assert_array_equal(compiled, np.asarray(jax.jit(partial(traced, program(fmt)))(x)))


def test_the_values_are_near_the_function():
    x = np.linspace(-125, 126, 1001).astype(np.float32)
    got = np.asarray(compile_program(exp2_program())(x)).astype(np.float64)
    np.testing.assert_allclose(got, np.exp2(x.astype(np.float64)), rtol=2.0**-22)


def test_blocks_of_any_shape_are_taken():
    function = compile_program(exp2_program())
    assert function(np.ones((3, 4), np.float32)).shape == (3, 4)
    assert float(function(np.float32(3))) == 8


def test_a_program_of_constants_alone_fills_the_block():
    b = Builder()
    program = b.program(b("mul", b.fixed(3e38), b.fixed(2.0)))
    np.testing.assert_array_equal(np.asarray(compile_program(program)(np.zeros(3, np.float32))), [np.inf] * 3)


def test_a_program_is_compiled_once():
    assert compile_program(exp2_program()) is compile_program(exp2_program(FLOAT32))
