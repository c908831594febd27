import random

import pytest

from evaluators.norm_act_layers.analysis.ablation import ablated_layers, ablations
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers, canonical, validate
from search_spaces.norm_act_layers.layer import X, live_references
from tests.evaluators.norm_act_layers.protocols.specimens import written


def test_of_rms_norm_each_deletion_is_known():
    found = {row.label: row.layer for row in ablated_layers(KNOWN_LAYERS["rms_norm"])}
    same = canonical(written(("mul", "x", 1)))
    assert found == {
        "n1 rms[c] -> 1": canonical(written(("div", "x", 1))),
        "n2 div -> x": same,
        "n2 div -> n1": canonical(written(("rms[c]", "x"))),
    }


def test_means_become_0_or_what_they_are_of():
    found = {row.label: row.layer for row in ablated_layers(written(("mean[wh]", "x"), ("max", "x", "-1")))}
    assert found["n1 mean[wh] -> 0"] == canonical(written(("max", "x", 0)))
    assert found["n1 mean[wh] -> x"] == canonical(written(("max", "x", "x")))


@pytest.mark.parametrize("seed", range(5))
def test_random_layers_lose_one_node_at_a_time(seed):
    layer = canonical(NormActLayers().random(random.Random(seed)))
    found = ablated_layers(layer)
    layers = [row.layer for row in found]
    assert len(set(layers)) == len(layers)
    assert layer not in layers
    for ablated in layers:
        assert canonical(validate(ablated)) == ablated
        assert X in live_references(ablated)
        assert len(ablated.nodes) < len(layer.nodes) or ablated.nodes[-1].op == "mul"


def test_what_a_deletion_does_before_training():
    found = {row.ablated.label: row for row in ablations(canonical(KNOWN_LAYERS["bn_relu"]))}
    without_relu = found["n7 max -> n6"]
    assert without_relu.protocol == "nonlinear"
    assert 0.1 < without_relu.change < 0.5
    without_scale = found["n5 mul -> n4"]
    assert without_scale.change == pytest.approx(0, abs=1e-9)
    assert without_scale.protocol == ""
    assert found["n4 div -> n3"].protocol == "spatial"
    assert found["n4 div -> n3"].change == 1


def test_relu_without_itself_passes_all_and_is_linear():
    (row,) = ablations(canonical(KNOWN_LAYERS["relu"]))
    assert (row.ablated.label, row.protocol) == ("n1 max -> x", "nonlinear")
    assert row.gain == pytest.approx(1, rel=1e-5)
    assert row.gradient == pytest.approx(1, rel=1e-5)
