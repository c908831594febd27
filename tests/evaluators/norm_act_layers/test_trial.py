import json
import math

import pytest

from evaluators.norm_act_layers.networks import network
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.trial import Trial, TrialRow, run_trial
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node, encode
from tests.evaluators.norm_act_layers.one_place import describe, one_place
from tests.evaluators.norm_act_layers.small_images import noise

ANCHORS = AnchorsConfig(("resnet",), width=2)
IMAGES = noise(train=40)
RELU = encode(KNOWN_LAYERS["relu"])


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    one_place(monkeypatch)
    monkeypatch.setattr(network, "NETWORKS", {"resnet": describe})


def run(layer=RELU, seeds=(1,), parts=("search",), steps=3):
    return run_trial(
        Trial(layer, "resnet", seeds, parts), IMAGES, ANCHORS, Recipe(steps=steps, batch_size=8, padding=1)
    )


def test_every_seed_is_trained_and_scored_on_every_part():
    rows = run(seeds=(1, 2, 1), parts=("search", "test"))
    assert [(row.seed, row.steps, row.failure) for row in rows] == [(1, 3, ""), (2, 3, ""), (1, 3, "")]
    for row in rows:
        assert list(row.accuracies) == ["search", "test"]
        assert all((6 * accuracy).is_integer() for accuracy in row.accuracies.values())
    assert rows[0].accuracies == rows[2].accuracies
    # the second seed has nothing to compile
    assert 0 < rows[1].seconds < rows[0].seconds
    assert TrialRow(*json.loads(json.dumps(rows[0]))) == rows[0]


def test_a_training_that_fails_has_no_accuracies():
    explosive = encode(Layer((Node("exp", (0,)), Node("exp", (1,)), Node("mul", (2, -1))), (Leaf("constant", 1e30),)))
    (row,) = run(explosive)
    assert row.accuracies == {}
    assert "not finite" in row.failure or "loss is" in row.failure
    assert not math.isnan(row.seconds)


def test_a_layer_that_is_none_and_a_part_that_is_not_scored_are_refused():
    with pytest.raises(ValueError, match="not an encoded layer"):
        run("swish")
    with pytest.raises(ValueError, match="there are no 'train' images to score on"):
        run(parts=("train",))
