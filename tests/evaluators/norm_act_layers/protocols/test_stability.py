import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.stability import Stability
from evaluators.norm_act_layers.protocols.stack import Stack
from evaluators.norm_act_layers.settings import StabilityConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node, canonical
from tests.evaluators.norm_act_layers.protocols.test_stack import in_jax


def climb(layer, **settings):
    return Stability(StabilityConfig(**settings)).figure(layer)


@pytest.mark.parametrize("name", ["bn_relu", "gn_relu", "ln_gelu", "frn_tlu", "evonorm_b0", "evonorm_s0", "relu"])
def test_known_layers_pass(name):
    assert climb(KNOWN_LAYERS[name]) < 1e6


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_all_known_layers_pass(name):
    assert climb(KNOWN_LAYERS[name]) < 1e6


def test_a_step_follows_the_slope_of_the_norm():
    layer, stack = canonical(KNOWN_LAYERS["bn_silu"]), Stack(4)

    def norm(parts):
        return jnp.sqrt(sum((part * part).sum() for part in parts))

    @partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
    def two_norms(matrices):
        slope = jax.grad(lambda weights: in_jax(layer, stack, weights))
        first = slope(matrices)
        _, rise = jax.jvp(slope, (matrices,), (first,))
        length = 0.05 * norm(matrices) / norm(rise)
        return norm(first), norm(slope(tuple(w + length * r for w, r in zip(matrices, rise, strict=True))))

    with jax.enable_x64(True):
        first, second = map(float, two_norms(stack.matrices))
    assert climb(layer, steps=1) == pytest.approx(first, rel=1e-9)
    assert climb(layer, steps=2) == pytest.approx(second, rel=1e-4)
    assert second > first


def test_what_explodes_is_told_as_soon_as_it_does():
    explosive = Layer((Node("square", (0,)), Node("mul", (1, 0)), Node("exp", (2,))), ())
    assert climb(explosive, max_gradient_norm=1e3) > 1e3
    assert not Stability(StabilityConfig()).passes(climb(explosive))


def test_a_gradient_that_is_not_finite_is_turned_away():
    overflow = Layer((Node("exp", (0,)), Node("exp", (1,)), Node("exp", (2,))), ())
    assert climb(overflow) == math.inf
    assert not Stability(StabilityConfig()).passes(math.inf)
    assert not Stability(StabilityConfig()).passes(math.nan)


def test_a_gradient_of_zero_leads_nowhere():
    zero = Layer((Node("mul", (0, -1)),), (Leaf("constant", 0.0),), affine=False)
    assert climb(zero) == 0.0


def test_a_kink_is_climbed_along_the_gradient():
    # ReLU alone: the slope of the gradient exists almost everywhere, so that the climb must rise.
    assert climb(KNOWN_LAYERS["relu"], steps=20) > 2 * climb(KNOWN_LAYERS["relu"], steps=1)
    assert np.isfinite(climb(KNOWN_LAYERS["relu"]))
