import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.dependence import dependence
from evaluators.norm_act_layers.analysis.runs import random_tensor
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical

INPUTS = 4 * random_tensor(np.random.default_rng(0), 6, 9, 64)

KNOWN = {
    "relu": ((), ()),
    "bn_relu": (("samples", "places"), ()),
    "instance_norm": (("places",), ("places",)),
    "layer_norm": (("places", "channels"), ("places", "channels")),
    "layer_norm_tokens": (("channels",), ("channels",)),
    "group_norm": (("places", "channels"), ("places", "channels")),
    "evonorm_b0": (("samples", "places"), ("places",)),
    "ash": (("places", "channels"), ("places", "channels")),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_layers_read_what_they_normalize_over(name):
    found = dependence(canonical(KNOWN_LAYERS[name]), INPUTS)
    assert (found.training, found.inference) == KNOWN[name]
    assert found.measured == found.training
