from dataclasses import replace

import jax
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter import Capacity, layer_code
from evaluators.norm_act_layers.interpreter.opcodes import OPCODES
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.builder import Builder


def names(code):
    opcodes = list(OPCODES)
    return [opcodes[row[0]] for row in code.rows[: code.num_rows]]


def test_relu_is_a_maximum_with_a_row_of_the_table():
    code = layer_code(KNOWN_LAYERS["relu"], Capacity())
    assert sorted(names(code.forward)) == ["fetch_x", "load", "max"]
    assert sorted(names(code.backward)) == ["fetch_adjoint", "fetch_x", "load", "max'"]


def test_code_has_the_same_shapes_for_all_layers():
    codes = [layer_code(layer, Capacity()) for layer in KNOWN_LAYERS.values()]
    assert len({str(jax.tree.map(lambda a: (np.shape(a), a.dtype), code)) for code in codes}) == 1


def test_leaves_are_constants_scalars_or_vectors_and_dead_ones_are_not_trained():
    graph = Builder()
    graph.op("tanh", graph.leaf("vector", 9.0))
    value = graph.op("mul", graph.op("add", graph.x, graph.constant(2.0)), graph.leaf("scalar", 3.0))
    graph.op("sub", value, graph.leaf("vector", 4.0))
    code = layer_code(graph.layer(affine=False), Capacity(leaves=5))
    assert code.kinds.tolist() == [0, 0, 1, 2, 0]
    assert code.constants.tolist() == [9, 2, 0, 0, 0]
    assert code.scalars.tolist() == [0, 0, 3, 0, 0]
    assert code.vectors.tolist() == [0, 0, 0, 4, 0]


def test_running_values_begin_as_those_of_the_moments():
    graph = Builder()
    first = graph.op("sub", graph.x, graph.moment("mean", "bwh"))
    graph.op("div", first, graph.moment("rms", "bwh", first))
    assert layer_code(graph.layer(affine=True), Capacity(statistics=4)).statistics.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("room", ["registers", "rows", "sections", "runs", "leaves", "statistics"])
def test_a_layer_that_needs_more_than_there_is_room_for_is_turned_away_in_a_line(room):
    layer = KNOWN_LAYERS["bn_relu"]
    with pytest.raises(
        ValueError, match=rf"^the layer needs \d+ {room} to be interpreted, more than 1; raise .*{room}$"
    ):
        layer_code(layer, replace(Capacity(), **{room: 1}))


def test_adjoints_are_written_of_what_is_trained_and_of_nothing_else():
    graph = Builder()
    graph.op("tanh", graph.leaf("vector", 9.0))
    graph.op("mul", graph.op("add", graph.x, graph.constant(2.0)), graph.leaf("scalar", 3.0))
    for affine, slots in ((True, [0, 1, 4]), (False, [4])):
        code = layer_code(graph.layer(affine=affine), Capacity())
        assert np.flatnonzero(code.backward.vectors >= 0).tolist() == slots
        assert np.flatnonzero(code.inference_backward.vectors >= 0).tolist() == slots
