import random
from collections import Counter

import pytest

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.evonorm import INITIAL_LEAVES, evonorm_vocabulary
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import live_nodes, validate
from search_spaces.norm_act_layers.norm_act import MAX_NODES, fitting, grow_layer, norm_act_vocabulary
from search_spaces.norm_act_layers.value_facts import flaw

VOCABULARIES = [
    norm_act_vocabulary(),
    norm_act_vocabulary("S", 5),
    norm_act_vocabulary("B", 1),
    evonorm_vocabulary("B"),
    evonorm_vocabulary("S"),
]
every_vocabulary = pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=range(len(VOCABULARIES)))


def test_the_larger_space_has_every_word_and_the_batch_independent_series_none_over_the_batch():
    words = norm_act_vocabulary().operations
    assert len(set(words)) == len(words) == len(TENSOR_PRIMITIVES) + len(MOMENTS) * len(INDEX_SETS)
    batch = {word for word in words if word.index_set == "bwh"}
    assert set(norm_act_vocabulary("S").operations) == set(words) - batch


@every_vocabulary
def test_layers_are_grown_live_without_flaws_and_within_the_size(vocabulary):
    rng = random.Random(0)
    for _ in range(300):
        layer = validate(grow_layer(vocabulary, rng))
        assert len(live_nodes(layer)) == len(layer.nodes) <= vocabulary.max_nodes
        assert flaw(layer) is None
        assert vocabulary.has(layer)
        if not vocabulary.free_leaves:
            assert set(layer.leaves) <= set(INITIAL_LEAVES)
            assert len(set(layer.leaves)) == len(layer.leaves)


def test_every_word_every_leaf_and_every_size_is_drawn():
    rng, vocabulary = random.Random(1), norm_act_vocabulary()
    layers = [grow_layer(vocabulary, rng) for _ in range(4000)]
    words = Counter((node.op, node.index_set) for layer in layers for node in layer.nodes)
    assert set(words) == set(vocabulary.operations)
    assert {leaf for layer in layers for leaf in layer.leaves} == set(vocabulary.leaves)
    sizes = Counter(len(layer.nodes) for layer in layers)
    assert set(sizes) == set(range(1, MAX_NODES + 1))
    assert min(sizes.values()) > 40


def test_known_layers_are_within_reach_of_growth():
    rng, vocabulary = random.Random(2), norm_act_vocabulary("", 4)
    grown = {grow_layer(vocabulary, rng) for _ in range(10_000)}
    for name in ("batch_norm", "group_norm", "rms_norm"):
        assert canonical(KNOWN_LAYERS[name]) in grown


def test_a_draft_that_does_not_fit_is_no_layer():
    rng = random.Random(3)
    b0 = KNOWN_LAYERS["evonorm_b0"]
    assert fitting(Draft(norm_act_vocabulary(), rng, b0)) is not None
    assert fitting(Draft(norm_act_vocabulary("", 5), rng, b0)) is None  # too large
    assert fitting(Draft(norm_act_vocabulary("S"), rng, b0)) is None  # words of the other series
    assert fitting(Draft(evonorm_vocabulary(), rng, KNOWN_LAYERS["gelu"])) is None
    draft = Draft(norm_act_vocabulary(), rng, b0)
    draft.output = 0
    assert fitting(draft) is None
