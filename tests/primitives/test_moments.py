import itertools

import numpy as np
import pytest

from primitives.moments import EPSILON, GROUPS, INDEX_SETS, MOMENTS, num_groups

SHAPE = (3, 2, 4, 6)
AXES = {"bwh": (0, 1, 2), "whc": (1, 2, 3), "wh": (1, 2), "c": (3,)}

every_moment = pytest.mark.parametrize("row", MOMENTS.values(), ids=lambda row: row.name)


def values():
    return 3 + 2 * np.random.default_rng(0).standard_normal(SHAPE)


def truth(name, x, axes):
    return {
        "mean": x.mean(axes),
        "meansq": (x**2).mean(axes),
        "rms": np.sqrt((x**2).mean(axes) + 1e-5),
        "var": x.var(axes),
        "std": np.sqrt(x.var(axes) + 1e-5),
    }[name]


@every_moment
@pytest.mark.parametrize("axes", AXES.values(), ids=list(AXES))
def test_moments_are_numpys(row, axes):
    x = values()
    found = row.floating(np, lambda a: a.mean(axes, keepdims=True), x)
    assert np.allclose(found.squeeze(axes), truth(row.name, x, axes), rtol=1e-13, atol=0)


@every_moment
def test_moments_of_what_is_everywhere_the_same(row):
    x = np.full(SHAPE, 2.0)
    found = row.floating(np, lambda a: a.mean((0, 1, 2), keepdims=True), x)
    expected = {"mean": 2, "meansq": 4, "rms": np.sqrt(4 + EPSILON), "var": 0, "std": np.sqrt(EPSILON)}[row.name]
    assert np.allclose(found, expected, rtol=1e-13)


@every_moment
def test_the_running_statistic_starts_at_that_of_a_standard_input(row):
    x = np.random.default_rng(1).standard_normal(200_000)
    assert abs(row.measure(np.mean, x) - row.initial) < 0.02


def test_index_sets_say_in_words_what_they_average_over():
    sets = {name: (row.batch, row.space, row.channels, row.grouped) for name, row in INDEX_SETS.items()}
    assert sets == {
        "bwh": (True, True, False, False),
        "whc": (False, True, True, False),
        "wh": (False, True, False, False),
        "whc/g": (False, True, True, True),
        "c": (False, False, True, False),
    }
    for name, row in INDEX_SETS.items():
        letters = itertools.chain(
            "b" if row.batch else "",
            "wh" if row.space else "",
            "c" if row.channels else "",
            "/g" if row.grouped else "",
        )
        assert "".join(letters) == name == row.name
        assert row.latex.replace(",", "") == name


@pytest.mark.parametrize("num_channels", [1, 2, 3, 8, 10, 24, 31, 32, 48, 64, 96, 100, 320])
def test_groups_are_the_largest_power_of_two_up_to_32_that_divides_the_channels(num_channels):
    powers = [1, 2, 4, 8, 16, 32]
    assert num_groups(num_channels) == max(g for g in powers if num_channels % g == 0) <= GROUPS
