"""Compares an anchor network with its twin in PyTorch."""

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.networks import LayerFunctions, build
from evaluators.norm_act_layers.networks.network import listing
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS


def parameter_count(config):
    """Parameters of a network whose layer has gamma and beta alone."""
    parts = listing(config)
    return sum(np.prod(weight.shape, dtype=int) for weight in parts.weights.values()) + 2 * sum(parts.places.values())


def disturbed(tree, rng):
    """Moves every parameter, so that none is at a value such as 0 that hides a mistake."""
    return jax.tree.map(lambda a: np.asarray(a + 0.1 * rng.normal(size=a.shape), np.float32), tree)


def in_order(tree, names):
    return {name: tree[name] for name in names}


def as_norm(layer, parameters):
    """Names the parameters of BN-ReLU or LN-GELU as torch does: the weight starts at 1, the bias at 0."""
    starts = {f"leaf{i}": leaf.value for i, leaf in enumerate(layer.leaves)} | {"gamma": 1.0, "beta": 0.0}
    return {("weight" if starts[name] else "bias"): array for name, array in parameters.items()}


def check_against(make_twin, config, layer="bn_relu"):
    """Checks logits in training, and the gradients of their weighted sum, against a torch module."""
    import torch

    from tests.evaluators.norm_act_layers.networks.torch_networks import load

    rng = np.random.default_rng(0)
    network = build(config, LayerFunctions.of(KNOWN_LAYERS[layer]), "library")
    parameters, state = network.init(jax.random.key(0))
    parts = listing(config)
    parameters = disturbed(parameters, rng)
    images = rng.normal(size=(4, config.image_size, config.image_size, config.channels)).astype(np.float32)
    factors = rng.normal(size=(4, config.num_classes)).astype(np.float32)

    def weighted(parameters, images):
        logits = network.forward(parameters, state, images, True)[0]
        return (logits * factors).sum(), logits

    gradient = jax.jit(jax.value_and_grad(weighted, (0, 1), has_aux=True), compiler_options=compiler_options())
    (_, logits), slopes = gradient(parameters, images)

    ordered = {
        "weights": in_order(parameters["weights"], parts.weights),
        "layers": {
            name: as_norm(KNOWN_LAYERS[layer], norm)
            for name, norm in in_order(parameters["layers"], parts.places).items()
        },
    }
    twin = load(make_twin(), ordered).train()
    theirs = torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).requires_grad_()
    expected = twin(theirs)
    (expected * torch.from_numpy(factors)).sum().backward()

    np.testing.assert_allclose(logits, expected.detach(), rtol=2e-4, atol=2e-4 * np.abs(logits).max())
    image_slope = theirs.grad.numpy().transpose(0, 2, 3, 1)
    np.testing.assert_allclose(slopes[1], image_slope, rtol=1e-2, atol=1e-3 * np.abs(image_slope).max())
    first = next(iter(parts.weights))
    stem_slope = next(p for p in twin.parameters() if p.ndim == 4).grad.numpy().transpose(2, 3, 1, 0)
    ours = np.asarray(slopes[0]["weights"][first]).reshape(stem_slope.shape)
    np.testing.assert_allclose(ours, stem_slope, rtol=1e-2, atol=1e-3 * np.abs(stem_slope).max())
    assert jnp.isfinite(logits).all()
