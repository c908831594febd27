import math

import numpy as np
import pytest

from runs.float32.export import to_numpy
from tests.search_spaces.float32_functions.programs import outputs, written


def function(program, evidence):
    names = {}
    exec(to_numpy.source(program, evidence), names)
    return names["exp2"]


def test_numbers_lists_and_arrays_of_any_shape_are_taken(program, evidence):
    f = function(program, evidence)
    for x in (3.0, 3, [1.0, 2.0], np.ones((2, 3)), np.float32(0.5), np.zeros((0,), np.float32)):
        found = f(x)
        assert np.shape(found) == np.shape(x)
        assert np.asarray(found).dtype == np.float32
    assert f(3.0) == 8


def test_strided_arrays_and_overflow_are_silent(program, evidence):
    x = np.linspace(-1e38, 1e38, 64, dtype=np.float32)[::3]
    assert function(program, evidence)(x).shape == x.shape


@pytest.mark.parametrize("fmt", ["float32", "bfloat16", "float16"])
def test_every_format_gives_the_bits_of_the_program(fmt, evidence):
    program = written(
        lambda b, x: b("fma", b("insert_exponent", x, b("to_int", x)), 0.3, b("select", x < 1.0, math.nan, -x)), fmt
    )
    x = np.linspace(-3, 3, 500).astype(program.float_format.dtype)
    found, expected = function(program, evidence)(x), outputs(program, x)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.astype(float), expected.astype(float))
