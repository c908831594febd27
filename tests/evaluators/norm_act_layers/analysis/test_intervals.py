import random

import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.intervals import Enclosure, Interval, enclose
from evaluators.norm_act_layers.analysis.jets import apply_jets, variable
from primitives.tensor import TENSOR_PRIMITIVES

CELLS = 400


@pytest.mark.parametrize("row", TENSOR_PRIMITIVES.values(), ids=TENSOR_PRIMITIVES)
def test_values_and_slopes_inside_are_enclosed(row):
    rng = np.random.default_rng(random.Random(row.name).randrange(2**32))
    low = rng.uniform(-4, 4, CELLS)
    if row.non_negative_operand:
        low = np.abs(low)
    high = low + 10 ** rng.uniform(-3, 1, CELLS)
    one = np.ones(CELLS)
    x = Enclosure(Interval(low, high), Interval(one, one))
    shifted = Enclosure(Interval(2 * low - 1, 2 * high - 1), Interval(2 * one, 2 * one))
    with np.errstate(all="ignore"):
        value, slope = enclose(row.name, (x, shifted)[: row.arity])
        for share in np.linspace(0, 1, 21):
            at = variable(low + share * (high - low))
            other = apply_jets("add", (at, apply_jets("add", (at, variable(-one)._replace(first=0 * one)))))
            found = apply_jets(row.name, (at, other)[: row.arity])
            for interval, inside in ((value, found.value), (slope, found.first)):
                near = 1e-9 * (1 + np.abs(inside))
                assert (~(inside < interval.low - near)).all()
                assert (~(inside > interval.high + near)).all()


def test_narrow_intervals_have_narrow_enclosures():
    low = np.array([0.5])
    x = Enclosure(Interval(low, low + 1e-6), Interval(np.ones(1), np.ones(1)))
    with np.errstate(all="ignore"):
        for name, row in TENSOR_PRIMITIVES.items():
            for interval in enclose(name, (x, Enclosure(Interval(low - 2, low - 2), x.slope))[: row.arity]):
                assert (interval.high - interval.low < 1e-4).all(), name


def test_divisors_around_0_leave_no_bound():
    one = np.ones(1)
    x = Enclosure(Interval(-one, one), Interval(one, one))
    value, slope = enclose("div", (Enclosure(Interval(one, one), Interval(0 * one, 0 * one)), x))
    assert np.isinf([*value, *slope]).all()
