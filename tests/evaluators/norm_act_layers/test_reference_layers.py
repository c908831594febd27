"""Known layers against the modules of torch and flax, on images, tokens and plain features."""

from functools import partial
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.layer_function import apply, init
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import trainable_leaves

SHAPES = {"image": (4, 3, 2, 48), "tokens": (5, 7, 48), "features": (12, 48)}
STEPS = 3


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def batches(shape, count=STEPS + 1):
    rng = np.random.default_rng(0)
    return [0.5 + 1.5 * rng.standard_normal(shape) for _ in range(count)]


def affine_names(layer):
    """Names the parameters that are the weight and the bias of a normalization, where there is one."""
    return ("gamma", "beta") if layer.affine else tuple(f"leaf{i}" for i in trainable_leaves(layer))


def parameters_of(layer):
    rng = np.random.default_rng(1)
    return {name: jnp.asarray(rng.uniform(0.5, 1.5, 48)) for name in affine_names(layer)}


@partial(jax.jit, static_argnums=(0, 5), compiler_options={"xla_backend_optimization_level": 0})
def run(layer, parameters, state, x, weights, train):
    """Returns the output, the gradients of a weighted sum of it, and the new running values."""

    def loss(values):
        y, new_state = apply(layer, values, state, values["x"], train)
        return jnp.sum(weights * y), (y, new_state)

    (_, (y, new_state)), gradients = jax.value_and_grad(loss, has_aux=True)({"x": jnp.asarray(x), **parameters})
    return y, gradients, new_state


def torch_modules(torch, kind):
    nn = torch.nn
    batch = {"image": nn.BatchNorm2d, "tokens": nn.BatchNorm1d, "features": nn.BatchNorm1d}[kind]
    modules = {
        "batch_norm": lambda: batch(48),
        "bn_relu": lambda: nn.Sequential(batch(48), nn.ReLU()),
        "bn_silu": lambda: nn.Sequential(batch(48), nn.SiLU()),
        "group_norm": lambda: nn.GroupNorm(16, 48),
        "gn_relu": lambda: nn.Sequential(nn.GroupNorm(16, 48), nn.ReLU()),
        # One group of all channels is the moments over an image, with one weight per channel as ours.
        "layer_norm": lambda: nn.GroupNorm(1, 48),
        "ln_gelu": lambda: nn.Sequential(nn.GroupNorm(1, 48), nn.GELU()),
        "relu": nn.ReLU,
        "silu": nn.SiLU,
        "gelu": nn.GELU,
        "mish": nn.Mish,
    }
    if kind == "image":
        modules["instance_norm"] = lambda: nn.InstanceNorm2d(48, affine=True)
    if kind == "tokens":
        modules["instance_norm"] = lambda: nn.InstanceNorm1d(48, affine=True)
    return modules


NORMALIZATIONS = ["batch_norm", "group_norm", "layer_norm", "instance_norm"]
OTHERS = ["bn_relu", "bn_silu", "gn_relu", "ln_gelu", "relu", "silu", "gelu", "mish"]


def load(torch, module, parameters):
    for target, value in zip(module.parameters(), parameters.values(), strict=True):
        target.data = torch.from_numpy(np.array(value))


