import jax
import numpy as np
import pytest

from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.networks import NETWORKS, LayerFunctions, NetworkConfig, build
from evaluators.norm_act_layers.networks.convolution import FORMS
from evaluators.norm_act_layers.networks.network import listing
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS

RELU = LayerFunctions.of(KNOWN_LAYERS["relu"])


def small(name, **changes):
    return NetworkConfig(
        name, **({"width": 4, "depth": 0.1, "image_size": 6, "channels": 2, "num_classes": 3} | changes)
    )


def images_of(config, batch=2):
    shape = (batch, config.image_size, config.image_size, config.channels)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "vgg"}, "network 'vgg' is unknown; use one of: resnet, mobilenet, efficientnet, vit"),
        ({"width": 0}, "width must be at least 1, not 0"),
        ({"depth": 0.0}, "depth must be above 0 and at most 100, not 0.0"),
        ({"depth": float("nan")}, "depth must be above 0 and at most 100, not nan"),
        ({"num_classes": 1}, "num_classes must be at least 2, not 1"),
    ],
)
def test_a_mistaken_config_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        NetworkConfig(**wrong)


def test_an_unknown_form_is_refused():
    with pytest.raises(
        ValueError, match="form of convolutions 'fft' is unknown; use one of: library, shifted, products"
    ):
        build(small("resnet"), RELU, "fft")


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_are_drawn_from_the_key_with_the_stated_deviations(name):
    config = small(name, width=16)
    network = build(config, RELU)
    first, again, other = (network.init(jax.random.key(seed))[0]["weights"] for seed in (0, 0, 1))
    for weight_name, weight in listing(config).weights.items():
        values = np.asarray(first[weight_name])
        np.testing.assert_array_equal(values, again[weight_name])
        if weight.std == 0:
            assert (values == weight.mean).all()
            continue
        assert (values != other[weight_name]).any()
        assert abs(values.std() / weight.std - 1) < 4 / np.sqrt(values.size)
        assert abs(values.mean()) < 5 * weight.std / np.sqrt(values.size)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name != "mobilenet" else []) for name in NETWORKS]
)
def test_every_form_of_convolution_gives_the_same_logits(name):
    config = small(name)
    parameters, state = build(config, RELU).init(jax.random.key(0))
    logits = [
        jax.jit(build(config, RELU, form).forward, static_argnums=3)(parameters, state, images_of(config), True)[0]
        for form in FORMS
    ]
    assert np.abs(logits[0]).max() > 1e-3
    for other in logits[1:]:
        np.testing.assert_allclose(other, logits[0], rtol=1e-4, atol=1e-6)


def test_inference_uses_the_running_values_and_leaves_them_alone():
    config = small("resnet")
    network = build(config, LayerFunctions.of(KNOWN_LAYERS["bn_relu"]))
    forward = jax.jit(network.forward, static_argnums=3, compiler_options=compiler_options())
    parameters, state = network.init(jax.random.key(0))
    images = images_of(config, 4)
    _, trained = forward(parameters, state, images, True)
    assert all(
        (a != b).all() for a, b in zip(jax.tree.leaves(trained), jax.tree.leaves(state), strict=True) if a.size > 1
    )
    alone, kept = forward(parameters, trained, images[:1], False)
    together, _ = forward(parameters, trained, images, False)
    np.testing.assert_allclose(alone, together[:1], rtol=1e-4, atol=1e-7)
    jax.tree.map(np.testing.assert_array_equal, kept, trained)


@pytest.mark.slow
def test_a_population_of_seeds_is_initialised_and_run_under_vmap():
    config = small("resnet")
    network = build(config, RELU, "products")
    keys = jax.random.split(jax.random.key(0), 2)
    images = images_of(config)
    parameters, _ = jax.vmap(network.init)(keys)
    logits = jax.jit(jax.vmap(lambda p: network.forward(p, {name: {} for name in p["layers"]}, images, True)[0]))(
        parameters
    )
    alone, state = network.init(keys[1])
    expected = jax.jit(lambda p: network.forward(p, state, images, True)[0])(alone)
    np.testing.assert_allclose(logits[1], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS)
def test_depth_scales_the_blocks_and_width_the_channels(name):
    places = [len(listing(small(name, depth=depth)).places) for depth in (0.1, 0.5, 1.0, 2.0)]
    assert places == sorted(set(places))
    widest = [max(listing(small(name, width=width)).places.values()) for width in (8, 16)]
    assert widest[1] == 2 * widest[0]


def test_the_layer_stands_at_the_same_places_whatever_the_size_of_images():
    for name in NETWORKS:
        assert listing(small(name, image_size=12)).places == listing(small(name, image_size=24)).places
