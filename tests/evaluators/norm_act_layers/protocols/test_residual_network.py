from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.protocols.residual_network import ResidualNetwork
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node, canonical
from search_spaces.norm_act_layers.layer import trainable_leaves

CLASSES = 3


SIMPLE = Layer(
    (Node("mul", (0, -1)), Node("sigmoid", (1,)), Node("mul", (0, 2)), Node("mean", (0,), "bwh"), Node("add", (3, 4))),
    (Leaf("vector", 1.0),),
)
"""x * sigmoid(v x) + mean(x), which has parameters of all kinds and compiles quickly."""


def problem(layer):
    rng = np.random.default_rng(1)
    layer = canonical(layer)
    network = ResidualNetwork(layer, 5, CLASSES)
    weights = network.init(rng)
    # Away from the start, where some slopes are 0 and gamma and beta could be mistaken.
    weights = {key: (w + 0.1 * rng.standard_normal(w.shape)).astype(np.float32) for key, w in weights.items()}
    images = rng.standard_normal((1, 6, 4, 5)).astype(np.float32)
    return layer, network, weights, images, np.arange(6, dtype=np.int32) % CLASSES


def in_jax(layer, weights, images, labels):
    """The loss, as the residual networks of He et al. 2016 are drawn."""

    def active(place, x):
        parameters, state = layer_function.init(layer, x.shape[-1], jnp.float32)
        for i in trainable_leaves(layer):
            parameters[f"leaf{i}"] = parameters[f"leaf{i}"] + weights[f"{place}.{i}"].reshape(
                parameters[f"leaf{i}"].shape
            )
        for name in ("gamma", "beta") if layer.affine else ():
            parameters[name] = weights[f"{place}.{name}"]
        return layer_function.apply(layer, parameters, state, x, True)[0]

    x = images[0] @ weights["stem"]
    for stage in range(4):
        first = active(f"{stage}.layer1", x)
        y = active(f"{stage}.layer2", first @ weights[f"{stage}.reduce"]) @ weights[f"{stage}.spatial"]
        y = active(f"{stage}.layer3", y) @ weights[f"{stage}.expand"]
        x = y + (first @ weights[f"{stage}.projection"] if f"{stage}.projection" in weights else x)
    logits = active("final", x).mean(1) @ weights["head"] + weights["bias"]
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


@pytest.mark.parametrize(
    "layer", [SIMPLE, *[pytest.param(KNOWN_LAYERS[name], marks=pytest.mark.slow) for name in ("evonorm_b0", "frn_tlu")]]
)
def test_the_gradient_is_that_of_the_reference(layer):
    layer, network, weights, images, labels = problem(layer)
    loss, slopes = network.gradient(weights, images, labels)
    reference = jax.jit(
        jax.value_and_grad(partial(in_jax, layer)), compiler_options={"xla_backend_optimization_level": 0}
    )
    expected = reference(weights, images, labels)
    assert loss == pytest.approx(float(expected[0]), rel=1e-5)
    assert slopes.keys() == expected[1].keys() == weights.keys()
    for key, slope in expected[1].items():
        assert slopes[key].shape == weights[key].shape
        np.testing.assert_allclose(slopes[key], slope, rtol=2e-3, atol=1e-4 * float(jnp.abs(slope).max()), err_msg=key)


def test_all_stages_but_the_second_widen_the_features():
    _, _, weights, _, _ = problem(SIMPLE)
    assert [key for key in weights if key.endswith("projection")] == ["0.projection", "2.projection", "3.projection"]


def test_matrices_are_drawn_after_he():
    weights = ResidualNetwork(canonical(KNOWN_LAYERS["evonorm_b0"]), 5, CLASSES).init(np.random.default_rng(0))
    assert weights["3.expand"].std() == pytest.approx((2 / 32) ** 0.5, rel=0.05)
    assert (weights["final.gamma"] == 1).all()
    assert not weights["final.beta"].any()
    assert {weight.dtype for weight in weights.values()} == {np.dtype(np.float32)}
