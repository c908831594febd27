from random import Random

import jax
import numpy as np
import pytest

from evaluators.float32_functions.free_constants import free_values, with_free_values
from evaluators.float32_functions.interpreter import LANES, largest_ulps, run_interpreted
from evaluators.float32_functions.minimax import fit_points
from evaluators.float32_functions.semantics import flushes_subnormals, run_exact
from primitives.float_format import FLOAT32, FORMATS, FloatFormat
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.evaluators.float32_functions.typed_programs import any_numbers, exp2_program, patterns, random_program


@pytest.mark.parametrize("seed", range(25))
def test_any_program_on_any_bits_is_what_its_exact_meaning_says(seed: int) -> None:
    program = random_program(Random(seed))
    x = any_numbers(seed, LANES + 300)
    expected = np.broadcast_to(run_exact(program, x, flush=True)[-1], x.shape)
    np.testing.assert_array_equal(patterns(run_interpreted(program, x)), patterns(expected))


def test_values_are_those_of_the_program_compiled_by_xla() -> None:
    program = exp2_program()
    x = any_numbers(1, 10 * LANES)
    constants = [np.dtype(f"{c.kind}32").type(c.value) for c in program.constants]
    compiled = jax.jit(lambda x: program.run(x, constants, lambda name, *v: MACHINE[name].traced(FLOAT32, *v))[-1])
    np.testing.assert_array_equal(patterns(run_interpreted(program, x)), patterns(np.asarray(compiled(x))))


@pytest.mark.slow
@pytest.mark.parametrize("fmt", [FORMATS["bfloat16"], FORMATS["float16"]], ids=lambda fmt: fmt.name)
def test_other_formats_are_rounded_after_each_operation(fmt: FloatFormat) -> None:
    x = any_numbers(1, 2 * LANES, fmt)
    for row in MACHINE.values():
        # XLA computes in float32: a fused multiply-add is rounded to float32 first
        if row.result == "float" and row.name not in ("fma", "round_shift", "to_int"):
            b = Builder(fmt)
            operands = {
                "float": (b.x, b.x * 0.37, b.x + 1.7),
                "int": [b("bits", b.x)] * 3,
                "bool": [b("less", b.x, 0.0)] * 3,
            }
            program = b.program(b(row.name, *(operands[kind][k] for k, kind in enumerate(row.operands))))
            expected = run_exact(program, x, flush=flushes_subnormals(fmt))[-1]
            np.testing.assert_array_equal(patterns(run_interpreted(program, x)), patterns(expected), row.name)


def spread(program: TypedProgram, count: int) -> np.ndarray:
    steps = np.random.default_rng(3).integers(-3, 4, (count, len(free_values(program))))
    return (free_values(program) * (1 + steps * 2.0**-22)).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize(("vectors", "points"), [(1, 256), (7, LANES + 1), (150, 9 * LANES)])
def test_the_largest_error_of_each_vector_is_that_of_its_program(vectors: int, points: int) -> None:
    program = exp2_program(degree=4)
    x = np.random.default_rng(points).uniform(-120, 120, points).astype(np.float32).astype(np.float64)
    grid = fit_points(x, np.exp2(x), FLOAT32, flush=True)
    constants = spread(program, vectors)
    measured = largest_ulps(program, constants, grid)
    for n in {0, vectors // 2, vectors - 1}:
        values = run_exact(with_free_values(program, constants[n]), grid.x, flush=True)[-1].astype(np.float64)
        assert measured[n] == (np.abs(values - grid.reference) / grid.spacing).max()


def test_a_value_that_is_no_number_is_an_infinite_error() -> None:
    program = exp2_program()
    x = np.linspace(-1, 1, 300)
    constants = np.array([free_values(program), np.full(7, np.nan)])
    measured = largest_ulps(program, constants, fit_points(x, np.exp2(x), FLOAT32, flush=True))
    assert measured[0] < 3
    assert measured[1] == np.inf
