from random import Random

import pytest

from primitives.float_format import FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.operands import draw_slot, random_integer, shifts_are_constant
from search_spaces.float32_functions.typed_program import Constant, TypedProgram, validate
from tests.search_spaces.float32_functions.programs import written


def start(fmt="float32"):
    return written(lambda b, x: b("select", x < 1.0, x, b("number", b("bits", x * x) + 1)), fmt)


@pytest.mark.parametrize("name", MACHINE)
def test_drawn_operands_are_of_the_kind_that_is_asked_for_and_come_earlier(name):
    rng = Random(1)
    for _ in range(60):
        draft = Draft(start())
        for slot, kind in enumerate(MACHINE[name].operands):
            limit = rng.randint(0, len(draft.instructions))
            size = len(draft.instructions)
            reference = draw_slot(draft, name, slot, limit, rng)
            assert draft.kind(reference) == kind
            assert reference <= limit or reference > size
        if MACHINE[name].result == "float":
            operands = [draw_slot(draft, name, slot, 5, rng) for slot in range(MACHINE[name].arity)]
            draft.output = draft.append(name, *operands)
            program = validate(draft.program())
            assert shifts_are_constant(program)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_integers_fit_the_width(fmt):
    rng = Random(2)
    drawn = {random_integer(fmt, rng) for _ in range(500)}
    assert {-(2 ** (fmt.bits - 1)), 2 ** (fmt.bits - 1) - 1, 2**fmt.fraction_bits} <= drawn
    assert all(-(2 ** (fmt.bits - 1)) <= value < 2 ** (fmt.bits - 1) for value in drawn)


@pytest.mark.parametrize(("amount", "allowed"), [(0, True), (31, True), (32, False), (-1, False)])
def test_shifts_are_by_less_than_the_width(amount, allowed):
    code = (("bits", 0), ("shift_left", 1, -1), ("number", 2))
    assert shifts_are_constant(TypedProgram(code, (Constant("int", amount),))) == allowed


def test_shifts_by_what_is_computed_are_told():
    code = (("bits", 0), ("shift_right", 1, 1), ("number", 2))
    assert not shifts_are_constant(TypedProgram(code, ()))
