from evaluators.norm_act_layers.analysis.cost import Cost, cost
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written


def test_relu_reads_and_writes_once():
    assert cost(canonical(KNOWN_LAYERS["relu"])) == Cost(
        arithmetic=1, functions=0, moments=0, time=1, passes=1, fused_bytes=8, plain_bytes=8,
        channel_parameters=0, layer_parameters=0, running_values=0,
    )  # fmt: skip


def test_bn_relu_counted_by_hand():
    """(x - mean) / std, times v, plus v, max with 0; the standard deviation and the mean are of the same pass."""
    found = cost(canonical(KNOWN_LAYERS["bn_relu"]))
    assert (found.arithmetic, found.functions, found.moments) == (5, 0, 2)
    assert (found.passes, found.fused_bytes, found.plain_bytes) == (2, 12, 4 * (5 * 2 + 2))
    assert (found.channel_parameters, found.layer_parameters, found.running_values) == (2, 0, 2)
    assert found.time == 1 + 2 + 1 + 1 + 1 + 1 + 3


def test_moments_of_what_needs_a_moment_need_another_pass():
    layer = written(("mean[wh]", "x"), ("sub", "x", "-1"), ("abs", "-1"), ("mean[wh]", "-1"), ("div", "-3", "-1"))
    assert cost(canonical(layer)).passes == 3


def test_what_is_small_beside_the_tensor_is_left_out():
    """The root and the sum are of one number per channel and sample; only the product is of the tensor."""
    layer = written(("var[wh]", "x"), ("add", "-1", "v1"), ("rsqrt", "-1"), ("mul", "x", "-1"), affine=False)
    found = cost(canonical(layer))
    assert (found.arithmetic, found.functions, found.moments) == (1, 0, 1)
    assert (found.channel_parameters, found.running_values) == (1, 0)


def test_scalars_are_counted_per_layer():
    found = cost(canonical(KNOWN_LAYERS["sau"]))
    assert (found.layer_parameters, found.channel_parameters) == (2, 0)
    assert found.functions == 2
