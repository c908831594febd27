import jax
import numpy as np

from evaluators.norm_act_layers.analysis.runs import random_tensor, run
from evaluators.norm_act_layers.layer_function import apply, init
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical


def test_a_run_is_that_of_the_layer_function():
    x = random_tensor(np.random.default_rng(3), 4, 6, 8)
    layer = canonical(KNOWN_LAYERS["evonorm_b0"])
    parameters, state = init(layer, 8)
    y, _ = apply(layer, parameters, state, jax.numpy.asarray(x, "float32"), True)
    np.testing.assert_allclose(run(layer, x), y, rtol=2e-4, atol=1e-5)
    parameters = {**parameters, "leaf0": 0.5 * parameters["leaf0"]}
    y, _ = apply(layer, parameters, state, jax.numpy.asarray(x, "float32"), True)
    np.testing.assert_allclose(run(layer, x, (0.5,)), y, rtol=2e-4, atol=1e-5)


def test_samples_and_channels_differ():
    x = random_tensor(np.random.default_rng(3), 50, 500, 3)
    assert x.mean((1, 2)).std() > 0.05
    assert x.std((0, 1)).std() > 0.05
