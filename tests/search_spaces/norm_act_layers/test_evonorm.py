import math
import random
from collections import Counter

import numpy as np
import pytest

from search_spaces.norm_act_layers.evonorm import (
    INITIAL_LEAVES,
    NUM_NODES,
    evonorm_vocabulary,
    mutate_graph,
    random_graph,
)
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import arity, live_nodes, live_references, validate
from tests.search_spaces.norm_act_layers.layers import random_input, value

DRAWS = 20_000


@pytest.fixture(scope="module")
def graphs():
    rng, vocabulary = random.Random(0), evonorm_vocabulary("B")
    return [random_graph(vocabulary, rng) for _ in range(DRAWS)]


def test_the_words_are_those_of_the_paper():
    words = evonorm_vocabulary("B").operations
    assert len(words) == len(set(words)) == 24
    assert Counter(word.index_set for word in words) == {"": 12, "bwh": 3, "whc": 3, "wh": 3, "whc/g": 3}
    assert {word.op for word in words if word.index_set} == {"mean", "rms", "std"}
    assert sum(arity(word.op) == 2 for word in words) == 4


def test_the_batch_independent_series_lacks_the_moments_over_the_batch_only():
    words, fewer = evonorm_vocabulary("B").operations, evonorm_vocabulary("S").operations
    assert set(words) - set(fewer) == {word for word in words if word.index_set == "bwh"}
    assert len(fewer) == 21


def test_a_graph_has_the_papers_initial_nodes_and_ten_others(graphs):
    for graph in graphs[:200]:
        assert validate(graph).leaves == INITIAL_LEAVES == (("constant", 0), ("vector", 0), ("vector", 1))
        assert len(graph.nodes) == NUM_NODES == 10
        assert graph.affine


def test_the_space_has_the_measured_statistics(graphs):
    """Of 20,000 graphs 2.3 nodes are live on average, 69 % never use x and 21.6 % are spatially constant."""
    live = [len(live_nodes(graph)) for graph in graphs]
    assert np.mean(live) == pytest.approx(2.3, abs=0.05 + 3 * np.std(live) / math.sqrt(DRAWS))
    without_x = sum(0 not in live_references(graph) for graph in graphs) / DRAWS
    assert without_x == pytest.approx(0.69, abs=0.005 + sampling_error(0.69, DRAWS))
    x, some = random_input(), graphs[:8000]
    constant = 0
    for graph in some:
        if 0 in live_references(graph):
            y = value(graph, x)
            constant += bool(np.isfinite(y).all() and y.std((1, 2)).max() < 1e-6 * (1 + np.abs(y).max()))
    assert constant / len(some) == pytest.approx(0.216, abs=sampling_error(0.216, len(some)) + 0.0005)


def sampling_error(share, count):
    return 3 * math.sqrt(share * (1 - share) / count)


def test_operations_and_inputs_are_drawn_uniformly(graphs):
    words = evonorm_vocabulary("B").operations
    operations = Counter((node.op, node.index_set) for graph in graphs for node in graph.nodes)
    for word in words:
        assert operations[word] / (DRAWS * NUM_NODES) == pytest.approx(1 / 24, rel=0.05)
    for position in (0, 4, 9):
        inputs = Counter(r for graph in graphs for r in graph.nodes[position].inputs)
        total = inputs.total()
        assert set(inputs) == set(range(-3, position + 1))
        for reference in inputs:
            assert inputs[reference] / total == pytest.approx(1 / (4 + position), rel=0.1)


def test_a_mutation_redraws_one_node_dead_or_alive(graphs):
    rng, vocabulary = random.Random(1), evonorm_vocabulary("B")
    changed = Counter()
    for graph in graphs[:5000]:
        child = validate(mutate_graph(graph, vocabulary, rng))
        assert child.leaves == graph.leaves
        differing = [i for i, (a, b) in enumerate(zip(graph.nodes, child.nodes, strict=True)) if a != b]
        assert len(differing) <= 1
        changed.update(differing)
    assert set(changed) == set(range(10))
    # A node is now and then drawn as it was.
    assert all(400 < count < 560 for count in changed.values())


@pytest.mark.parametrize("name", ["evonorm_b0", "evonorm_s0", "relu"])
def test_a_layer_of_fewer_nodes_is_filled_up_with_dead_ones(name):
    layer, rng = KNOWN_LAYERS[name], random.Random(2)
    same = 0
    for _ in range(100):
        child = validate(mutate_graph(layer, evonorm_vocabulary("B"), rng))
        assert len(child.nodes) == NUM_NODES
        assert set(INITIAL_LEAVES) <= set(child.leaves)
        assert child.affine == layer.affine
        x = np.abs(random_input()) + 0.1
        same += np.array_equal(value(child, x), value(layer, x))
    # Four to nine of the ten nodes are dead, so this share of the mutations is silent.
    dead = 10 - len(layer.nodes)
    assert same / 100 > dead / 10 - 0.15


def test_small_graphs_are_drawn_too():
    graph = random_graph(evonorm_vocabulary("S", 1), random.Random(3))
    assert len(graph.nodes) == 1


def test_an_unknown_series_is_refused():
    with pytest.raises(ValueError, match="series must be B, S or empty, not 'A'"):
        evonorm_vocabulary("A")
    with pytest.raises(ValueError, match="max_nodes must be at least 1, not 0"):
        evonorm_vocabulary("B", 0)
