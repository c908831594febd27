import dataclasses
import math
import random
import time

import pytest

from evaluators.norm_act_layers.analysis import analyse
from evaluators.norm_act_layers.analysis.initialization import INVARIANT
from evaluators.norm_act_layers.analysis.scale_response import Per
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers
from tests.evaluators.norm_act_layers.protocols.specimens import written

SPACES = (NormActLayers(), NormActLayers("evonorm"), NormActLayers("evonorm", variation="paper"))


def check(layer):
    start = time.process_time()
    found = analyse(layer)
    assert time.process_time() - start < 10
    for per in Per:
        exact, measured = found.scale.at_start[per], found.scale.measured[per]
        if exact == exact and measured == measured:
            assert measured == pytest.approx(exact, abs=1e-2)
        exact, measured = found.shift.factors[per], found.shift.measured[per]
        if exact == exact and measured == measured:
            assert measured == pytest.approx(exact, abs=1e-4)
    assert set(found.dependence.measured) <= set(found.dependence.training)
    sampled, enclosed = found.slopes.sampled, found.slopes.enclosed
    if sampled.low <= sampled.high:
        slack = 1e-9 * (max(1.0, sampled.size) if math.isfinite(sampled.size) else 1.0)
        assert enclosed.low <= sampled.low + slack
        assert sampled.high <= enclosed.high + slack


@pytest.mark.parametrize("space", SPACES, ids=["norm_act", "evonorm", "paper"])
def test_any_random_layer_can_be_analysed(space):
    rng = random.Random(5)
    for _ in range(4):
        check(space.random(rng))


@pytest.mark.slow
@pytest.mark.parametrize("space", SPACES, ids=["norm_act", "evonorm", "paper"])
def test_fifty_random_layers_can_be_analysed(space):
    rng = random.Random(11)
    for _ in range(50):
        layer = space.random(rng)
        for _ in range(rng.randrange(5)):
            layer = space.mutate(layer, rng)
        check(layer)


def test_parts_fit_together():
    found = analyse(KNOWN_LAYERS["evonorm_b0"])
    assert found.initialization.rule == INVARIANT
    assert found.slopes.lipschitz.value == pytest.approx(1, rel=1e-6)
    assert [side.slope for side in found.asymptotes] == [1, 0]


def test_equal_layers_have_equal_analyses():
    first, second = analyse(KNOWN_LAYERS["gn_relu"], num_channels=8), analyse(KNOWN_LAYERS["gn_relu"], num_channels=8)
    other = analyse(KNOWN_LAYERS["gn_relu"], num_channels=8, seed=1)
    for field in dataclasses.fields(first):
        assert repr(getattr(first, field.name)) == repr(getattr(second, field.name))
    assert repr(other.initialization) != repr(first.initialization)


def test_what_explodes_has_no_lipschitz_constant():
    assert analyse(written(("square", "x"))).slopes.lipschitz.value == float("inf")
    assert analyse(written(("div", 1, "x"))).slopes.lipschitz.value == float("inf")


@pytest.mark.parametrize(
    "statements",
    [
        [
            ("std[wh]", "x"),
            ("signed_log", "x"),
            ("signed_log", "-1"),
            ("max", "-1", "-3"),
            ("square", "-1"),
            ("exp", "-1"),
            ("square", "-1"),
        ],
        [("mul", "x", 1e-200), ("mul", "-1", 1e-200), ("div", 1, "-1")],
        [("mul", "x", 1e200), ("square", "-1"), ("exp", "-1")],
        [("mean[wh]", "x"), ("div", "x", "-1"), ("square", "-1")],
        [("max", "v0", 1), ("div", 0, 0), ("add", "x", "-1")],
    ],
    ids=["overflows", "underflows", "is too large", "divides by 0", "is not a number"],
)
def test_what_fails_in_training_is_analysed_too(statements):
    check(written(*statements))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="num_channels must be at least 1, not 0"):
        analyse(KNOWN_LAYERS["relu"], num_channels=0)
