import pytest

from evaluators.float32_functions.targets import target
from runs.float32.export import Evidence
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.canonical import canonical
from search_spaces.float32_functions.typed_program import TypedProgram

TAYLOR = [1.5403530e-4, 1.3333558e-3, 9.6181291e-3, 5.5504109e-2, 0.24022651, 0.69314718, 1.0]


@pytest.fixture
def program() -> TypedProgram:
    """exp2 from its Taylor series, 2.59 ULP, not at the ends."""
    b = Builder()
    shifted = b("round_shift", b.x, 1.0, 12582912.0)
    rest = b.x - (shifted - 12582912.0)
    value = b.free(TAYLOR[0])
    for coefficient in TAYLOR[1:]:
        value = b("fma", value, rest, b.free(coefficient))
    return canonical(b.program(b("insert_exponent", value, b("bits", shifted))))


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(
        target("exp2", -120.0, 120.0),
        max_ulp=2.5901,
        arithmetic="flushed",
        exhaustive=False,
        where=14.500615119934082,
        specials=True,
        facts=(("correctly rounded", "56.2 %"),),
        cost="11.5 slots",
        run="exp2-20261122-154312",
        program="4711",
        seed=7,
        date="2026-11-22",
        command="primordia search float32 --function exp2 --seed 7",
        versions=(("primordia", "0.1.0"), ("jax", "0.10.2")),
    )


@pytest.fixture
def whole() -> TypedProgram:
    """A program with every operation; what it computes means nothing."""
    b = Builder()
    x = b.x
    bits = b("bits", x)
    masked = b("int_or", b("int_and", bits, 0x7FFFFF), b("int_xor", b("shift_right", bits, 9), 5))
    whole_part = b("to_int", b("max", b("min", x * 3.0, 1000.0), -1000.0))
    integer = b("int_select", b("int_less", masked, 0x3FFFFF), whole_part + 3, b("shift_left", whole_part, 1) - 7)
    low = b("to_float", integer) / b("copysign", b("floor", x) + 0.5, b("round", x) - 0.25)
    chosen = b("select", b("less_equal", x, 2.5), b("abs", -low), b("number", masked))
    other = b("select", b("int_equal", integer, 3), chosen, b("fma", x, 1.5, b("round_shift", x, 0.3, 12582912.0)))
    last = b("select", b("equal", x, 1.0), other, b("insert_exponent", chosen + 1.0, b("int_and", whole_part, 7)))
    return b.program(b("select", x < 0.25, last * other, other - last))
