import pytest

from evaluators.norm_act_layers.interpreter.graph import CHANNELS, NO_AXES, Graph
from primitives.moments import INDEX_SETS


def test_each_value_is_there_once_in_whatever_order_it_is_written():
    graph = Graph()
    x, vector = graph.tensor("x"), graph.load(0, CHANNELS)
    assert graph.emit("add", x, vector) == graph.emit("add", vector, x)
    assert graph.emit("sub", x, vector) != graph.emit("sub", vector, x)
    assert graph.emit("square", x) == graph.emit("mul", x, x)


def test_what_is_the_same_in_all_blocks_is_divided_by_once():
    graph = Graph()
    x, vector = graph.tensor("x"), graph.load(0, CHANNELS)
    quotient = graph.values[graph.emit("div", x, vector)]
    assert quotient.name == "mul"
    assert "reciprocal" in {graph.values[operand].name for operand in quotient.operands}
    assert graph.values[graph.emit("div", vector, x)].name == "div"


@pytest.mark.parametrize(
    ("index_set", "name", "axes"),
    [("whc", "average_sc", "b"), ("wh", "average_s", "bc"), ("whc/g", "average_group", "bc"), ("c", "average_c", "bs")],
)
def test_averages_know_the_axes_that_are_left(index_set, name, axes):
    graph = Graph()
    average = graph.average(INDEX_SETS[index_set], graph.tensor("x"))
    assert graph.values[average].name == name
    assert graph.axes[average] == set(axes)
    assert graph.levels[average] == 0


def test_averages_over_what_a_value_does_not_depend_on_are_the_value():
    graph = Graph()
    x, vector, scalar = graph.tensor("x"), graph.load(0, CHANNELS), graph.load(1, NO_AXES)
    assert graph.average(INDEX_SETS["wh"], vector) == vector
    assert graph.average(INDEX_SETS["bwh"], vector) == vector
    assert graph.average(INDEX_SETS["whc/g"], scalar) == scalar
    over_places = graph.average(INDEX_SETS["wh"], x)
    assert graph.average(INDEX_SETS["whc"], over_places) == graph.average(INDEX_SETS["c"], over_places)


def test_each_average_over_the_batch_needs_another_pass():
    graph = Graph()
    x, vector = graph.tensor("x"), graph.load(0, CHANNELS)
    first = graph.average_batch(graph.emit("mul", x, vector))
    second = graph.average_batch(graph.emit("tanh", graph.emit("sub", x, first)))
    assert (graph.levels[first], graph.levels[second]) == (1, 2)
    assert graph.values[first].name == "mul"  # the vector is a factor of the average
    assert not graph.varies(first)
