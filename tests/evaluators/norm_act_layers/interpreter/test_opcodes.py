import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter.opcodes import BACKWARD, DERIVATIVES, FORWARD, OPCODES, derivative_name
from primitives.tensor import TENSOR_PRIMITIVES

GRID = jnp.asarray([-3.0, -0.5, -0.0, 0.0, 1e-3, 0.5, 0.5, 2.0], jnp.float32)
OTHER = jnp.asarray([1.0, -0.5, 0.0, 1.0, -2.0, 0.5, 0.25, -2.0], jnp.float32)


def meaning(row):
    return lambda *operands: row.floating(jnp, *operands)


@pytest.mark.parametrize("name", sorted(DERIVATIVES.keys() & TENSOR_PRIMITIVES.keys()))
def test_derivatives_of_one_operand_are_those_of_jax_at_kinks_and_poles_too(name):
    value, right = jax.vjp(meaning(TENSOR_PRIMITIVES[name]), GRID)
    found = DERIVATIVES[name].meaning(OTHER, value if DERIVATIVES[name].of_value else GRID)
    np.testing.assert_allclose(found, right(OTHER)[0], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["max", "min"])
def test_extremes_share_the_adjoint_as_jax_does(name):
    _, right = jax.vjp(meaning(TENSOR_PRIMITIVES[name]), GRID, OTHER)
    adjoint = jnp.arange(1.0, 9.0)
    share = BACKWARD[derivative_name(name, 0)].meaning
    found = share(adjoint, GRID, OTHER), share(adjoint, OTHER, GRID)
    np.testing.assert_allclose(found, right(adjoint))


def test_every_operation_of_the_genome_has_an_opcode_and_derivatives():
    written_with_others = {"add", "sub", "neg", "mul", "div"}
    for name, row in TENSOR_PRIMITIVES.items():
        assert name in FORWARD
        if name not in written_with_others:
            assert all(derivative_name(name, operand) in OPCODES for operand in range(row.arity))


def test_opcodes_of_the_forward_direction_are_the_same_backward():
    assert list(BACKWARD)[: len(FORWARD)] == list(FORWARD)
