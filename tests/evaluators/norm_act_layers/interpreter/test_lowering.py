from evaluators.norm_act_layers.interpreter.lowering import BETA_SLOT, FIRST_LEAF_SLOT, GAMMA_SLOT, Statistics, lower
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.builder import Builder

FIRST_STATISTIC = FIRST_LEAF_SLOT + 4


def centred_and_squared():
    graph = Builder()
    first = graph.op("sub", graph.x, graph.moment("mean", "bwh"))
    graph.op("div", graph.op("mul", first, graph.leaf("scalar", 1.0)), graph.moment("std", "bwh", first))
    return graph.layer(affine=True)


def test_trained_parameters_have_their_slots_and_constants_are_not_among_them():
    graph = Builder()
    graph.op("mul", graph.op("add", graph.x, graph.constant(2.0)), graph.leaf("vector", 1.0))
    slots = set(lower(graph.layer(affine=True), Statistics.MEASURED, 4).parameters.values())
    assert slots == {GAMMA_SLOT, BETA_SLOT, FIRST_LEAF_SLOT + 1}


def test_moments_come_first_among_the_statistics_then_the_means_that_centre():
    for statistics in (Statistics.MEASURED, Statistics.GIVEN):
        lowered = lower(centred_and_squared(), statistics, 4)
        assert sorted(lowered.statistics) == [0, 1, 2]
    assert sorted(lower(centred_and_squared(), Statistics.RUNNING, 4).statistics) == [0, 1]


def test_given_statistics_are_loaded_and_know_what_they_are_averages_of():
    lowered = lower(centred_and_squared(), Statistics.GIVEN, 4)
    loads = {lowered.graph.values[load].slot - FIRST_STATISTIC for load in lowered.sources}
    assert loads == {0, 1, 2}
    assert lowered.sources[lowered.statistics[0]] == lowered.x
    assert not lower(centred_and_squared(), Statistics.RUNNING, 4).sources


def test_only_measured_statistics_need_passes():
    for statistics, level in ((Statistics.MEASURED, 3), (Statistics.GIVEN, 0), (Statistics.RUNNING, 0)):
        lowered = lower(centred_and_squared(), statistics, 4)
        assert lowered.graph.levels[lowered.output] == level
    assert lower(KNOWN_LAYERS["frn_tlu"], Statistics.MEASURED, 4).graph.levels[-1] == 0
