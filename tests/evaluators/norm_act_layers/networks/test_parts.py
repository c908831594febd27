import math

import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.networks.parts import LayerFunctions, Listing, Run, Weight, he
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS


def test_he_gives_a_relu_network_activations_of_constant_size():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 3 * 3 * 32))
    kernel = he((3, 3, 32, 288))
    y = np.maximum(x @ rng.normal(0, kernel.std, (288, 288)), 0)
    assert math.isclose((y**2).mean(), (x**2).mean(), rel_tol=0.05)


def test_a_listing_names_what_a_run_takes():
    listed = Listing()
    x = jnp.ones((2, 4, 4, 3))
    y = listed.layer("layer", listed.convolution("kernel", x, 5, size=3, stride=2))
    listed.affine("affine", listed.depthwise("depth", y, 3))
    assert y.shape == (2, 2, 2, 5)
    assert listed.places == {"layer": 5}
    assert {name: weight.shape for name, weight in listed.weights.items()} == {
        "kernel": (3, 3, 3, 5),
        "depth": (3, 3, 1, 5),
        "affine.gamma": (5,),
        "affine.beta": (5,),
    }
    assert listed.weights["affine.gamma"] == Weight((5,), 0, 1)


def test_a_run_applies_the_layer_and_keeps_its_running_values():
    layer = LayerFunctions.of(KNOWN_LAYERS["bn_relu"])
    parameters, state = layer.init(2)
    run = Run("library", layer, {"weights": {}, "layers": {"a": parameters}}, {"a": state}, True)
    x = np.random.default_rng(0).normal(3, 2, (50, 2)).astype(np.float32)
    y = run.layer("a", jnp.asarray(x))
    np.testing.assert_allclose(y, np.maximum((x - x.mean(0)) / x.std(0), 0), atol=1e-4)
    means = next(value for name, value in run.new_state["a"].items() if state[name][0] == 0)
    np.testing.assert_allclose(means, 0.1 * x.mean(0), rtol=1e-5)


def test_two_parts_of_one_name_are_a_mistake_of_ours():
    listed = Listing()
    listed.layer("layer", jnp.ones((1, 2)))
    with pytest.raises(AssertionError, match="layer"):
        listed.layer("layer", jnp.ones((1, 2)))
