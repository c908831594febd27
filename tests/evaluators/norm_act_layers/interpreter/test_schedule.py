import pytest

from evaluators.norm_act_layers.interpreter.graph import CHANNELS, Graph
from evaluators.norm_act_layers.interpreter.lowering import Statistics, lower
from evaluators.norm_act_layers.interpreter.rows import OUTPUT
from evaluators.norm_act_layers.interpreter.schedule import Addend, schedule
from search_spaces.norm_act_layers import KNOWN_LAYERS


def names(section):
    return [row.name for row in section.rows]


@pytest.mark.parametrize(
    ("name", "statistics", "passes"),
    [
        ("batch_norm", Statistics.MEASURED, 3),  # mean, then variance, then the output
        ("batch_norm", Statistics.RUNNING, 1),
        ("layer_norm", Statistics.MEASURED, 1),
        ("evonorm_b0", Statistics.MEASURED, 3),
        ("relu", Statistics.MEASURED, 1),
    ],
)
def test_each_average_over_the_batch_that_needs_another_takes_a_pass(name, statistics, passes):
    lowered = lower(KNOWN_LAYERS[name], statistics, 16)
    level = lowered.graph.levels[lowered.output]
    sections, _ = schedule(lowered.graph, {level: Addend(lowered.output, False)}, [])
    assert [section.per_block for section in sections] == [False, True] * passes
    assert [section.writes for section in sections] == [False] * (2 * passes - 1) + [True]


def test_what_is_the_same_in_all_blocks_is_computed_once():
    graph = Graph()
    x, vector = graph.tensor("x"), graph.load(0, CHANNELS)
    value = graph.emit("sub", graph.emit("tanh", x), graph.emit("exp", vector))
    once, per_block = schedule(graph, {0: Addend(value, False)}, [])[0]
    assert names(once) == ["load", "exp"]
    assert names(per_block) == ["fetch_x", "tanh", "sub"]
    assert per_block.rows[-1].out == OUTPUT


def test_addends_of_several_passes_are_added_to_the_output():
    graph = Graph()
    x = graph.tensor("x")
    mean = graph.average_batch(x)
    sections, keys = schedule(graph, {0: Addend(x, True), 1: Addend(mean, True)}, [mean])
    assert names(sections[1]) == ["fetch_x", "add", "neg"]
    assert names(sections[2]) == ["average_batch"]
    assert names(sections[3]) == ["fetch_output", "sub"]
    assert keys == [("value", mean)]


def test_an_output_without_addends_is_zero():
    sections, _ = schedule(Graph(), {}, [])
    assert [names(section) for section in sections] == [[], ["zero"]]
    assert sections[1].writes
