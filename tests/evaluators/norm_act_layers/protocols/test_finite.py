import pytest

from evaluators.norm_act_layers.protocols.finite import FINITE
from evaluators.norm_act_layers.protocols.specimen import INITIAL
from tests.evaluators.norm_act_layers.protocols.specimens import figure, probes, written


def test_the_figure_is_the_share_of_finite_values():
    assert figure(FINITE, written(("tanh", "x"))) == 1
    x = probes().plain.x[INITIAL]
    assert figure(FINITE, written(("sqrt", "x"))) == pytest.approx((x >= 0).mean(), rel=1e-12)


def test_infinities_count_and_so_does_single_precision():
    assert figure(FINITE, written(("div", "x", 0))) == 0
    # In double precision this is 1e80.
    assert figure(FINITE, written(("mul", "x", 1e20), ("square", "-1"), ("square", "-1"))) == 0


def test_leaves_count_with_their_initial_values():
    """The logarithm of a vector that starts at 1 is finite, that of what starts at 0 is not."""
    assert figure(FINITE, written(("signed_log", "v1"), ("add", "-1", "x"))) == 1
    assert figure(FINITE, written(("signed_log", "v0"), ("add", "-1", "x"))) == 0
    assert figure(FINITE, written(("add", "v1", "v1"), ("sub", "-1", "v0"), ("sqrt", "-1"), ("mul", "-1", "x"))) == 1


def test_values_of_dead_nodes_do_not_count():
    assert figure(FINITE, written(("div", "x", 0), ("tanh", "x"))) == 1


def test_a_constant_beyond_single_precision_is_infinite():
    assert figure(FINITE, written(("mul", "x", 1e300))) == 0
