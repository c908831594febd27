# ruff: noqa: ARG005 - every expression takes the builder and x
import math

import pytest

from primitives.float_format import FORMATS
from search_spaces.float32_functions.formula import (
    decimal_text,
    formula_text,
    hexadecimal_text,
    listing,
)
from search_spaces.float32_functions.typed_program import Constant
from tests.search_spaces.float32_functions.programs import many, written


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (lambda b, x: x * (x + 1.5), "x * (x + 1.5)"),
        (lambda b, x: x - (x - 1.5), "x - (x - 1.5)"),
        (lambda b, x: (x - 0.1) / (x * 3.0), "(x - 0.1) / (x * 3)"),
        (lambda b, x: -(x + 1.0), "-(x + 1)"),
        (lambda b, x: x * -2.0, "x * -2"),
        (lambda b, x: b("fma", x, b.free(math.pi), 1.0), "fma(x, 3.14159, 1)"),
        (lambda b, x: b("select", x < 1.0, x, 2.0), "select(x < 1, x, 2)"),
        (lambda b, x: b("number", b("shift_left", b("bits", x) + 1, 23)), "number(bits(x) + 1 << 23)"),
        (lambda b, x: b("number", b("int_and", b("bits", x), 0x7FFFFFFF)), "number(bits(x) & 0x7fffffff)"),
        (lambda b, x: (x * x + 1.0) / (x * x), "(u1 + 1) / u1 with u1 = x * x"),
    ],
)
def test_formulas_read_as_one_writes_them(expression, text):
    assert formula_text(written(expression)) == text


def test_listings_name_constants():
    program = written(lambda b, x: b("fma", x * x, b.free(2.0), 0.1))
    assert listing(program) == "v1 = x * x\nv2 = fma(v1, c0, c1)"


@pytest.mark.parametrize("fmt", FORMATS)
def test_constants_read_back(fmt):
    for program in many(20, fmt=fmt):
        for constant in program.constants:
            if constant.kind == "int":
                assert int(decimal_text(constant, fmt), 0) == int(hexadecimal_text(constant), 0) == constant.value
            else:
                assert FORMATS[fmt].nearest(float(decimal_text(constant, fmt))) == constant.value
                assert float.fromhex(hexadecimal_text(constant)) == constant.value


@pytest.mark.parametrize(
    ("value", "text"), [(math.nan, "nan"), (-math.inf, "-inf"), (-0.0, "-0"), (2.0**-149, "1e-45"), (0.1, "0.1")]
)
def test_special_constants_have_their_names(value, text):
    assert decimal_text(Constant("float", FORMATS["float32"].nearest(value)), "float32") == text


def test_formulas_grow_with_their_programs_only():
    def doubling(_, x):
        for _ in range(40):
            x = x * x
        return x

    assert len(formula_text(written(doubling))) < 1000
