import pytest

from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node


def test_a_layer_is_written_node_by_node():
    graph = Builder()
    graph.op("mul", graph.moment("std", "wh"), graph.leaf("vector", 1.0))
    graph.op("sub", graph.constant(2.0), 2)
    assert graph.layer(affine=False) == Layer(
        (Node("std", (0,), "wh"), Node("mul", (1, -1)), Node("sub", (-2, 2))),
        (Leaf("vector", 1.0), Leaf("constant", 2.0)),
        False,
    )


def test_what_is_no_layer_is_refused():
    graph = Builder()
    graph.op("add", graph.x)
    with pytest.raises(ValueError, match=r"node 0 \(add\) takes 2 operands, not 1"):
        graph.layer(affine=True)
