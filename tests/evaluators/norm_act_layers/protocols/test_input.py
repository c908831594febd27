from evaluators.norm_act_layers.protocols.input import INPUT
from tests.evaluators.norm_act_layers.protocols.specimens import figure, written


def test_only_paths_to_the_output_count():
    assert figure(INPUT, written(("mean[wh]", "x"), ("add", "-1", "v0"))) == 1
    assert figure(INPUT, written(("mul", "v0", "v1"))) == 0
    assert figure(INPUT, written(("tanh", "x"), ("mul", "v0", "v1"))) == 0
