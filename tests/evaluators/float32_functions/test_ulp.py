import math

import numpy as np
import pytest
from mpmath import mp, mpf

from evaluators.float32_functions.ulp import flush_inputs, spacing, ulp_errors
from primitives.float_format import FLOAT32, FORMATS


def by_definition(value: float, exact: float, fmt) -> float:
    """The distance in units, through mpmath and the binade's exponent."""
    exponent = min(max(math.frexp(exact)[1] - 1, 1 - fmt.bias), fmt.bias)
    with mp.workprec(400):
        return float(abs(mpf(value) - mpf(exact)) / mpf(2) ** (exponent - fmt.fraction_bits))


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_finite_numbers_are_measured_in_the_unit_of_the_exact_values_binade(fmt):
    rng = np.random.default_rng(3)
    exact = rng.choice([-1.0, 1.0], 500) * np.exp2(rng.uniform(-fmt.bias - 20, fmt.bias, 500))
    got = (exact * rng.uniform(1 - 2.0**-6, 1 + 2.0**-6, 500)).astype(fmt.dtype)
    expected = [by_definition(float(v), float(e), fmt) for v, e in zip(got, exact, strict=True)]
    np.testing.assert_allclose(ulp_errors(got, exact, fmt, flush=False), expected, rtol=1e-12)


def test_the_unit_is_the_distance_of_neighbours_that_numpy_knows():
    values = np.float32([1.0, 1.5, 3.999, 2.0**-126, 1e-40, 3e38])
    np.testing.assert_array_equal(spacing(values.astype(np.float64), FLOAT32), np.spacing(values).astype(np.float64))


LARGEST = FLOAT32.largest
TINY = FLOAT32.smallest_normal


@pytest.mark.parametrize(
    ("value", "exact", "expected"),
    [
        (math.inf, math.inf, 0),
        (math.inf, 1e39, 0),
        (math.inf, 1e300, 0),
        (math.inf, LARGEST, 1),
        (LARGEST, LARGEST * (1 + 2.0**-26), 0.25 * (1 - 2.0**-24)),
        (LARGEST, 1e39, math.inf),
        (LARGEST, math.inf, math.inf),
        (-math.inf, math.inf, math.inf),
        (-math.inf, 1e39, math.inf),
        (math.nan, math.nan, 0),
        (math.nan, 1.0, math.inf),
        (1.0, math.nan, math.inf),
        (math.inf, math.nan, math.inf),
    ],
)
def test_infinities_and_nan_follow_the_conventions(value, exact, expected):
    assert ulp_errors(np.float32([value]), np.float64([exact]), FLOAT32, flush=True)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "exact", "flushed", "kept"),
    [
        (0.0, 2.0**-140, 0, 2**9),
        (-0.0, -(2.0**-140), 0, 2**9),
        (-0.0, 2.0**-140, 2**9, 2**9),
        (0.0, TINY, 2**23, 2**23),
        (2.0**-149, 2.0**-140, 0, 2**9 - 1),
        (-(2.0**-149), 2.0**-140, 2**9 + 1, 2**9 + 1),
        (2.0**-140, 0.0, 0, 2**9),
        (2.0**-140, -0.0, 2**9, 2**9),
    ],
)
def test_subnormal_numbers_of_a_sign_are_all_alike_where_they_are_flushed(value, exact, flushed, kept):
    errors = [ulp_errors(np.float32([value]), np.float64([exact]), FLOAT32, flush)[0] for flush in (True, False)]
    assert errors == [flushed, kept]


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_subnormal_inputs_are_flushed_to_zeros_of_their_sign(fmt):
    tiny = fmt.smallest_normal
    flushed = flush_inputs(np.array([tiny, -tiny, tiny / 2, -tiny / 2, math.inf, math.nan], fmt.dtype), fmt)
    np.testing.assert_array_equal(flushed, [tiny, -tiny, 0, 0, math.inf, math.nan])
    assert list(np.signbit(flushed[2:4])) == [False, True]
