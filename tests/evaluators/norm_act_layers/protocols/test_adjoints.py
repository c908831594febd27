import random

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.protocols.adjoints import ADJOINTS, adjoints
from evaluators.norm_act_layers.protocols.probe import CHANNELS, make_probe, random_inputs, trace
from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import X, trainable_leaves
from search_spaces.norm_act_layers.norm_act import grow_layer, norm_act_vocabulary
from tests.evaluators.norm_act_layers.protocols.specimens import written

INPUTS = random_inputs(2, np.float64)


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True), np.errstate(all="ignore"):
        yield


def compare(layer, x=INPUTS[:1]):
    """Compares with the gradients that JAX takes of the layer's reference meaning, leaves moved."""
    layer = canonical(layer)
    of_output = np.random.default_rng(3).standard_normal(x.shape)
    values = trace(layer, make_probe(x, np.ones(1)))
    found = adjoints(layer, values, of_output)
    parameters, state = layer_function.init(layer, CHANNELS, jnp.float64)
    for i in trainable_leaves(layer):
        parameters[f"leaf{i}"] = jnp.asarray(values[-1 - i].reshape(parameters[f"leaf{i}"].shape))

    def loss(parameters, x):
        return (layer_function.apply(layer, parameters, state, x, True)[0] * of_output[0]).sum()

    gradient = jax.jit(jax.grad(loss, argnums=(0, 1)), compiler_options={"xla_backend_optimization_level": 0})
    of_parameters, of_x = gradient(parameters, jnp.asarray(x[0]))
    expected = {X: of_x, **{-1 - i: of_parameters[f"leaf{i}"] for i in trainable_leaves(layer)}}
    for reference, truth in expected.items():
        mine = found[reference].reshape(truth.shape) if reference in found else np.zeros(truth.shape)
        size = np.abs(np.asarray(truth)[np.isfinite(truth)]).max(initial=1e-300)
        np.testing.assert_allclose(mine, truth, rtol=1e-8, atol=1e-9 * size, equal_nan=True)


def test_every_operation_has_a_derivative():
    assert set(ADJOINTS) == set(TENSOR_PRIMITIVES)


@pytest.mark.parametrize("name", TENSOR_PRIMITIVES)
def test_derivatives_of_operations(name):
    row = TENSOR_PRIMITIVES[name]
    inside = ("square", "x") if row.non_negative_operand else ("add", "x", "v0")
    layer = written(("sigmoid", "x"), inside, (name, *["-1", "-2"][: row.arity]), ("mul", "-1", "v1"))
    compare(layer)


@pytest.mark.parametrize("index_set", INDEX_SETS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_derivatives_of_moments(moment, index_set):
    compare(written(("mul", "x", "v1"), ("tanh", "x"), (f"{moment}[{index_set}]", "-2"), ("mul", "-2", "-1")))


@pytest.mark.parametrize("name", ["evonorm_b0", "evonorm_b1", "evonorm_s0", "frn_tlu", "ln_gelu", "ash", "pau"])
def test_known_layers(name):
    compare(KNOWN_LAYERS[name])


@pytest.mark.parametrize("seed", range(6))
def test_random_layers(seed):
    compare(grow_layer(norm_act_vocabulary(), random.Random(seed)))


def test_moments_of_values_without_some_axes():
    """Of a vector, of a moment, of a scalar; averages over axes that they lack change nothing."""
    layer = written(
        ("square", "v1"), ("mean[whc/g]", "-1"), ("mean[whc]", "x"), ("std[whc]", "-1"), ("rms[c]", "-3"),
        ("var[bwh]", "-3"), ("meansq[bwh]", "s1"), ("add", "-1", "-2"), ("add", "-1", "-4"), ("add", "-1", "-6"),
        ("mul", "-1", "-9"), ("mul", "-1", "x"),
    )  # fmt: skip
    compare(layer)


@pytest.mark.parametrize("name", ["abs", "signed_sqrt"])
def test_zeros_of_the_input_meet_kinks_as_they_do_in_jax(name):
    x = INPUTS[:1].copy()
    x[0, 0, 0, :2] = 0.0
    compare(written((name, "x"), ("mul", "-1", "v1")), x)


@pytest.mark.parametrize("name", ["max", "min"])
def test_equal_operands_share_a_gradient(name):
    x = np.abs(INPUTS[:1])
    compare(written(("abs", "x"), (name, "-1", "x"), ("mul", "-1", "x")), x)


def test_constants_pass_no_gradient_on_that_might_be_nan():
    layer = written(("signed_sqrt", 0), ("add", "-1", "x"))
    compare(layer)
    values = trace(layer, make_probe(INPUTS[:1], np.zeros(1)))
    assert np.isfinite(adjoints(layer, values, INPUTS[:1])[X]).all()


def test_the_adjoint_of_an_output_that_is_narrower_than_the_input():
    compare(written(("mean[wh]", "x"), ("mul", "-1", "v1")))
