import random
from itertools import pairwise

import pytest

from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.evonorm import evonorm_vocabulary
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import live_nodes, validate
from search_spaces.norm_act_layers.norm_act import fitting, grow_layer, norm_act_vocabulary
from search_spaces.norm_act_layers.rooted import MUTATIONS, cross_layers, mutate_layer
from search_spaces.norm_act_layers.value_facts import flaw

PARENTS = [canonical(KNOWN_LAYERS[name]) for name in ("evonorm_b0", "bn_silu", "evonorm_s0", "gelu", "frn_tlu")]


def children(name, count=200, vocabulary=None):
    """Returns pairs of a parent and the layer that one mutation finishes, whether it fits the space or not."""
    rng, pairs = random.Random(name), []
    for parent in PARENTS:
        for _ in range(count):
            draft = Draft(vocabulary or norm_act_vocabulary(), rng, parent)
            if MUTATIONS[name][0](draft):
                layer = draft.finish()
                if layer is not None:
                    pairs.append((parent, validate(layer)))
    return pairs


def words(layer):
    return sorted((node.op, node.index_set) for node in layer.nodes)


def added(parent, child):
    """Returns the words of the child that the parent has not, and the other way round."""
    new, old = words(child), words(parent)
    for word in words(parent):
        if word in new:
            new.remove(word)
            old.remove(word)
    return new, old


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_gives_valid_layers_whose_nodes_are_live(name):
    pairs = children(name)
    assert len(pairs) > 100
    for _, child in pairs:
        assert len(live_nodes(child)) == len(child.nodes)


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_often_gives_a_new_layer_of_the_space(name):
    rng, fresh = random.Random(0), 0
    for parent in PARENTS:
        for _ in range(60):
            draft = Draft(norm_act_vocabulary(), rng, parent)
            child = fitting(draft) if MUTATIONS[name][0](draft) else None
            fresh += child is not None and child != parent
    assert fresh > 60


def test_insertion_adds_one_word_and_takes_none():
    for parent, child in children("insert"):
        new, old = added(parent, child)
        assert (len(new), old) == (1, [])


def test_a_block_adds_words_and_takes_none():
    sizes = set()
    for parent, child in children("insert_block"):
        new, old = added(parent, child)
        assert not old
        sizes.add(len(new))
    assert {1, 2} < sizes <= set(range(1, 8))


def test_deletion_and_hoisting_only_take_words():
    for name in ("delete", "hoist"):
        for parent, child in children(name):
            new, old = added(parent, child)
            assert not new
            assert old


def test_rewiring_takes_words_only_where_they_die():
    same = [added(parent, child) == ([], []) for parent, child in children("rewire")]
    assert sum(same) > len(same) / 4
    assert all(added(parent, child)[0] == [] for parent, child in children("rewire"))


def test_a_change_of_operation_changes_one_word():
    for parent, child in children("change_operation"):
        assert len(added(parent, child)[0]) <= 1


def test_a_change_of_a_moment_keeps_its_statistic_or_its_index_set():
    statistics, sets = 0, 0
    for parent, child in children("change_moment"):
        ((op, index_set),), ((old_op, old_set),) = added(parent, child)
        assert (op == old_op) != (index_set == old_set)
        statistics += op != old_op
        sets += index_set != old_set
    assert min(statistics, sets) > 100


def test_leaves_change_their_value_or_their_kind_and_the_graph_stays():
    for parent, child in children("perturb_leaf"):
        assert child.nodes == parent.nodes
        differing = [(a, b) for a, b in zip(parent.leaves, child.leaves, strict=True) if a != b]
        assert len(differing) <= 1
        assert all(a.kind == b.kind and abs(a.value - b.value) < 6 for a, b in differing)
    assert {leaf.kind for _, child in children("replace_leaf") for leaf in child.leaves} == {
        "constant",
        "scalar",
        "vector",
    }


def test_without_free_leaves_none_is_made_up():
    vocabulary = evonorm_vocabulary()
    assert not children("perturb_leaf", 20, vocabulary)
    assert not children("insert_block", 20, vocabulary)
    for name in MUTATIONS:
        for parent, child in children(name, 50, vocabulary):
            assert set(child.leaves) <= set(parent.leaves) | set(vocabulary.leaves)


def test_children_fit_the_space():
    rng, vocabulary = random.Random(1), norm_act_vocabulary("S", 8)
    layers = [grow_layer(vocabulary, rng) for _ in range(400)]
    offspring = [mutate_layer(layer, vocabulary, rng) for layer in layers]
    offspring += [cross_layers(a, b, vocabulary, rng) for a, b in pairwise(layers)]
    born = [child for child in offspring if child is not None]
    assert len(born) > 400
    for child in born:
        assert len(validate(child).nodes) <= 8
        assert flaw(child) is None
        assert vocabulary.has(child)
        assert canonical(child) == child


def test_crossover_brings_words_of_the_donor_only():
    rng, vocabulary = random.Random(2), norm_act_vocabulary("", 30)
    recipient, donor = canonical(KNOWN_LAYERS["evonorm_b0"]), canonical(KNOWN_LAYERS["sau"])
    brought = set()
    for _ in range(300):
        child = cross_layers(recipient, donor, vocabulary, rng)
        if child is not None:
            new = set(added(recipient, child)[0])
            assert new <= set(words(donor))
            brought |= new
    assert brought == set(words(donor))


def test_crossover_reads_the_input_or_what_ran_along_the_edge():
    rng, vocabulary = random.Random(3), norm_act_vocabulary()
    recipient, donor = canonical(KNOWN_LAYERS["batch_norm"]), canonical(KNOWN_LAYERS["silu"])
    born = {cross_layers(recipient, donor, vocabulary, rng) for _ in range(300)}
    chained = [layer for layer in born if layer and len(layer.nodes) == 6 and layer.nodes[-1].op == "mul"]
    assert chained  # silu of the normalized value: the sigmoid reads the division
