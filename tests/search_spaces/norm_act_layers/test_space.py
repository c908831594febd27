import random
from itertools import product

import pytest

from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Node, NormActLayers, canonical, fingerprint
from search_spaces.norm_act_layers.layer import live_nodes, validate
from search_spaces.norm_act_layers.space import PRESETS, VARIATIONS
from search_spaces.norm_act_layers.value_facts import flaw
from search_spaces.norm_act_layers.vocabulary import SERIES

SPACES = [NormActLayers(*settings) for settings in product(PRESETS, SERIES, (0, 3), VARIATIONS)]
every_space = pytest.mark.parametrize("space", SPACES, ids=repr)


@every_space
def test_whatever_is_drawn_belongs_to_the_space(space):
    rng = random.Random(1)
    one, other = space.random(rng), space.random(rng)
    for _ in range(100):
        validate(one)
        assert space.vocabulary.has(one)
        assert len(one.nodes) <= space.vocabulary.max_nodes
        if space.variation == "rooted":
            assert flaw(one) is None
            assert len(live_nodes(one)) == len(one.nodes)
        else:
            assert len(one.nodes) == space.vocabulary.max_nodes
        one, other = rng.choice((space.mutate(one, rng), space.crossover(one, other, rng), space.random(rng))), one


@every_space
def test_what_is_the_same_but_for_its_writing_has_one_fingerprint(space):
    rng = random.Random(2)
    for _ in range(50):
        genome = space.random(rng)
        assert space.fingerprint(space.canonical(genome)) == fingerprint(canonical(genome))
        assert space.decode(space.encode(genome)) == genome


def test_dead_nodes_live_on_under_the_papers_variation_only():
    rng = random.Random(3)
    graph = NormActLayers("evonorm", variation="paper").random(rng)
    assert len(live_nodes(graph)) < len(graph.nodes)
    assert NormActLayers("evonorm", variation="paper").canonical(graph) == graph
    assert NormActLayers("evonorm").canonical(graph) == canonical(graph) != graph


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_variation_goes_on_from_known_layers(name):
    space, rng = NormActLayers(max_nodes=30), random.Random(4)
    layer = KNOWN_LAYERS[name]
    for _ in range(20):
        child = space.mutate(layer, rng)
        assert canonical(child) != canonical(layer)
        assert flaw(space.crossover(layer, child, rng)) is None


def test_a_mutation_changes_the_layer():
    space, rng = NormActLayers(), random.Random(5)
    for _ in range(300):
        parent = space.random(rng)
        assert space.mutate(parent, rng) != parent


def test_a_walk_of_mutations_finds_ever_new_layers():
    space, rng = NormActLayers(), random.Random(6)
    layer, seen = space.random(rng), set()
    for _ in range(500):
        layer = space.mutate(layer, rng)
        seen.add(space.fingerprint(layer))
    assert len(seen) > 450


@pytest.mark.parametrize(
    ("start", "goal"), [("evonorm_s0", "evonorm_s1"), ("evonorm_s1", "evonorm_s2"), ("evonorm_s2", "evonorm_s1")]
)
def test_evonorms_are_neighbours(start, goal):
    space, rng = NormActLayers("evonorm", "S"), random.Random(7)
    start, goal = (space.canonical(KNOWN_LAYERS[name]) for name in (start, goal))
    assert any(space.mutate(start, rng) == goal for _ in range(3000))


def test_a_layer_that_no_mutation_brings_into_the_space_is_refused():
    foreign = Layer(tuple(Node("sin", (i,)) for i in range(4)), ())
    with pytest.raises(ValueError, match=r"a layer of 4 nodes cannot be mutated to one of the space 'evonorm'.* widen"):
        NormActLayers("evonorm").mutate(foreign, random.Random(8))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"preset": "nasnet"}, "preset must be one of norm_act, evonorm, not 'nasnet'"),
        ({"variation": "uniform"}, "variation must be one of rooted, paper, not 'uniform'"),
        ({"series": "C"}, "series must be B, S or empty, not 'C'"),
        ({"max_nodes": -1}, "max_nodes must be at least 1, or 0 for the preset's own, not -1"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        NormActLayers(**settings)
