from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

from primitives.float_format import FLOAT32, FORMATS
from tests.primitives.rounding import rounded

every_format = pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)


@every_format
def test_the_row_says_what_the_types_say(fmt):
    about = ml_dtypes.finfo(fmt.dtype)
    assert (fmt.bits, fmt.fraction_bits, fmt.exponent_bits) == (about.bits, about.nmant, about.iexp)
    assert fmt.smallest_normal == float(about.smallest_normal)
    assert fmt.largest == float(about.max)
    assert fmt.int_dtype.itemsize * 8 == fmt.bits
    assert int(np.ones(1, fmt.dtype).view(fmt.int_dtype)[0]) >> fmt.fraction_bits == fmt.bias
    assert fmt.int_dtype.kind == "i"


@every_format
def test_nearest_rounds_once_to_even(fmt):
    rng = np.random.default_rng(1)
    scale = 2.0 ** rng.integers(-1 - fmt.bias - fmt.fraction_bits, fmt.bias + 2, 300)
    doubles = rng.uniform(-2, 2, 300) * scale
    spacing = 2.0**-fmt.fraction_bits
    ties = [1 + spacing / 2, 1 + 3 * spacing / 2, 1 + spacing / 2 + 2.0**-40, fmt.largest * (1 + spacing / 4)]
    for value in [*doubles, *ties]:
        assert fmt.nearest(value) == rounded(Fraction(value), fmt)


def test_signs_of_zero_and_nan_are_kept():
    assert str(FLOAT32.nearest(-0.0)) == "-0.0"
    assert str(FLOAT32.nearest(float("nan"))) == "nan"
    assert FLOAT32.nearest(1e300) == np.inf
