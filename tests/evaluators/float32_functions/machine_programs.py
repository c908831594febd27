"""Small programs of machine operations that several tests use."""

from primitives.float_format import FLOAT32, FloatFormat
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram


def exp2_program(fmt: FloatFormat = FLOAT32) -> TypedProgram:
    """Returns 2^x to under 2 ULP on [-126, 127]: a polynomial of degree 6 and the exponent, nothing at the ends."""
    b = Builder(fmt)
    magic = 1.5 * 2.0**fmt.fraction_bits
    shifted = b("round_shift", b.x, 1.0, magic)
    rest = b.x - (shifted - magic)
    coefficients = (1.54353e-4, 1.339887e-3, 9.61844e-3, 5.550329e-2, 2.4022651e-1, 6.931472e-1, 1.0)
    value = b.free(coefficients[0])
    for coefficient in coefficients[1:]:
        value = b("fma", rest, value, b.free(coefficient))
    return b.program(b("insert_exponent", value, b("bits", shifted)))


def every_operation(fmt: FloatFormat = FLOAT32) -> TypedProgram:
    """Returns a program that uses every operation, shares values and has constants of both kinds."""
    b = Builder(fmt)
    x = b.x
    third = b.free(1 / 3)
    shifted = b("round_shift", x, third, 1.5 * 2.0**fmt.fraction_bits)
    bounded = b("max", b("min", x, 50.0), -50.0)
    ratio = (bounded + third) / b("fma", bounded, bounded, 1.0)
    whole = b("floor", bounded) - b("round", bounded)
    count = b("to_int", bounded)
    integer = b("int_xor", b("int_or", b("int_and", count, 255), 4), b("shift_left", count, 2))
    integer = b("int_sub", b("int_add", integer, b("shift_right", b("bits", shifted), 3)), 7)
    picked = b("int_select", b("int_less", integer, 12), integer, count)
    chosen = b("select", b("int_equal", picked, 3), b("to_float", picked), b("neg", ratio))
    signed = b("copysign", b("abs", chosen), x)
    both = b("select", b("less", signed, whole), signed, b("number", b("bits", whole)))
    last = b("select", b("less_equal", both, 3.0), both * third, both)
    last = b("select", b("equal", last, 0.5), x, last)
    return b.program(b("insert_exponent", last, b("int_and", picked, 1)))
