import itertools

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.averages import average, mean, transposed_average
from primitives.moments import INDEX_SETS, num_groups

WIDE = (2, 3, 4, 6)
SHAPES = [WIDE, (2, 3, 1, 6), (2, 3, 4, 1), (2, 1, 1, 6), (1, 1, 1, 1), (2, 3, 4, 5)]


def members(index_set, shape, place):
    """Returns all places whose values are averaged into that of one place; never those of another probe."""
    size = shape[-1] // num_groups(shape[-1])

    def belongs(other):
        if index_set.grouped:
            channel = other[3] // size == place[3] // size
        else:
            channel = index_set.channels or other[3] == place[3]
        return (
            other[0] == place[0]
            and (index_set.batch or other[1] == place[1])
            and (index_set.space or other[2] == place[2])
            and channel
        )

    return [other for other in itertools.product(*map(range, shape)) if belongs(other)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", INDEX_SETS)
def test_averages_are_those_of_the_members_of_each_set(name, shape):
    value = np.random.default_rng(0).standard_normal(shape)
    found = np.broadcast_to(average(value, name), shape)
    for place in itertools.product(*map(range, shape)):
        truth = np.mean([value[other] for other in members(INDEX_SETS[name], shape, place)])
        assert found[place] == pytest.approx(truth, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", INDEX_SETS)
def test_the_transpose_has_the_same_inner_products(name, shape):
    rng = np.random.default_rng(1)
    value = rng.standard_normal(shape)
    averaged = average(value, name)
    adjoint = rng.standard_normal(averaged.shape)
    back = np.broadcast_to(transposed_average(adjoint, value, name), shape)
    assert (back * value).sum() == pytest.approx((adjoint * averaged).sum(), rel=1e-12)


def test_the_mean_keeps_precision_and_axes():
    value = np.arange(24, dtype=np.float32).reshape(WIDE[0], 1, 2, 6)
    found = mean(value, (2, 3))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, value.mean((2, 3), keepdims=True))
