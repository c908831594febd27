import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter.lanes import split
from evaluators.norm_act_layers.interpreter.opcodes import SPREAD
from primitives.moments import num_groups

SHAPES = [(6, 4), (2, 8, 8, 6), (3, 1, 17, 48)]


@pytest.mark.parametrize(
    ("shape", "most", "blocks", "narrow"),
    [
        ((64, 16, 16, 8), 2048, 64, 2048),
        ((64, 2, 2, 64), 2048, 8, 2048),
        ((4, 16, 16, 32), 2048, 4, 2048),
        ((6, 5, 7), 100, 3, 70),
        ((2, 3, 37), 40, 2, 37),
        ((6, 5, 7), 0, 1, 210),
    ],
)
def test_tensors_are_cut_into_blocks_of_whole_samples_and_those_into_equal_parts(shape, most, blocks, narrow):
    lanes = split(shape, most)
    assert (lanes.num_blocks, lanes.narrow) == (blocks, narrow)
    assert lanes.num_blocks * lanes.num_lanes == np.prod(shape)
    assert lanes.num_lanes % lanes.narrow == 0
    assert lanes.positions == np.prod(shape[:-1])


def averages(x):
    """Returns what each sample's places have in common, by opcode."""
    flat = x.reshape(len(x), -1, x.shape[-1])
    groups = flat.reshape(*flat.shape[:2], num_groups(x.shape[-1]), -1)
    grouped = np.repeat(groups.mean((1, 3)), groups.shape[-1], 1)
    return {
        "average_s": flat.mean(1),
        "average_sc": flat.mean((1, 2))[:, None],
        "average_group": grouped,
        "average_batch": flat.mean((0, 1))[None],
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_averages_are_those_of_numpy_at_all_places_of_a_sample(shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    lanes = split(shape, 0)
    vector = jnp.arange(shape[-1], dtype=np.float32)
    expected = {"load": np.asarray(vector)[None], **averages(x)}
    assert set(expected) == set(SPREAD)
    for name, right in expected.items():
        found = lanes.spread(jnp.int32(SPREAD.index(name)), vector, jnp.asarray(x).reshape(-1))
        places = np.asarray(found).reshape(len(x), -1, shape[-1])
        np.testing.assert_allclose(places, np.broadcast_to(right[:, None], places.shape), rtol=1e-5, atol=1e-6)


def test_averages_over_channels_are_those_of_each_place():
    x = np.random.default_rng(0).standard_normal((3, 2, 2, 5)).astype(np.float32)
    found = np.asarray(split(x.shape, 0).average_c(jnp.asarray(x).reshape(-1))).reshape(x.shape)
    np.testing.assert_allclose(found, np.broadcast_to(x.mean(-1, keepdims=True), x.shape), rtol=1e-5, atol=1e-6)


def test_the_first_place_holds_what_is_the_same_at_all():
    lanes = split((2, 3, 4), 0)
    assert lanes.first_place(jax.numpy.arange(24)).tolist() == [0, 1, 2, 3]
