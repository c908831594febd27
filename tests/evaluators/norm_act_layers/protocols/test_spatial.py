import math

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.spatial import SPATIAL
from evaluators.norm_act_layers.protocols.specimen import INITIAL, Specimen
from evaluators.norm_act_layers.settings import ProtocolsConfig
from tests.evaluators.norm_act_layers.protocols.specimens import figure, probes, written

LEAST = ProtocolsConfig().min_spatial


@pytest.mark.parametrize("index_set", ["bwh", "whc", "wh", "whc/g"])
def test_where_space_is_averaged_out_nothing_is_computed(index_set):
    specimen = Specimen(written((f"std[{index_set}]", "x"), ("mul", "-1", "v1")), probes())
    assert SPATIAL.figure(specimen) == 0
    assert "values" not in vars(specimen)


def test_means_over_channels_vary_in_space():
    assert figure(SPATIAL, written(("mean[c]", "x"), ("mul", "-1", "v1"))) > 0.3


@pytest.mark.parametrize(
    "layer",
    [
        written(("mul", "x", 0)),
        written(("div", "x", "x")),
        written(("add", "x", 1000), ("sub", "-1", "x")),
        written(("mean[wh]", "x"), ("add", "-1", "x"), ("sub", "-1", "x")),
        written(("mul", "x", "v0"), ("sigmoid", "-1")),
    ],
    ids=["times 0", "x / x", "rounding errors", "cancelled", "not before training"],
)
def test_what_the_graph_does_not_show_is_measured(layer):
    assert 0 <= figure(SPATIAL, layer) < LEAST


def test_a_faint_variation_passes():
    assert figure(SPATIAL, written(("mul", "x", 1e-3), ("add", "-1", 1))) > LEAST


def test_the_figure_is_the_relative_deviation_within_an_image_and_channel():
    y = probes().plain.x[INITIAL].astype(np.float64)
    truth = math.sqrt(y.var(2).mean() / (y**2).mean())
    assert figure(SPATIAL, written(("neg", "x"))) == pytest.approx(truth, rel=1e-9)


def test_an_output_that_is_not_finite_is_left_to_the_next_protocol():
    assert figure(SPATIAL, written(("mul", "x", 1e3), ("exp", "-1"))) == math.inf
    assert figure(SPATIAL, written(("sub", 0, "x"), ("sqrt", "-1"))) == math.inf
