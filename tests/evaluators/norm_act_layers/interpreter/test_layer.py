import random
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter import Machine, layer_code
from evaluators.norm_act_layers.interpreter.layer import init
from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers
from search_spaces.norm_act_layers.builder import Builder
from tests.evaluators.norm_act_layers.interpreter.parity import differences

SMALL = Machine(lanes=48)  # tensors of a few hundred numbers fall into several blocks of several parts
SHAPES = [(6, 4), (5, 6, 4), (3, 1, 2, 48), (2, 3, 4, 6), (3, 2, 2, 2, 5), (4, 4, 1), (1, 7, 5)]
QUICK = ("batch_norm", "layer_norm_tokens", "gn_relu", "frn_tlu", "evonorm_b0", "evonorm_s0", "sau", "pau")
SLOW = pytest.mark.slow
PRESETS = {"evonorm": "paper", "norm_act": "rooted"}


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def random_input(shape=(3, 4, 2, 12), seed=0, dtype=np.float64):
    return jnp.asarray(0.3 + np.random.default_rng(seed).standard_normal(shape), dtype)


def random_layers(preset, count, seed=0):
    space, rng = NormActLayers(preset=preset, variation=PRESETS[preset]), random.Random(seed)
    return [space.canonical(space.random(rng)) for _ in range(count)]


def moment_of_a_product(moment, index_set):
    """Moments of what varies with x, times the same of what varies with the channel alone."""
    graph = Builder()
    vector = graph.leaf("vector", 0.7)
    first = graph.moment(moment, index_set, graph.op("mul", graph.x, vector))
    graph.op("mul", graph.op("mul", first, graph.moment(moment, index_set, vector)), graph.op("tanh", graph.x))
    return graph.layer(affine=True)


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=SLOW) for name in KNOWN_LAYERS])
def test_known_layers_and_their_gradients_are_those_of_the_layer_function(name):
    found = differences(KNOWN_LAYERS[name], SMALL, random_input())
    assert max(found.values()) < 1e-11, found


@pytest.mark.parametrize("preset", PRESETS)
def test_so_are_random_ones(preset):
    for layer in random_layers(preset, 5):
        found = differences(layer, SMALL, random_input())
        assert max(found.values()) < 1e-9, (layer, found)


@pytest.mark.parametrize("index_set", INDEX_SETS)
def test_so_are_moments_over_every_index_set(index_set):
    found = differences(moment_of_a_product("std", index_set), SMALL, random_input())
    assert max(found.values()) < 1e-11, found


def test_so_is_every_operation_at_its_kinks_too():
    for row in TENSOR_PRIMITIVES.values():
        graph = Builder()
        others = [graph.constant(0.5)] * (row.arity - 1)
        graph.op("mul", graph.op(row.name, graph.x, *others), graph.leaf("scalar", 1.0))
        x = jnp.round(2 * random_input()) / 2
        assert (x == 0).any()
        assert (x == 0.5).any()
        found = differences(graph.layer(affine=False), SMALL, x)
        assert max(found.values()) < 1e-11, (row.name, found)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_so_are_layers_on_tensors_of_any_shape(shape):
    layers = [layer for preset in PRESETS for layer in random_layers(preset, 30, seed=3)]
    layers += [*KNOWN_LAYERS.values(), *(moment_of_a_product(*row) for row in product(MOMENTS, INDEX_SETS))]
    for layer in layers:
        found = differences(layer, SMALL, random_input(shape))
        assert max(found.values()) < 1e-9, (layer, found)


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_so_are_hundreds_of_random_ones(preset):
    for layer in random_layers(preset, 150, seed=1):
        found = differences(layer, SMALL, random_input())
        assert max(found.values()) < 1e-9, (layer, found)


@pytest.mark.slow
def test_in_single_precision_they_differ_by_rounding():
    found = [
        max(differences(layer, Machine(), random_input((8, 8, 8, 12), dtype=np.float32)).values())
        for layer in KNOWN_LAYERS.values()
    ]
    assert max(found) < 2e-6, found


def test_parameters_have_the_same_shapes_for_all_layers():
    shapes = [
        jax.tree.map(np.shape, init(layer_code(layer, SMALL.capacity), 5))
        for layer in (KNOWN_LAYERS["relu"], KNOWN_LAYERS["pau"], KNOWN_LAYERS["bn_silu"])
    ]
    assert shapes[0] == shapes[1] == shapes[2]