@pytest.mark.parametrize(
    ("name", "kind"), [*product(NORMALIZATIONS, SHAPES), *((name, "image") for name in OTHERS)], ids=str
)
def test_layers_train_and_infer_as_torchs(name, kind):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    if name == "instance_norm" and kind == "features":
        pytest.skip("torch has no instance normalization without spatial axes")
    module = torch_modules(torch, kind)[name]().double()
    layer, shape = KNOWN_LAYERS[name], SHAPES[kind]
    parameters = parameters_of(layer)
    load(torch, module, parameters)
    _, state = init(layer, 48, jnp.float64)
    weights = np.random.default_rng(2).standard_normal(shape)
    for step, x in enumerate(batches(shape)):
        train = step < STEPS
        if not train:
            settle(torch, module, state, x.size // 48)
        module.train(train)
        given = torch.from_numpy(np.moveaxis(x, -1, 1).copy()).requires_grad_()
        expected = module(given)
        module.zero_grad()
        (expected * torch.from_numpy(np.moveaxis(weights, -1, 1).copy())).sum().backward()
        y, gradients, state = run(layer, parameters, state, x, weights, train)
        np.testing.assert_allclose(y, np.moveaxis(expected.detach().numpy(), 1, -1), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(gradients["x"], np.moveaxis(given.grad.numpy(), 1, -1), rtol=1e-7, atol=1e-9)
        for key, target in zip(parameters, module.parameters(), strict=True):
            np.testing.assert_allclose(gradients[key], target.grad.numpy(), rtol=1e-8, atol=1e-9)


def settle(torch, module, state, count):
    """Compares the running values with torch's, whose variance is unbiased, and gives torch the biased ones."""
    norms = [m for m in module.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    assert len(norms) == bool(state)
    for norm in norms:
        mean, var = state.values()
        np.testing.assert_allclose(mean, norm.running_mean.numpy(), rtol=1e-10)
        initial = 0.9**STEPS
        biased = (norm.running_var.numpy() - initial) * (count - 1) / count + initial
        np.testing.assert_allclose(var, biased, rtol=1e-10)
        norm.running_var = torch.from_numpy(np.array(var))


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("name", ["layer_norm_tokens", "ln_gelu_tokens", "rms_norm"])
def test_layers_over_the_channels_are_torchs(name, kind):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    nn = torch.nn
    module = {
        "layer_norm_tokens": lambda: nn.LayerNorm(48),
        "ln_gelu_tokens": lambda: nn.Sequential(nn.LayerNorm(48), nn.GELU()),
        "rms_norm": lambda: nn.RMSNorm(48, eps=1e-5),
    }[name]().double()
    layer, shape = KNOWN_LAYERS[name], SHAPES[kind]
    parameters = parameters_of(layer)
    if name == "rms_norm":  # torch's has no bias
        parameters["beta"] = jnp.zeros(48)
    load(torch, module, dict(list(parameters.items())[: len(list(module.parameters()))]))
    (x,), weights = batches(shape, 1), np.random.default_rng(2).standard_normal(shape)
    given = torch.from_numpy(x).requires_grad_()
    expected = module(given)
    (expected * torch.from_numpy(weights)).sum().backward()
    for train in (True, False):
        y, gradients, _ = run(layer, parameters, {}, x, weights, train)
        np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(gradients["x"], given.grad.numpy(), rtol=1e-7, atol=1e-9)
        for key, target in zip(parameters, module.parameters(), strict=False):
            np.testing.assert_allclose(gradients[key], target.grad.numpy(), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", SHAPES)
def test_batch_norm_runs_on_the_biased_variance_as_flaxs(kind):
    linen = pytest.importorskip("flax.linen", reason="needs Flax")
    shape, layer = SHAPES[kind], KNOWN_LAYERS["batch_norm"]
    module = linen.BatchNorm(momentum=0.9, use_fast_variance=False, param_dtype=jnp.float64)
    first, *others = batches(shape)
    variables = module.init(jax.random.key(0), first, use_running_average=False)
    parameters = parameters_of(layer)
    variables["params"] = {"scale": parameters["gamma"], "bias": parameters["beta"]}
    _, state = init(layer, 48, jnp.float64)
    for x in (first, *others[:-1]):
        expected, update = module.apply(variables, x, use_running_average=False, mutable="batch_stats")
        variables = {**variables, **update}
        y, state = apply(layer, parameters, state, jnp.asarray(x), True)
        np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-10)
        mean, var = state.values()
        # Flax keeps these in single precision, whatever it is told.
        np.testing.assert_allclose(mean, variables["batch_stats"]["mean"], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(var, variables["batch_stats"]["var"], rtol=1e-6)
    expected = module.apply(variables, others[-1], use_running_average=True)
    y, unchanged = apply(layer, parameters, state, jnp.asarray(others[-1]), False)
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)
    assert unchanged == state


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("name", ["group_norm", "layer_norm", "instance_norm", "layer_norm_tokens", "rms_norm"])
def test_normalizations_of_single_samples_are_flaxs(name, kind):
    linen = pytest.importorskip("flax.linen", reason="needs Flax")
    if name == "instance_norm" and kind == "features":
        pytest.skip("Flax has no instance normalization without spatial axes")
    settings = {"epsilon": 1e-5, "use_fast_variance": False, "param_dtype": jnp.float64}
    module = {
        "group_norm": lambda: linen.GroupNorm(16, **settings),
        "layer_norm": lambda: linen.GroupNorm(1, **settings),
        "instance_norm": lambda: linen.InstanceNorm(**settings),
        "layer_norm_tokens": lambda: linen.LayerNorm(**settings),
        "rms_norm": lambda: linen.RMSNorm(**settings),
    }[name]()
    layer = KNOWN_LAYERS[name]
    parameters = parameters_of(layer)
    weight = {"scale": parameters["gamma"]}
    if name == "rms_norm":  # Flax's has no bias
        parameters["beta"] = jnp.zeros(48)
    else:
        weight["bias"] = parameters["beta"]
    (x,) = batches(SHAPES[kind], 1)
    found, _ = apply(layer, parameters, {}, jnp.asarray(x), True)
    np.testing.assert_allclose(found, module.apply({"params": weight}, jnp.asarray(x)), rtol=1e-9, atol=1e-10)
