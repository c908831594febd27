from evaluators.norm_act_layers.interpreter.adjoints import add_adjoints
from evaluators.norm_act_layers.interpreter.lowering import BETA_SLOT, GAMMA_SLOT, Statistics, lower
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.builder import Builder


def lowered_with_adjoints(layer, statistics=Statistics.GIVEN):
    lowered = lower(layer, statistics, 16)
    return lowered.graph, add_adjoints(lowered)


def test_adjoints_of_gamma_and_beta_are_averages_of_products_with_the_adjoint():
    graph = Builder()
    graph.op("tanh", graph.x)
    graph, adjoints = lowered_with_adjoints(graph.layer(affine=True))
    of_gamma, of_beta = (graph.values[adjoints.of_parameters[slot]] for slot in (GAMMA_SLOT, BETA_SLOT))
    assert of_gamma.name == of_beta.name == "average_batch"
    assert graph.values[of_beta.operands[0]].name == "adjoint"
    assert graph.values[of_gamma.operands[0]].name == "mul"


def test_a_factor_that_is_the_same_in_all_blocks_is_left_behind_the_average():
    graph = Builder()
    graph.op("add", graph.op("mul", graph.x, graph.leaf("vector", 1.0)), graph.leaf("vector", 0.0))
    graph, adjoints = lowered_with_adjoints(graph.layer(affine=True))
    of_shift = graph.values[adjoints.of_parameters[3]]
    assert of_shift.name == "mul"
    assert {graph.values[operand].name for operand in of_shift.operands} == {"average_batch", "load"}


def test_what_passes_through_averages_over_the_batch_comes_a_pass_later():
    assert set(lowered_with_adjoints(KNOWN_LAYERS["batch_norm"])[1].of_x) == {0, 1}
    assert set(lowered_with_adjoints(KNOWN_LAYERS["layer_norm"])[1].of_x) == {0}


def test_running_statistics_pass_nothing_on():
    assert set(lowered_with_adjoints(KNOWN_LAYERS["batch_norm"], Statistics.RUNNING)[1].of_x) == {0}


def test_a_layer_that_does_not_depend_on_x_has_no_adjoint_of_it():
    graph = Builder()
    graph.op("exp", graph.leaf("vector", 1.0))
    assert lowered_with_adjoints(graph.layer(affine=False))[1].of_x == {}
