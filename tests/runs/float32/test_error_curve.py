import math

import mpmath
import numpy as np
import pytest

from evaluators.float32_functions.targets import target
from primitives.float_format import FORMATS
from runs.float32.error_curve import error_curve, numbers
from tests.runs.float32.made_run import CUBIC


def test_numbers_are_spread_as_the_format_has_them() -> None:
    x = numbers(target("exp2", 1.0, 2.0), FORMATS["float32"], 5)
    assert x.tolist() == [1.0, 1.25, 1.5, 1.75, 2.0]
    assert numbers(target("exp2", 1.0, 4.0), FORMATS["float32"], 3).tolist() == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("name", ["bfloat16", "float16"])
def test_all_numbers_of_a_domain_ascend_and_none_is_left_out(name: str) -> None:
    fmt = FORMATS[name]
    ends = -fmt.smallest_normal, fmt.smallest_normal
    # both zeros, and all subnormal numbers of either sign
    count = 2 * 2**fmt.fraction_bits + 2
    x = numbers(target("exp2", *ends), fmt, count).astype(np.float64)
    assert x[0] == ends[0]
    assert x[-1] == ends[1]
    steps = np.diff(x)
    assert np.count_nonzero(steps == 0) == 1
    assert set(steps[steps != 0]) == {fmt.smallest_normal * 2.0**-fmt.fraction_bits}


def test_errors_are_those_of_exact_arithmetic() -> None:
    curve = error_curve(CUBIC, target("exp2", 0.0009, 0.001), 4, 1)
    constants = [np.float32(constant.value) for constant in CUBIC.constants]
    for x, low, high in zip(curve.inputs, curve.low, curve.high, strict=True):
        assert low == high
        value = float(constants[0])
        for constant in constants[1:]:
            # the exact fused result fits into a double here, up to a rounding that its own ones swallow
            value = float(np.float32(value * x + float(constant)))
        with mpmath.workdps(40):
            expected = (mpmath.mpf(value) - mpmath.mpf(2) ** mpmath.mpf(x)) * 2**23
        assert low == pytest.approx(float(expected), rel=1e-6)


def test_the_range_of_a_stretch_holds_its_samples() -> None:
    fine = error_curve(CUBIC, target("exp2", 0.5, 1.0), 40, 1)
    coarse = error_curve(CUBIC, target("exp2", 0.5, 1.0), 4, 10)
    for i in range(4):
        assert coarse.low[i] == min(fine.low[10 * i : 10 * i + 10])
        assert coarse.high[i] == max(fine.high[10 * i : 10 * i + 10])
    assert coarse.largest == max(map(abs, coarse.low + coarse.high))


def test_what_is_wrong_beyond_measure_is_infinite_and_no_largest_error() -> None:
    curve = error_curve(CUBIC, target("exp2"), 8, 4)
    assert math.inf in map(abs, curve.low + curve.high)
    assert math.isfinite(curve.largest)
