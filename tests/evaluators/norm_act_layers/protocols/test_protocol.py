import math

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.protocol import outermost
from evaluators.norm_act_layers.protocols.training_free import PROTOCOLS
from evaluators.norm_act_layers.settings import ProtocolsConfig
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import figure


@pytest.mark.parametrize(
    ("ratios", "truth"),
    [((0.5, 1.5), 0.5), ((0.5, 3.0), 3.0), ((2.0, 4.0), 4.0), ((0.1, 0.2), 0.1), ((0.0, 1e9), 0.0), ((1.0, 1.0), 1.0)],
)
def test_the_outermost_ratio_is_farthest_from_1(ratios, truth):
    assert outermost(np.array(ratios)) == outermost(np.array(ratios[::-1])) == truth


def test_what_is_not_finite_is_farthest():
    assert math.isnan(outermost(np.array([math.nan, 1.0])))
    assert outermost(np.array([0.0, math.inf])) == math.inf


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=list(PROTOCOLS))
def test_a_protocol_has_a_meaning_and_bounds_that_leave_room_for_its_figure(protocol):
    least, most = protocol.bounds(ProtocolsConfig())
    assert least <= most
    assert protocol.meaning
    assert PROTOCOLS[protocol.name] is protocol
    assert least <= figure(protocol, KNOWN_LAYERS["evonorm_s0"]) <= most
