import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_spaces.synthetic_data.grid import FARTHEST, real_grid, whole_grid

ends = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("lower", "upper", "cells"),
    [(0, 9, 10), (0, 9, 3), (-7, 6, 4), (-20, -3, 18), (5, 5, 1), (-100, 100, 7), (0, 9, 1)],
)
def test_runs_of_whole_numbers_part_the_range_into_nearly_equal_lengths(lower: int, upper: int, cells: int) -> None:
    grid = whole_grid(lower, upper, cells)
    numbers = np.arange(lower, upper + 1)
    codes = grid.codes(numbers)
    assert codes.dtype == np.int32
    assert np.all(np.diff(codes) >= 0)
    lengths = np.bincount(codes)
    assert len(lengths) == cells
    assert lengths.max() - lengths.min() <= 1
    low, high = grid.bounds(codes)
    for code in range(cells):
        members = numbers[codes == code]
        assert {members[0]} == set(low[codes == code])
        assert {members[-1]} == set(high[codes == code]) == set(grid.greatest(codes[codes == code]))
        assert grid.middles[code] == members.mean()
        assert (grid.edges[code], grid.edges[code + 1]) == (members[0], members[-1] + 1)


@given(st.integers(-FARTHEST, FARTHEST), st.integers(-FARTHEST, FARTHEST), st.integers(2, 9), st.integers())
def test_runs_are_exact_over_64_bits(first: int, second: int, cells: int, place: int) -> None:
    lower, upper = sorted((first, second))
    if upper - lower < cells:
        return
    grid = whole_grid(lower, upper, cells)
    count = upper - lower + 1
    value = lower + place % count
    assert grid.codes(np.array([value])) == (value - lower) * cells // count
    assert grid.codes(np.array([lower, upper])).tolist() == [0, cells - 1]


def test_only_whole_numbers_of_the_range_are_inside() -> None:
    grid = whole_grid(-2, 3, 6)
    values = np.array([-3, -2, -1.5, 3, 3.0000001, math.nan, math.inf, -math.inf, 1e300, -0.0])
    assert grid.is_inside(values).tolist() == [False, True, False, True, False, False, False, False, False, True]
    assert grid.codes(values).tolist()[:5] == [0, 0, 0, 5, 5]
    assert grid.codes(np.array([math.inf, -math.inf, 1e300])).tolist() == [5, 0, 5]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64, np.float32, np.float64])
def test_every_numeric_type_is_understood(dtype: type) -> None:
    grid = whole_grid(1, 100, 10)
    values = np.array([0, 1, 10, 11, 100, 101], dtype=dtype)
    assert grid.is_inside(values).tolist() == [False, True, True, True, True, False]
    assert grid.codes(values).tolist() == [0, 0, 0, 1, 9, 9]


def test_numbers_beyond_64_bits_do_not_wrap_around() -> None:
    grid = whole_grid(-FARTHEST, FARTHEST, 2)
    huge = np.array([2**64 - 1, 2**63], dtype=np.uint64)
    assert not grid.is_inside(huge).any()
    assert grid.codes(huge).tolist() == [1, 1]
    extremes = np.array([-(2**63), 2**63 - 1, FARTHEST, -FARTHEST])
    assert grid.is_inside(extremes).tolist() == [False, False, True, True]
    assert not grid.is_inside(np.array([2.0**63, -(2.0**63)])).any()


@given(ends, ends, st.integers(1, 40), st.floats(0, 1))
def test_a_real_lies_in_the_cell_whose_edges_enclose_it(first: float, second: float, cells: int, place: float) -> None:
    lower, upper = sorted((first, second))
    if upper - lower < 1e-3:
        return
    grid = real_grid(lower, upper, cells)
    low, high = Fraction(str(lower)), Fraction(str(upper))
    assert grid.edges.tolist() == [float(low + (high - low) * k / cells) for k in range(cells + 1)]
    value = min(lower + place * (upper - lower), upper)
    values = np.array([value, *grid.edges, *np.nextafter(grid.edges, -np.inf)[1:]])
    codes = grid.codes(values)
    for value, code in zip(values, codes, strict=True):
        assert [code] == [
            k for k in range(cells) if grid.edges[k] <= value < grid.edges[k + 1] or (k, value) == (cells - 1, upper)
        ]
    least, greatest = grid.bounds(codes)[0], grid.greatest(codes)
    assert np.all((least <= values) & (values <= greatest))
    assert np.array_equal(grid.bounds(codes)[1], grid.edges[codes + 1])
    assert np.array_equal(grid.codes(least), codes)
    assert np.array_equal(grid.codes(greatest), codes)
    assert np.array_equal(grid.codes(grid.middles), np.arange(cells))


def test_decimal_edges_are_the_doubles_that_people_write() -> None:
    tenths = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert real_grid(0.0, 1.0, 10).edges.tolist() == tenths
    assert real_grid(0.0, 1.0, 10).codes(np.array(tenths)).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert real_grid(-0.3, 0.3, 6).edges.tolist() == [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3]


def test_the_ends_of_a_real_range_are_inside_and_their_neighbours_are_not() -> None:
    grid = real_grid(-1.5, 2.5, 4)
    ends = np.array([-1.5, 2.5])
    assert grid.is_inside(ends).all()
    assert not grid.is_inside(np.nextafter(ends, [-np.inf, np.inf])).any()
    assert not grid.is_inside(np.array([math.nan, math.inf, -math.inf])).any()
    assert grid.codes(np.array([-math.inf, math.inf, -1e308, 1e308])).tolist() == [0, 3, 0, 3]


def test_a_range_of_one_real_has_one_cell() -> None:
    grid = real_grid(2.5, 2.5, 1)
    assert grid.codes(np.array([2.5])).tolist() == [0]
    assert [end.tolist() for end in grid.bounds(np.array([0]))] == [[2.5], [2.5]]


def test_tiny_and_huge_ranges_have_ascending_edges_or_are_refused() -> None:
    assert np.all(np.diff(real_grid(-8e307, 8e307, 1000).edges) > 0)
    assert np.all(np.diff(real_grid(0.0, 5e-324 * 16, 16).edges) > 0)
    with pytest.raises(ValueError, match="17 cells are too many for the doubles"):
        real_grid(0.0, 5e-324 * 16, 17)
