import random

import numpy as np
import pytest

from search_spaces.norm_act_layers.blocks import BLOCKS, add_block
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.layer import validate
from search_spaces.norm_act_layers.norm_act import norm_act_vocabulary
from search_spaces.norm_act_layers.vocabulary import Operation
from tests.search_spaces.norm_act_layers.layers import SHAPE, average, random_input, value

EPS = 1e-5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def std(x, index_set):
    return np.sqrt(average((x - average(x, index_set)) ** 2, index_set) + EPS)


def rms(x, index_set):
    return np.sqrt(average(x**2, index_set) + EPS)


def threshold(x, index_set, z):
    return average(x, index_set) + z * std(x, index_set)


# Of the value, the index set, and the leaves.
MEANINGS = {
    "centred": lambda x, i: x - average(x, i),
    "over_std": lambda x, i: x / std(x, i),
    "over_rms": lambda x, i: x / rms(x, i),
    "normalized": lambda x, i: (x - average(x, i)) / std(x, i),
    "threshold": threshold,
    "gate": lambda x, i, z: x * sigmoid(x - threshold(x, i, z)),
    "swish": lambda x, _, a: x * sigmoid(a * x),
    "rectified": lambda x, _, a: np.maximum(x, a),
    "affine": lambda x, _, a, b: a * x + b,
}


def test_every_block_has_a_meaning_to_be_compared_with():
    assert set(MEANINGS) == set(BLOCKS)


@pytest.mark.parametrize("index_set", ["bwh", "whc/g", "c"])
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_computes_its_meaning_of_any_value(name, index_set):
    draft = Draft(norm_act_vocabulary(), random.Random(0))
    draft.output = BLOCKS[name](draft, draft.add(Operation("exp"), 0), index_set)
    layer = validate(draft.finish())
    x = random_input()
    leaves = np.random.default_rng(1).standard_normal((len(layer.leaves), SHAPE[-1]))
    truth = np.broadcast_to(MEANINGS[name](np.exp(x), index_set, *leaves), SHAPE)
    np.testing.assert_allclose(value(layer, x, leaves), truth, rtol=1e-10)


def test_random_blocks_keep_to_the_index_sets_of_the_space():
    rng = random.Random(2)
    seen = set()
    for _ in range(300):
        draft = Draft(norm_act_vocabulary("S"), rng)
        add_block(draft, 0)
        seen |= {node.index_set for node in draft.nodes}
    assert seen == {"", "whc", "wh", "whc/g", "c"}
