from fractions import Fraction

import numpy as np
import pytest

from primitives.float_format import FORMATS
from primitives.fused import fused_multiply_add
from tests.primitives.rounding import rounded

every_format = pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)


def hard_operands(fmt, count):
    """Operands whose products cancel with the addend, or tie, or are far from it; finite."""
    rng = np.random.default_rng(2)
    shape = (3, count)
    values = rng.uniform(1, 2, shape) * 2.0 ** rng.integers(-6, 6, shape) * rng.choice([-1.0, 1.0], shape)
    a, b, c = values.astype(fmt.dtype)
    near = -(a.astype(float) * b.astype(float)).astype(fmt.dtype)
    few_bits = (np.round(values * 8) / 8).astype(fmt.dtype)
    tiny = (values * fmt.smallest_normal).astype(fmt.dtype)
    root = (values * np.sqrt(fmt.smallest_normal)).astype(fmt.dtype)
    return [(a, b, c), (a, b, near), (*few_bits[:2], tiny[2]), (a, tiny[1], tiny[2]), (root[0], root[1], tiny[2])]


@every_format
def test_it_rounds_the_exact_value_once(fmt):
    for operands in hard_operands(fmt, 300):
        found = fused_multiply_add(*operands)
        assert found.dtype == fmt.dtype
        for a, b, c, value in zip(*operands, found, strict=True):
            exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
            assert float(value) == rounded(exact, fmt), (a, b, c)


def test_two_roundings_would_differ():
    fmt = FORMATS["float32"]
    a, b, c = hard_operands(fmt, 300)[1]
    assert (fused_multiply_add(a, b, c) != a * b + c).mean() > 0.9


def test_infinities_nan_and_zeros_follow_the_standard():
    inf, nan = np.inf, np.nan
    cases = [
        (inf, 2.0, 1.0, inf), (inf, 0.0, 1.0, nan), (inf, 1.0, -inf, nan), (1.0, 1.0, -inf, -inf), (nan, 1.0, 1.0, nan),
        (3e38, 3e38, -inf, -inf), (3e38, 2.0, 0.0, inf), (0.0, -1.0, -0.0, -0.0), (0.0, 1.0, -0.0, 0.0),
        (1.0, 1.0, -1.0, 0.0),
    ]  # fmt: skip
    *operands, expected = np.array(cases, np.float32).T
    with np.errstate(all="ignore"):
        found = fused_multiply_add(*operands)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found)[-3:], np.signbit(expected)[-3:])
