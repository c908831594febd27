"""The exports to JAX against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np

from runs.layers.export import export
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.runs.layers.export.exported import EVIDENCE, module_of

X = np.random.default_rng(0).normal(0.5, 1.5, (3, 4, 3, 2, 48)).astype(np.float32)


def exported(name):
    """Returns a layer's init, and its apply compiled."""
    module = module_of(export(KNOWN_LAYERS[name], "jax", EVIDENCE))
    options = {"xla_backend_optimization_level": 0}
    static = ("train", "axis_name", "channels_last")
    return module.init, jax.jit(module.apply, static_argnames=static, compiler_options=options)


def test_evonorm_b0_is_its_definition():
    init, apply = exported("evonorm_b0")
    params, state = init(48)
    for x in X:
        y, state = apply(params, state, x, True)
    batch_std = np.sqrt(x.var((0, 1, 2)) + 1e-5)
    instance_std = np.sqrt(x.var((1, 2), keepdims=True) + 1e-5)
    np.testing.assert_allclose(y, x / np.maximum(batch_std, x + instance_std), rtol=1e-4, atol=1e-5)
    running = 0.9**3 + sum(0.1 * 0.9 ** (2 - i) * X[i].var((0, 1, 2)) for i in range(3))
    np.testing.assert_allclose(state["running_var"], running, rtol=1e-5)
    y, same = apply(params, state, x, False)
    np.testing.assert_allclose(y, x / np.maximum(np.sqrt(running + 1e-5), x + instance_std), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(same["running_var"], state["running_var"])


def test_replicas_share_the_batch():
    init, apply = exported("evonorm_b0")
    params, state = init(48)

    def run(x):
        return apply(params, state, x, True, axis_name="replicas")

    y, new = jax.vmap(run, axis_name="replicas")(X)
    whole, expected = apply(params, state, X.reshape(-1, 3, 2, 48), True)
    np.testing.assert_allclose(y.reshape(whole.shape), whole, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(new["running_var"], np.tile(expected["running_var"], (3, 1)), rtol=1e-5)


def test_shape_and_type_come_back_whatever_the_space():
    init, apply = exported("gn_relu")
    params, state = init(48)
    for shape in ((5, 48), (5, 1, 2, 1, 3, 48)):
        x = jnp.ones(shape, jnp.bfloat16)
        y, new = apply(params, state, x, True)
        assert (y.shape, y.dtype, new) == (x.shape, x.dtype, {})


def test_groups_are_as_many_as_divide_the_channels():
    init, apply = exported("group_norm")
    for num_channels, groups in ((64, 32), (20, 4), (7, 1)):
        x = np.random.default_rng(1).normal(size=(2, 5, num_channels)).astype(np.float32)
        y, _ = apply(*init(num_channels), x, True)
        parts = x.reshape(2, 5, groups, -1)
        centred = parts - parts.mean((1, 3), keepdims=True)
        expected = (centred / np.sqrt(parts.var((1, 3), keepdims=True) + 1e-5)).reshape(x.shape)
        np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
