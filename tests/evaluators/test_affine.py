import numpy as np
import pytest

from evaluators.affine import affine_constants
from tests.evaluators.random_programs import from_code, numpy_values, programs

X = np.linspace(0.3, 1.7, 7)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("mul(x,c0);add(v1,c1)", "11"),
        ("add(x,c0);div(c1,v1);add(v2,c2)", "011"),
        ("add(x,c0);mul(v1,v1)", "1"),
        ("mul(x,c0);exp(v1)", "1"),
        ("mul(x,c0);exp(v1);mul(v2,c1)", "01"),
        ("add(x,c0);add(v1,c1);mul(v2,v1)", "01"),
        ("add(x,c0);div(x,v1)", "0"),
        ("mul(x,x)", ""),
    ],
)
def test_known_programs(code, expected):
    count = len(expected)
    program = from_code(code, [1.0] * count)
    found = affine_constants(program.instructions, count)
    assert "".join("01"[bit] for bit in found) == expected, found


def test_second_differences_along_affine_constants_vanish():
    """Where nothing is looked through, affine means that f(c + 2d) - 2 f(c + d) + f(c) = 0."""
    rng = np.random.default_rng(5)
    checked = 0
    for program in programs(400, seed=6):
        if len({*program.instructions[-1][1:]}) == 1:
            continue
        affine = np.array(affine_constants(program.instructions, len(program.constants)), float)
        if not affine.any():
            continue
        constants = rng.uniform(0.5, 2.0, len(affine))
        step = affine * rng.standard_normal(len(affine))
        low, middle, high = (numpy_values(program, X, constants + k * step) for k in range(3))
        if np.isfinite([low, middle, high]).all():
            scale = np.abs(low) + np.abs(middle) + np.abs(high)
            assert (np.abs(low - 2 * middle + high) <= 1e-9 * scale + 1e-12).all(), program
            checked += 1
    assert checked > 50
