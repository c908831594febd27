import math
from dataclasses import replace

import numpy as np
import pytest

from search_spaces.float32_functions.typed_program import Constant, TypedProgram, decode, encode, validate
from tests.search_spaces.float32_functions.programs import many, outputs, written

LINE = TypedProgram((("fma", 0, -1, -2),), (Constant("float", 2.0, free=True), Constant("float", 1.0)))


def test_every_constant_comes_back_as_it_was():
    values = [0.0, -0.0, math.inf, -math.inf, math.nan, 1.5, 2.0**-149, 3.4028234663852886e38]
    constants = [Constant("float", value, free) for value in values for free in (False, True)]
    constants += [Constant("int", value) for value in (0, -1, 2**31 - 1, -(2**31))]
    program = replace(LINE, constants=tuple(constants))
    assert decode(encode(program)) == program


def test_constants_are_told_apart_by_their_bits():
    assert Constant("float", 0.0) != Constant("float", -0.0)
    assert Constant("float", math.nan) == Constant("float", float("nan"))
    assert hash(Constant("float", math.nan)) == hash(Constant("float", float("nan")))
    assert Constant("float", 1.0) != Constant("int", 1)
    assert Constant("float", 1.0) != Constant("float", 1.0, free=True)
    assert Constant("float", 1.0) != 1.0


def test_programs_come_back_as_they_were():
    for program in many(40):
        assert decode(encode(program)) == program


def test_it_computes_what_it_says():
    program = written(lambda b, x: b("select", x < 1.0, x * x - 2.0, b("number", b("bits", x) + 1)))
    np.testing.assert_array_equal(outputs(program, [0.5, 1.0]), np.float32([-1.75, np.nextafter(np.float32(1), 2)]))


def test_costs_add_up():
    assert written(lambda b, x: b("abs", x * x + 1.0)).cost == 2.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "float64"}, "format must be one of float32, bfloat16, float16, not 'float64'"),
        ({"instructions": ()}, "at least one instruction"),
        ({"instructions": (("exp", 0),)}, "operation 'exp' is not registered; use one of: add"),
        ({"instructions": (("add", 0),)}, r"instruction 0 \(add\) takes 2 operands, not 1"),
        ({"instructions": (("add", 0, 1),)}, r"refers to 1; allowed are -2 \(last constant\) to 0"),
        ({"instructions": (("add", 0, -3),)}, "refers to -3"),
        ({"instructions": (("bits", 0), ("add", 0, 1))}, r"instruction 1 \(add\) takes float, not int"),
        ({"instructions": (("bits", 0),)}, r"the last instruction \(bits\) must give a float"),
        ({"constants": (Constant("float", 0.1),) * 2}, "constant 0 must be a number of float32, not 0.1; the nearest"),
        ({"constants": (Constant("int", 2**31),) * 2}, "constant 0 must be an integer of 32 bits"),
        ({"constants": (Constant("bool", 1),) * 2}, "constant 0 must be float or int"),
    ],
)
def test_what_is_malformed_is_refused_with_its_reason(changes, message):
    with pytest.raises(ValueError, match=message):
        validate(replace(LINE, **changes))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v1=fma", "v2=fma"),
        ("v1=fma(x,c0,c1)", "v1=fma(x,c0,c1);"),
        ("c1)", "c9)"),
        ("fma(x,c0,c1)", "fma(x, c0, c1)"),
        ("c0", "c-1"),
        ("0x1.0", "0y1.0"),
        ('"~0x1.0000000000000p+1"', "2"),
        ("float32", "float64"),
        ("+1", "+99999"),
    ],
)
def test_text_that_is_no_program_is_refused(old, new):
    text = encode(LINE)
    assert old in text
    with pytest.raises(ValueError):
        decode(text.replace(old, new))
