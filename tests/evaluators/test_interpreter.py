import re
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.bytecode import NUM_REGISTERS, gradient_block, stack, value_block
from evaluators.interpreter import interpret, largest_errors, register_file
from primitives import PRIMITIVES
from tests.evaluators.random_programs import from_code, numpy_values, programs

LENGTH, SIZE = 128, 16
ROUNDING = 1e-13
"""Relative to the largest term: XLA may contract a * b + c and has its own exp and log."""


@pytest.fixture(autouse=True)
def _doubles():
    with jax.enable_x64():
        yield


def arrays(chosen):
    code, lengths = stack([value_block(p.instructions) for p in chosen], len(chosen), LENGTH)
    constants = np.zeros((len(chosen), SIZE))
    for row, program in zip(constants, chosen, strict=True):
        row[: len(program.constants)] = [high for high, _ in program.constants]
    return code, lengths, constants


def assert_close(found, expected):
    """Equal within rounding where NumPy is finite and well conditioned, not finite where NumPy is not."""
    found, expected = np.asarray(found), np.asarray(expected)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    finite = np.isfinite(expected) & (np.abs(expected) < 1e100)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batched", [False, True])
def test_largest_errors_agree_with_numpy(batched):
    chosen = programs(64, seed=11)
    points = np.linspace(0.1, 2.0, 257)
    weights, goals = np.cos(points), np.sin(3 * points)
    found = largest_errors(*arrays(chosen)[:2], 64, arrays(chosen)[2], points, weights, goals, batched)
    with np.errstate(all="ignore"):
        expected = [np.abs(numpy_values(p, points) * weights - goals).max() for p in chosen]
    assert_close(found, expected)


@pytest.mark.parametrize("batched", [False, True])
def test_every_block_of_many_points_counts(batched):
    """The error peaks at one point only, in the first, a middle and the last block and at their seams."""
    program = from_code("mul(x,c0)", [1.0])
    points = np.linspace(0.0, 1.0, 2500)
    for peak in (0, 1023, 1024, 1500, 2047, 2048, 2499):
        goals = points.copy()
        goals[peak] += 7.0
        found = largest_errors(*arrays([program])[:2], 1, arrays([program])[2], points, np.ones(2500), goals, batched)
        assert float(found[0]) == pytest.approx(7.0)


@pytest.mark.parametrize("batched", [False, True])
def test_nan_at_one_point_is_reported(batched):
    program = from_code("sub(x,c0);log(v1)", [0.5])
    points = np.linspace(0.4995, 1.5, 1000)
    found = largest_errors(*arrays([program])[:2], 1, arrays([program])[2], points, points, points, batched)
    assert np.isnan(found[0])


def outputs_of(code, num_steps, constants, x, num_outputs):
    lanes = jnp.repeat(jnp.asarray(x), constants.shape[1])
    registers = interpret(code, num_steps, constants, register_file(lanes, jnp.ones_like(lanes), num_outputs))
    return registers[NUM_REGISTERS:].reshape(num_outputs, len(x), -1)


def test_starts_have_constants_of_their_own():
    x = np.linspace(0.2, 1.8, 5)
    chosen = programs(25, seed=12)
    code, lengths, _ = arrays(chosen)
    constants = np.random.default_rng(3).uniform(0.2, 2.0, (SIZE, 4))
    run = jax.jit(partial(outputs_of, x=x, num_outputs=1))
    for n, program in enumerate(chosen):
        found = run(jnp.asarray(code[n]), lengths[n], jnp.asarray(constants))[0]
        for start in range(4):
            assert_close(found[:, start], numpy_values(program, x, constants[:, start]))


def test_side_by_side_and_one_by_one_agree_on_values_and_gradients():
    chosen = programs(48, seed=13)
    code, lengths = stack([gradient_block(p.instructions, len(p.constants)) for p in chosen], 48, LENGTH)
    constants = jnp.asarray(np.random.default_rng(4).uniform(0.2, 2.0, (48, SIZE, 2)))
    x = np.linspace(0.2, 1.8, 6)
    every = jax.jit(jax.vmap(partial(outputs_of, x=x, num_outputs=SIZE + 1), (0, None, 0)), static_argnums=1)
    together = np.asarray(every(code, LENGTH, constants))
    single = jax.jit(partial(outputs_of, x=x, num_outputs=SIZE + 1))
    for n in range(48):
        alone = np.asarray(single(jnp.asarray(code[n]), lengths[n], constants[n]))
        np.testing.assert_array_equal(np.isfinite(together[n]), np.isfinite(alone))
        finite = np.isfinite(alone)
        np.testing.assert_allclose(together[n][finite], alone[finite], rtol=ROUNDING, atol=1e-14)


def test_single_precision_stays_single():
    program = from_code("div(x,c0);exp(v1)", [3.0])
    code, lengths, constants = arrays([program])
    points = np.linspace(0.0, 1.0, 64, dtype=np.float32)
    zeros = np.zeros_like(points)
    found = largest_errors(code, lengths, 1, constants.astype(np.float32), points, zeros + 1, zeros, False)
    assert found.dtype == jnp.float32
    assert float(found[0]) == pytest.approx(np.exp(1 / 3), rel=1e-6)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_operation_alone(name):
    row = PRIMITIVES[name]
    points = np.linspace(0.3, 2.0, 31)
    forms = ["x", "c0"] if row.arity == 1 else ["x,x", "x,c0", "c0,x", "c0,c1"]
    for operands in forms:
        program = from_code(f"{name}({operands})", [1.7, 0.6])
        found = largest_errors(*arrays([program])[:2], 1, arrays([program])[2], points, points, 0 * points, False)
        assert_close(found[0], np.abs(numpy_values(program, points) * points).max())


def test_side_by_side_asks_the_host_nothing():
    """Every loop of the compiled program has a trip count that is known before it runs, and no branch is left."""
    chosen = programs(4, seed=14)
    code, lengths, constants = arrays(chosen)
    points = np.linspace(0.1, 1.0, 33)
    lowered = largest_errors.lower(code, lengths, 4, constants, points, points, points, True)
    assert "stablehlo.case" not in lowered.as_text()
    hlo = lowered.compile().as_text()
    loops = re.findall(r" while\(.*", hlo)
    assert loops
    assert all('"known_trip_count"' in loop for loop in loops), loops
    assert not re.search(r" (conditional|infeed|outfeed|send|recv|custom-call)\(", hlo)
