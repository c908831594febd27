"""Every known layer against its published definition, written in NumPy, and against torch's and flax's own."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats

from evaluators.norm_act_layers.layer_function import apply, init
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import trainable_leaves

EPS = 1e-5
MOMENTUM = 0.9
SHAPE = (4, 3, 2, 48)  # 48 channels in 16 groups of 3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def groups(x, num_groups=16):
    """Returns the samples' channels group by group, of shape (batch, groups, all the rest)."""
    return np.moveaxis(x, -1, 1).reshape(len(x), num_groups, -1)


def spread(per_group, x):
    """Repeats a figure per sample and group for the channels of the group."""
    return np.repeat(per_group, x.shape[-1] // per_group.shape[1], axis=1)[:, None, None, :]


def group_norm(x):
    return (x - spread(groups(x).mean(-1), x)) / spread(np.sqrt(groups(x).var(-1) + EPS), x)


def image_norm(x):
    return np.stack([(sample - sample.mean()) / np.sqrt(sample.var() + EPS) for sample in x])


def token_norm(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + EPS)


def batch_norm(x, running):
    flat = x.reshape(-1, x.shape[-1])
    mean, var = (flat.mean(0), flat.var(0)) if running is None else (running["mean"], running["var"])
    return (x - mean) / np.sqrt(var + EPS)


def batch_std(x, running):
    return np.sqrt((x.reshape(-1, x.shape[-1]).var(0) if running is None else running["var"]) + EPS)


def per_instance(x, figure):
    """Applies a figure of the places of each sample and channel."""
    return np.array([[figure(sample[..., c]) for c in range(x.shape[-1])] for sample in x])[:, None, None, :]


def instance_std(x):
    return per_instance(x, lambda places: np.sqrt(places.var() + EPS))


def instance_rms(x):
    return per_instance(x, lambda places: np.sqrt((places**2).mean() + EPS))


def gelu(x):
    return x * scipy.stats.norm.cdf(x)


def mish(x):
    return x * np.tanh(np.log(1 + np.exp(x)))


def sau(x, a, b):
    bump = (1 - a) / (b * np.sqrt(2 * np.pi)) * np.exp(-(b**2) * x**2 / 2)
    return bump + (1 + a) * x / 2 + (1 - a) * x / 2 * scipy.special.erf(b * x / np.sqrt(2))


def ash(x, z, a):
    threshold = np.array([sample.mean() + z * np.sqrt(sample.var() + EPS) for sample in x])[:, None, None, None]
    return x * sigmoid(a * (x - threshold))


def pau(x, *coefficients):
    a, b = coefficients[:6], coefficients[6:]
    return sum(c * x**k for k, c in enumerate(a)) / (1 + sum(abs(c * x**k) for k, c in enumerate(b, 1)))


# Of the input and the trained leaves in order.
DEFINITIONS = {
    "layer_norm": image_norm,
    "layer_norm_tokens": token_norm,
    "instance_norm": lambda x: (x - x.mean((1, 2), keepdims=True)) / instance_std(x),
    "group_norm": group_norm,
    "rms_norm": lambda x: x / np.sqrt((x**2).mean(-1, keepdims=True) + EPS),
    "relu": lambda x: x * (x > 0),
    "silu": lambda x: x * sigmoid(x),
    "gelu": gelu,
    "mish": mish,
    "crrelu": lambda x, eps: x * (x > 0) + eps * x * np.exp(-(x**2) / 2),
    "ash": ash,
    "sau": sau,
    "pau": pau,
    "gn_relu": lambda x, g, b: np.maximum(g * group_norm(x) + b, 0),
    "ln_gelu": lambda x, g, b: gelu(g * image_norm(x) + b),
    "ln_gelu_tokens": lambda x, g, b: gelu(g * token_norm(x) + b),
    "frn_tlu": lambda x, g, b, tau: np.maximum(g * x / instance_rms(x) + b, tau),
    "evonorm_s0": lambda x, v: x * sigmoid(v * x) / spread(np.sqrt(groups(x).var(-1) + EPS), x),
    "evonorm_s1": lambda x: x * sigmoid(x) / spread(np.sqrt(groups(x).var(-1) + EPS), x),
    "evonorm_s2": lambda x: x * sigmoid(x) / spread(np.sqrt((groups(x) ** 2).mean(-1) + EPS), x),
}

# Of the input, the running statistics (None in training), and the trained leaves.
BATCH_DEFINITIONS = {
    "batch_norm": batch_norm,
    "bn_relu": lambda x, running, g, b: np.maximum(g * batch_norm(x, running) + b, 0),
    "bn_silu": lambda x, running, g, b: (y := g * batch_norm(x, running) + b) * sigmoid(y),
    "evonorm_b0": lambda x, running, v: x / np.maximum(batch_std(x, running), v * x + instance_std(x)),
    "evonorm_b1": lambda x, running: x / np.maximum(batch_std(x, running), (x + 1) * instance_rms(x)),
    "evonorm_b2": lambda x, running: x / np.maximum(batch_std(x, running), instance_rms(x) - x),
}
STATISTICS = {"mean": "mean", "std": "var"}


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def trained(name):
    """Returns a layer with parameters and running values as after training."""
    rng = np.random.default_rng(0)
    layer = KNOWN_LAYERS[name]
    parameters, state = init(layer, SHAPE[-1], jnp.float64)
    parameters = {key: value + 0.2 * rng.standard_normal(value.shape) for key, value in parameters.items()}
    state = {key: value + rng.uniform(0.1, 0.5, value.shape) for key, value in state.items()}
    return layer, parameters, state


def running_statistics(layer, state):
    operations = {key: layer.nodes[int(key.removeprefix("moment"))].op for key in state}
    return {STATISTICS[operations[key]]: np.asarray(value) for key, value in state.items()}


def defined(name, layer, values, state, train):
    """Returns the published value of a layer on the input and parameters among the values."""
    leaves = [values[f"leaf{i}"] for i in trainable_leaves(layer)]
    if name in DEFINITIONS:
        y = DEFINITIONS[name](values["x"], *leaves)
    else:
        y = BATCH_DEFINITIONS[name](values["x"], None if train else running_statistics(layer, state), *leaves)
    return y * values["gamma"] + values["beta"] if layer.affine else y


def random_input(shape=SHAPE, seed=1):
    return 0.3 + 1.5 * np.random.default_rng(seed).standard_normal(shape)


def test_every_known_layer_has_a_definition_to_be_compared_with():
    assert {*DEFINITIONS, *BATCH_DEFINITIONS} == set(KNOWN_LAYERS)


@pytest.mark.parametrize(
    ("name", "train"), [*product(BATCH_DEFINITIONS, (True, False)), *((name, True) for name in DEFINITIONS)]
)
def test_values_and_gradients_are_those_of_the_published_definition(name, train):
    layer, parameters, state = trained(name)
    rng = np.random.default_rng(3)
    values = {"x": random_input(), **{key: np.asarray(value) for key, value in parameters.items()}}
    weights = rng.standard_normal(SHAPE)

    def loss(values):
        y, _ = apply(layer, values, state, values["x"], train)
        at_inference, _ = apply(layer, values, state, values["x"], False)
        return jnp.sum(weights * y), (y, at_inference)

    compiled = jax.jit(jax.value_and_grad(loss, has_aux=True), compiler_options={"xla_backend_optimization_level": 0})
    (_, found), gradient = compiled(values)
    for y, training in zip(found, (train, False), strict=True):
        np.testing.assert_allclose(y, defined(name, layer, values, state, training), rtol=1e-9, atol=1e-11)
    step = 1e-6
    for key, value in values.items():
        for _ in range(4):
            direction = rng.standard_normal(value.shape)
            ahead, behind = (
                np.sum(weights * defined(name, layer, {**values, key: value + h * direction}, state, train))
                for h in (step, -step)
            )
            slope = float(np.sum(np.asarray(gradient[key]) * direction))
            assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", BATCH_DEFINITIONS)
def test_running_statistics_are_averages_of_the_batches_moments_that_decay_by_a_tenth(name):
    layer = KNOWN_LAYERS[name]
    parameters, state = init(layer, SHAPE[-1], jnp.float64)
    expected = {"mean": np.zeros(SHAPE[-1]), "var": np.ones(SHAPE[-1])}
    for seed in range(4):
        x = random_input(seed=seed)
        _, state = apply(layer, parameters, state, jnp.asarray(x), True)
        flat = x.reshape(-1, SHAPE[-1])
        for key, latest in (("mean", flat.mean(0)), ("var", flat.var(0))):
            expected[key] = MOMENTUM * expected[key] + (1 - MOMENTUM) * latest
    found = running_statistics(layer, state)
    assert "var" in found
    for key, value in found.items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-12)


def test_the_untrained_pau_approximates_leaky_relu():
    layer = KNOWN_LAYERS["pau"]
    x = jnp.linspace(-3, 3, 601)[:, None]
    found, _ = apply(layer, init(layer, 1)[0], {}, x, True)
    assert np.abs(found - np.where(x > 0, x, 0.01 * x)).max() < 0.0299


def test_a_narrow_sau_is_leaky_relu():
    layer = KNOWN_LAYERS["sau"]
    x = random_input()
    found, _ = apply(layer, {"leaf0": jnp.float64(0.1), "leaf1": jnp.float64(1e6)}, {}, jnp.asarray(x), True)
    np.testing.assert_allclose(found, np.where(x > 0, x, 0.1 * x), atol=1e-5)
