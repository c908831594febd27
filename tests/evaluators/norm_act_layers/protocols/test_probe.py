import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.protocols.probe import CHANNELS, make_probe, random_inputs, trace
from primitives.moments import num_groups
from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import trainable_leaves
from tests.evaluators.norm_act_layers.protocols.specimens import written


def output(layer, probe):
    return np.broadcast_to(trace(layer, probe)[len(layer.nodes)], probe.x.shape)


def fresh(x):
    return make_probe(x, np.zeros(len(x)))


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_layers_compute_what_they_compute_in_training(name):
    layer = canonical(KNOWN_LAYERS[name])
    x = random_inputs(2, np.float64)
    found = output(layer, fresh(x))
    with jax.enable_x64(True):
        parameters, state = layer_function.init(layer, CHANNELS, jnp.float64)
        for probe, result in zip(x, found, strict=True):
            y, _ = layer_function.apply(layer, parameters, state, jnp.asarray(probe), True)
            np.testing.assert_allclose(result, y, rtol=1e-10, atol=1e-12)


def test_single_precision_stays_single():
    for layer in map(canonical, KNOWN_LAYERS.values()):
        values = trace(layer, fresh(random_inputs(1)))
        assert {value.dtype for value in values.values()} == {np.dtype(np.float32)}


def test_channels_samples_and_probes_are_unequal():
    x = random_inputs(2, np.float64)
    assert np.array_equal(x, random_inputs(2, np.float64))
    for axes in ((1, 2), (2, 3), (1, 2, 3)):
        for statistic in (x.mean(axes), x.std(axes)):
            assert len(np.unique(statistic.round(3))) == statistic.size
    assert x[1].std() > 1.5 * x[0].std()


def test_no_two_index_sets_average_alike_on_the_probes():
    """With as many groups as channels, moments within groups would be those per channel."""
    assert 1 < num_groups(CHANNELS) < CHANNELS
    probe = fresh(random_inputs(1))
    found = [output(written((f"mean[{name}]", "x")), probe) for name in ("bwh", "whc", "wh", "whc/g", "c")]
    for i, first in enumerate(found):
        assert all(np.abs(first - second).max() > 0.05 for second in found[:i])


def test_leaves_are_moved_where_asked_and_each_in_its_own_way():
    layer = written(("add", "v0", "v1"), ("add", "-1", "s1"), ("add", "-1", "x"), ("mul", "-1", "s0"), ("mul", "-1", 2))
    x = random_inputs(2)
    values = trace(layer, make_probe(x, np.array([0, 1])))
    leaves = [values[-1 - i] for i in trainable_leaves(layer)]
    assert [leaf.shape for leaf in leaves] == [(2, 1, 1, CHANNELS)] * 2 + [(2, 1, 1, 1)] * 2
    assert [np.unique(leaf[0]).tolist() for leaf in leaves] == [[0], [1], [1], [0]]
    moves = [leaf[1] - leaf[0] for leaf in leaves]
    for i, first in enumerate(moves):
        assert np.abs(first).min() > 1e-3
        assert all(np.abs(first - second).max() > 0.01 for second in moves[:i])
    np.testing.assert_array_equal(values[-5], np.full((1, 1, 1, 1), 2))


def test_there_may_be_any_number_of_leaves():
    graph = Builder()
    for _ in range(100):
        graph.op("add", graph.x, graph.leaf("vector", 1.0))
    values = trace(graph.layer(affine=True), make_probe(random_inputs(1), np.ones(1)))
    assert len(values) == 201


def test_a_leaf_moves_alike_whatever_its_initial_value():
    shifted, plain = written(("add", "v0", 1), ("mul", "x", "-1")), written(("mul", "x", "v1"))
    probe = make_probe(random_inputs(1), np.ones(1))
    np.testing.assert_allclose(output(shifted, probe), output(plain, probe), rtol=1e-6)


def test_a_leaf_from_0_may_pass_one_from_1():
    layer = written(("sub", "v0", "v1"), ("add", "-1", "x"))
    difference = trace(layer, make_probe(random_inputs(1), np.ones(1)))[1]
    assert difference.min() < 0 < difference.max()
