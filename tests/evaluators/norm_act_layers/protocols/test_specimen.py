import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.specimen import INITIAL, MOVED, SCALES, Specimen, deviation
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import X
from tests.evaluators.norm_act_layers.protocols.specimens import probes, written


def test_the_deviation_is_that_within_channels():
    values = np.random.default_rng(0).standard_normal((2, 3, 4, 5)) * np.array([1, 10]).reshape(2, 1, 1, 1)
    shifted = values + 100 * np.arange(5)
    truth = [np.sqrt(np.mean([probe[..., c].var() for c in range(5)])) for probe in values]
    np.testing.assert_allclose(deviation(shifted), truth, rtol=1e-9)
    np.testing.assert_allclose(probes().deviation, deviation(probes().plain.x), rtol=1e-5)


def test_scaled_inputs_are_multiples_of_the_first():
    first = probes().plain.x[0]
    for scaled, scale in zip(probes().scaled.x, SCALES, strict=True):
        np.testing.assert_allclose(scaled, scale * first, rtol=1e-6)


def test_leaves_are_moved_in_half_of_the_plain_probes_and_in_no_scaled_one():
    plain, scaled = probes().plain, probes().scaled
    np.testing.assert_array_equal(plain.x[INITIAL], plain.x[MOVED])
    for kind in ("scalar", "vector"):
        for move in plain.moves[kind]:
            assert not move[INITIAL].any()
            assert move[MOVED].all()
        assert not any(move.any() for move in scaled.moves[kind])


def test_the_adjoint_of_the_output_has_unit_mean_square():
    np.testing.assert_allclose((probes().of_output ** 2).mean((1, 2, 3)), np.ones(2), rtol=1e-5)


def test_outputs_are_spread_and_their_squares_do_not_overflow():
    layer = written(("mean[wh]", "x"), ("mul", "-1", 1e30))
    specimen = Specimen(layer, probes())
    assert specimen.output.shape == probes().plain.x.shape
    assert specimen.scaled_output.shape == probes().scaled.x.shape
    assert np.isfinite(specimen.deviation).all()
    assert specimen.deviation[0] > 1e29


def test_dead_nodes_are_not_run():
    layer = written(("exp", "x"), ("tanh", "x"))
    specimen = Specimen(layer, probes())
    assert set(specimen.values) == {0, 1}
    np.testing.assert_allclose(specimen.output, np.tanh(probes().plain.x), rtol=1e-6)


@pytest.mark.parametrize("name", ["relu", "evonorm_s0"])
def test_adjoints_are_those_of_the_layer_as_initialized(name):
    specimen = Specimen(KNOWN_LAYERS[name], probes())
    assert specimen.adjoints[X].shape == probes().plain.x[INITIAL].shape
    if name == "relu":
        np.testing.assert_array_equal(specimen.adjoints[X], probes().of_output * (probes().plain.x[INITIAL] > 0))
