"""The exports to Flax against its own modules."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.runs.layers.export.exported import class_of

nn = pytest.importorskip("flax.linen", reason="needs flax")

X = np.random.default_rng(0).normal(0.5, 1.5, (3, 4, 3, 2, 48)).astype(np.float32)


def test_batch_norm_takes_the_arguments_and_gives_the_figures_of_flaxs():
    layer = class_of(KNOWN_LAYERS["batch_norm"], "flax")(use_running_average=False, momentum=0.9)
    reference = nn.BatchNorm(use_running_average=False, momentum=0.9)
    variables = layer.init(jax.random.key(0), X[0])
    assert jax.tree.structure(variables) == jax.tree.structure(reference.init(jax.random.key(0), X[0]))
    states = [variables["batch_stats"]] * 2
    for x in X:
        results = [
            module.apply({"params": variables["params"], "batch_stats": state}, x, mutable=["batch_stats"])
            for module, state in zip((layer, reference), states, strict=True)
        ]
        np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-5, atol=1e-5)
        states = [new["batch_stats"] for _, new in results]
    for name in ("mean", "var"):
        np.testing.assert_allclose(states[0][name], states[1][name], rtol=1e-5, atol=1e-6)
    variables = {"params": variables["params"], "batch_stats": states[0]}
    y = class_of(KNOWN_LAYERS["batch_norm"], "flax")().apply(variables, X[0], use_running_average=True)
    expected = nn.BatchNorm(use_running_average=True).apply(variables, X[0])
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.slow
def test_replicas_share_the_batch():
    layer = class_of(KNOWN_LAYERS["evonorm_b0"], "flax")(use_running_average=False, axis_name="replicas")
    variables = layer.init(jax.random.key(0), X[0])

    def run(x):
        return layer.apply(variables, x, mutable=["batch_stats"])

    y, new = jax.vmap(run, axis_name="replicas")(X)
    whole, state = layer.clone(axis_name=None).apply(variables, X.reshape(-1, 3, 2, 48), mutable=["batch_stats"])
    np.testing.assert_allclose(y.reshape(whole.shape), whole, rtol=1e-4, atol=1e-5)
    for replica in range(3):
        np.testing.assert_allclose(
            new["batch_stats"]["var"][replica], state["batch_stats"]["var"], rtol=1e-5, atol=1e-6
        )


@pytest.mark.slow
def test_half_precision_comes_back_and_layers_without_state_take_the_same_arguments():
    layer = class_of(KNOWN_LAYERS["gn_relu"], "flax")(use_running_average=True, momentum=0.99)
    variables = layer.init(jax.random.key(0), jnp.asarray(X[0], jnp.bfloat16))
    assert set(variables) == {"params"}
    y = layer.apply(variables, jnp.asarray(X[0], jnp.bfloat16))
    assert y.dtype == jnp.bfloat16
    group_norm = nn.GroupNorm(num_groups=16, epsilon=1e-5)
    expected = nn.relu(group_norm.apply(group_norm.init(jax.random.key(0), X[0]), X[0]))
    np.testing.assert_allclose(layer.apply(variables, X[0]), expected, rtol=1e-4, atol=1e-5)
