import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.layer_function import apply, average, init
from primitives.moments import INDEX_SETS
from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS

SHAPES = [(6, 4), (5, 3, 4), (2, 3, 4, 6), (2, 3, 2, 2, 5), (3, 4, 1)]


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def quick(function, **settings):
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0}, **settings)


def random_input(shape, seed=0):
    return jnp.asarray(0.4 + np.random.default_rng(seed).standard_normal(shape))


def moment_layer(moment, index_set):
    graph = Builder()
    graph.moment(moment, index_set)
    return graph.layer(affine=False)


def members(index_set, shape, place):
    """Returns all places whose values are averaged into that of one place."""
    group = max(1, shape[-1] // max(g for g in (32, 16, 8, 4, 2, 1) if shape[-1] % g == 0))

    def belongs(other):
        batch, *space, channel = other
        same_channel = channel == place[-1] if not index_set.channels else True
        if index_set.grouped:
            same_channel = channel // group == place[-1] // group
        same_space = index_set.space or space == list(place[1:-1])
        return same_channel and same_space and (index_set.batch or batch == place[0])

    return [other for other in itertools.product(*map(range, shape)) if belongs(other)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("index_set", INDEX_SETS.values(), ids=lambda row: row.name)
def test_averages_are_those_of_the_members_of_each_set(index_set, shape):
    x = np.asarray(random_input(shape))
    found = np.broadcast_to(average(jnp.asarray(x), index_set), shape)
    for place in itertools.product(*map(range, shape)):
        truth = np.mean([x[other] for other in members(index_set, shape, place)])
        assert found[place] == pytest.approx(truth, abs=1e-12)


@pytest.mark.parametrize("index_set", INDEX_SETS)
@pytest.mark.parametrize("moment", ["mean", "std"])
def test_moments_of_narrow_values_are_those_of_the_same_values_spread_out(moment, index_set):
    """A vector times nothing of x has no batch or space axes; added to 0 * x it has them all."""
    shape = (3, 2, 2, 6)
    results = []
    for wide in (False, True):
        graph = Builder()
        value = graph.op("square", graph.leaf("vector", 1.0))
        if wide:
            value = graph.op("add", value, graph.op("mul", graph.x, graph.constant(0.0)))
        graph.op("mul", graph.moment(moment, index_set, value), graph.x)
        layer = graph.layer(affine=True)
        parameters, state = init(layer, 6, jnp.float64)
        parameters["leaf0"] = jnp.arange(1.0, 7.0)

        def loss(parameters, layer=layer, state=state):
            y, new_state = apply(layer, parameters, state, random_input(shape), True)
            return jnp.sum(y**2), (y, *new_state.values())

        results.append(jax.tree.leaves(quick(jax.value_and_grad(loss, has_aux=True))(parameters)))
    for narrow, spread in zip(*results, strict=True):
        np.testing.assert_allclose(narrow, spread, rtol=1e-9, atol=1e-12)


def test_scalar_leaves_and_constants_reach_moments_too():
    graph = Builder()
    graph.op(
        "add", graph.moment("mean", "whc", graph.leaf("scalar", 2.0)), graph.moment("rms", "bwh", graph.constant(3.0))
    )
    layer = graph.layer(affine=False)
    parameters, state = init(layer, 4, jnp.float64)
    y, state = apply(layer, parameters, state, random_input((2, 3, 4)), True)
    np.testing.assert_allclose(y, np.full((2, 3, 4), 2 + np.sqrt(9 + 1e-5)))
    np.testing.assert_allclose(state["moment1"], np.full(4, 0.9 * 1 + 0.1 * 9))


@pytest.mark.parametrize(
    ("moment", "initial", "statistic"),
    [
        ("mean", 0, lambda x: x.mean(0)),
        ("var", 1, lambda x: x.var(0)),
        ("std", 1, lambda x: x.var(0)),
        ("meansq", 1, lambda x: (x**2).mean(0)),
        ("rms", 1, lambda x: (x**2).mean(0)),
    ],
)
def test_what_runs_is_the_statistic_and_inference_uses_it(moment, initial, statistic):
    layer = moment_layer(moment, "bwh")
    parameters, state = init(layer, 4, jnp.float64)
    assert not parameters
    np.testing.assert_array_equal(state["moment0"], np.full(4, initial))
    expected = np.full(4, float(initial))
    for seed in range(3):
        x = random_input((5, 3, 4), seed)
        _, state = apply(layer, {}, state, x, True, momentum=0.7)
        expected = 0.7 * expected + 0.3 * statistic(np.asarray(x).reshape(-1, 4))
    np.testing.assert_allclose(state["moment0"], expected, rtol=1e-12)
    y, after = apply(layer, {}, state, random_input((5, 3, 4), 9), False)
    rooted = np.sqrt(expected + 1e-5) if moment in ("std", "rms") else expected
    np.testing.assert_allclose(y, np.broadcast_to(rooted, y.shape), rtol=1e-12)
    assert after == state


def test_a_moment_of_a_batch_moment_runs_too():
    graph = Builder()
    first = graph.op("sub", graph.x, graph.moment("mean", "bwh"))
    graph.op("div", first, graph.moment("rms", "bwh", first))
    layer = graph.layer(affine=False)
    _, state = init(layer, 4, jnp.float64)
    assert set(state) == {"moment0", "moment2"}
    x = random_input((8, 3, 4))
    y, state = apply(layer, {}, state, x, True, momentum=0.0)
    np.testing.assert_allclose(y, apply(layer, {}, state, x, False)[0], rtol=1e-12)
    flat = np.asarray(y).reshape(-1, 4)
    np.testing.assert_allclose([flat.mean(0), flat.var(0)], [np.zeros(4), np.ones(4)], atol=1e-4)


def test_dead_nodes_have_neither_parameters_nor_running_values():
    graph = Builder()
    graph.op("mul", graph.moment("mean", "bwh"), graph.leaf("vector", 3.0))
    graph.op("mul", graph.x, graph.leaf("scalar", 2.0))
    parameters, state = init(graph.layer(affine=True), 5)
    assert {key: value.shape for key, value in parameters.items()} == {"leaf1": (), "gamma": (5,), "beta": (5,)}
    assert not state
    assert (parameters["leaf1"], parameters["gamma"][0], parameters["beta"][0]) == (2, 1, 0)


@pytest.mark.parametrize("name", ["bn_relu", "evonorm_b0", "evonorm_s0"])
def test_replicas_that_share_a_batch_compute_as_one(name):
    layer = KNOWN_LAYERS[name]
    parameters, state = init(layer, 8, jnp.float64)
    x = random_input((6, 3, 3, 8))
    whole, expected = quick(apply, static_argnums=(0, 4))(layer, parameters, state, x, True)

    def replica(part):
        return apply(layer, parameters, state, part, True, axis_name="replicas")

    parts, states = quick(jax.vmap(replica, axis_name="replicas"))(x.reshape(2, 3, 3, 3, 8))
    np.testing.assert_allclose(parts.reshape(x.shape), whole, rtol=1e-10, atol=1e-12)
    for key, value in expected.items():
        np.testing.assert_allclose(states[key], np.stack([value, value]), rtol=1e-12)


def test_alone_a_replica_has_its_own_moments():
    layer = moment_layer("mean", "bwh")
    _, state = init(layer, 1, jnp.float64)
    parts = jnp.asarray([[[1.0], [3.0]], [[5.0], [9.0]]])
    y, _ = jax.vmap(lambda part: apply(layer, {}, state, part, True))(parts)
    np.testing.assert_allclose(y[..., 0], [[2, 2], [7, 7]])


@pytest.mark.parametrize("name", ["batch_norm", "pau", "evonorm_b0"])
def test_the_output_keeps_the_shape_and_type_of_the_input(name):
    layer = KNOWN_LAYERS[name]
    for dtype, shape in itertools.product((jnp.float32, jnp.float64), SHAPES):
        parameters, state = init(layer, shape[-1], dtype)
        x = random_input(shape).astype(dtype)
        y, state = jax.eval_shape(lambda p, s, x: apply(layer, p, s, x, True), parameters, state, x)
        assert (y.shape, y.dtype) == (shape, dtype)
        assert {value.dtype for value in state.values()} <= {jnp.dtype(dtype)}


def test_a_layer_is_a_static_argument_under_jit():
    layer = KNOWN_LAYERS["evonorm_b0"]
    parameters, state = init(layer, 4, jnp.float64)
    x = random_input((3, 2, 2, 4))
    compiled = quick(apply, static_argnums=(0, 4))
    for train in (True, False):
        np.testing.assert_allclose(
            compiled(layer, parameters, state, x, train)[0], apply(layer, parameters, state, x, train)[0], rtol=1e-12
        )
