import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_spaces.program import Program, decode, encode, live_uses, validate
from tests.search_spaces.programs import ELEMENTARY, live_operations, random_programs

FRACTION = Program((("add", 0, -1), ("div", -2, 1), ("mul", 2, 2)), ((1.5, 2.0**-67), (-0.1, 1.5 * 2.0**-62)))


def test_apply_runs_the_instructions_in_order():
    meanings = {"add": operator.add, "div": operator.truediv, "mul": operator.mul}
    assert FRACTION.apply(0.5, [1.5, 8.0], lambda name, *operands: meanings[name](*operands)) == 16.0


def test_operations_count_every_instruction():
    assert FRACTION.operations == 3


def test_the_text_is_one_line_of_json_that_people_can_read():
    assert encode(FRACTION) == (
        '{"code":"v1=add(x,c0);v2=div(c1,v1);v3=mul(v2,v2)","constants":'
        '[["0x1.8000000000000p+0","0x1.0000000000000p-67"],["-0x1.999999999999ap-4","0x1.8000000000000p-62"]]}'
    )


@pytest.mark.parametrize("program", list(random_programs(1, 100, ELEMENTARY)), ids=repr)
def test_decode_reads_what_encode_wrote(program):
    assert decode(encode(program)) == program


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_every_constant_survives_to_the_last_bit(high, low):
    program = Program((("add", 0, -1),), ((high, low),))
    ((high_read, low_read),) = decode(encode(program)).constants
    assert (high_read, low_read) == (high, low)
    assert math.copysign(1.0, low_read) == math.copysign(1.0, low)


@given(st.text())
def test_arbitrary_text_is_refused(text):
    with pytest.raises(ValueError, match="not an encoded program"):
        decode(text)


def test_no_truncated_text_is_read_as_a_program():
    text = encode(FRACTION)
    for length in range(len(text)):
        with pytest.raises(ValueError):
            decode(text[:length])


@given(st.integers(0, len(encode(FRACTION)) - 1), st.characters())
def test_a_damaged_text_is_refused_or_read_as_a_valid_program(position, character):
    text = encode(FRACTION)
    try:
        program = decode(text[:position] + character + text[position + 1 :])
    except ValueError:
        return
    assert validate(program) is program


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"code": "", "constants": []}',
        '{"code": 1, "constants": []}',
        '{"code": "v1=add(x,x)"}',
        '{"code": "v1=add(x,x)", "constants": [1]}',
        '{"code": "v1=add(x,x)", "constants": [["0x1p99999", "0x0p0"]]}',
        '{"code": "v1=add(x,x)", "constants": [["one", "two"]]}',
        '{"code": "v2=add(x,x)", "constants": []}',
        '{"code": "v1=add(x,x))", "constants": []}',
        '{"code": "v1=add(x,x);", "constants": []}',
        '{"code": "v1=add(x)", "constants": []}',
        '{"code": "v1=add(x,x,x)", "constants": []}',
        '{"code": "v1=add(x,v0)", "constants": []}',
        '{"code": "v1=add(x,v1)", "constants": []}',
        '{"code": "v1=add(x,v2);v2=add(x,x)", "constants": []}',
        '{"code": "v1=add(x,c0)", "constants": []}',
        '{"code": "v1=add(x,c-1)", "constants": [["0x1p0", "0x0p0"]]}',
        '{"code": "v1=add(x,c\u0660)", "constants": [["0x1p0", "0x0p0"]]}',
        '{"code": "v1=add(x, x)", "constants": []}',
        '{"code": "v1=__import__(x)", "constants": []}',
        '{"code": "v1=eval(x,x)", "constants": []}',
        '{"code": "v1=add(x,c' + "9" * 5000 + ')", "constants": []}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:60],
)
def test_hostile_text_is_refused(text):
    with pytest.raises(ValueError):
        decode(text)


def test_the_message_names_instruction_rule_and_value():
    with pytest.raises(ValueError, match=r"instruction 0 \(add\) refers to 2; allowed are -1 .* to 0"):
        validate(Program((("add", 0, 2),), ((1.0, 0.0),)))
    with pytest.raises(ValueError, match=r"instruction 0 \(sqrt\) takes 1 operands, not 2"):
        validate(Program((("sqrt", 0, 0),), ()))
    with pytest.raises(ValueError, match="at least one instruction"):
        validate(Program((), ()))


def test_uses_are_counted_by_live_instructions_only():
    program = Program((("mul", 0, 0), ("add", 1, 0), ("mul", 1, 1)), ())
    assert live_uses(program) == [2, 2, 0, 1]


def test_as_many_values_are_used_as_the_output_depends_on():
    for program in random_programs(2, 300, ELEMENTARY):
        assert sum(count > 0 for count in live_uses(program)[1:]) == live_operations(program)
