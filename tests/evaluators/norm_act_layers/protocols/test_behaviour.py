import random

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.behaviour import behaviour
from evaluators.norm_act_layers.protocols.probe import make_probe, trace
from evaluators.norm_act_layers.protocols.specimen import Specimen
from evaluators.norm_act_layers.protocols.training_free import TrainingFree
from search_spaces.norm_act_layers.canonical_form import canonical, fingerprint
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.norm_act import grow_layer, norm_act_vocabulary
from tests.evaluators.norm_act_layers.protocols.specimens import probes, written
from tests.search_spaces.norm_act_layers.layers import shuffled

SILU = written(("sigmoid", "x"), ("mul", "-1", "x"))
SWISH = KNOWN_LAYERS["evonorm_s0"]


def of(layer):
    with np.errstate(all="ignore"):
        return behaviour(Specimen(layer, probes()))


@pytest.mark.parametrize(
    "other",
    [
        written(("neg", "x"), ("exp", "-1"), ("add", "-1", 1), ("div", "x", "-1")),
        written(("sigmoid", "x"), ("mul", "-1", "x"), ("mul", "-1", 3), ("add", "-1", "s1")),
        written(("sigmoid", "x"), ("mul", "-1", "x"), ("neg", "-1")),
        written(("mul", "x", 0.5), ("tanh", "-1"), ("add", "-1", 1), ("mul", "-1", "x")),
    ],
    ids=["written otherwise", "scaled and shifted", "negative", "by the hyperbolic tangent"],
)
def test_layers_that_compute_the_same_up_to_gamma_and_beta_are_the_same(other):
    assert canonical(other) != canonical(SILU)
    assert of(other) == of(SILU)


def test_the_initial_value_of_a_leaf_is_seen_through_where_it_is_shifted_back():
    direct = written(("mul", "x", "v1"), ("sigmoid", "-1"), ("mul", "-1", "x"))
    shifted = written(("add", "v0", 1), ("mul", "x", "-1"), ("sigmoid", "-1"), ("mul", "-1", "x"))
    assert of(direct) == of(shifted)


@pytest.mark.parametrize(
    "other",
    [
        written(("mul", "x", "v1"), ("sigmoid", "-1"), ("mul", "-1", "x")),
        written(("mul", "x", "s1"), ("sigmoid", "-1"), ("mul", "-1", "x")),
        written(("mul", "x", 1.01), ("sigmoid", "-1"), ("mul", "-1", "x")),
        written(("sigmoid", "x"), ("mul", "-1", "x"), ("std[bwh]", "x"), ("mul", "-1", "-2")),
        written(("sigmoid", "x"), ("mul", "-1", "x"), affine=False),
    ],
    ids=["trained", "one for all channels", "another constant", "times a statistic of the batch", "not affine"],
)
def test_layers_that_differ_by_more_are_not(other):
    assert of(other) != of(SILU)


def test_layers_without_gamma_and_beta_differ_by_a_factor():
    plain, double, negative, again = (
        written(("tanh", "x"), *more, affine=False)
        for more in ([], [("mul", "-1", 2)], [("neg", "-1")], [("neg", "-1"), ("neg", "-1")])
    )
    assert len({of(plain), of(double), of(negative)}) == 3
    assert of(again) == of(plain)


def test_the_known_layers_have_two_by_two_different_behaviours():
    nonlinear = [layer for name, layer in KNOWN_LAYERS.items() if name != "batch_norm"]
    fingerprints = [of(layer) for layer in nonlinear]
    assert len(set(fingerprints)) == len(fingerprints)
    assert all(0 <= fingerprint < 2**63 for fingerprint in fingerprints)


def test_the_way_a_layer_is_written_does_not_matter():
    rng = random.Random(0)
    for name in ("evonorm_b0", "gn_relu", "ash"):
        layer = KNOWN_LAYERS[name]
        assert {of(shuffled(layer, rng)) for _ in range(5)} == {of(layer)}


def test_layers_that_are_not_finite_with_moved_leaves_are_told_apart_by_their_graphs():
    layers = [written(("mul", "v0", 1e3), ("exp", "-1"), (op, "x"), ("mul", "-1", "-2")) for op in ("tanh", "erf")]
    assert [of(layer) for layer in layers] == [fingerprint(canonical(layer)) for layer in layers]


def reduced(layer, probe):
    """Returns the outputs, each channel reduced to mean 0 and variance 1 and its first value made positive."""
    y = np.broadcast_to(trace(layer, probe)[len(layer.nodes)], probe.x.shape).astype(np.float64)
    y = y - y.mean((0, 1, 2))
    y = y / np.sqrt((y**2).mean((0, 1, 2)))
    return y * np.sign(y[0, 0, 0])


def test_layers_of_one_behaviour_agree_on_inputs_that_they_were_not_compared_on():
    """Among random layers; on three times as many samples, other channels, other leaves."""
    rng = random.Random(7)
    layers = [grow_layer(norm_act_vocabulary(), rng) for _ in range(1000)]
    judged = TrainingFree().screen(layers).candidates
    groups = {}
    for layer, candidate in zip(layers, judged, strict=True):
        if candidate.behaviour >= 0:
            groups.setdefault(candidate.behaviour, set()).add(canonical(layer))
    several = [group for group in groups.values() if len(group) > 1]
    assert len(several) > 10
    x = np.random.default_rng(9).standard_normal((2, 18, 16, 6)) * np.array([0.5, 3.0]).reshape(2, 1, 1, 1) + 0.3
    probe = make_probe(x, np.array([0.3, 0.3]))
    with np.errstate(all="ignore"):
        for group in several:
            first, *others = (reduced(layer, probe) for layer in group)
            for other in others:
                assert np.median(np.abs(first - other)) < 1e-3
