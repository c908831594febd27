# ruff: noqa: ARG005 - every expression takes the builder and x, every meaning its operation
import numpy as np
import pytest

from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.canonical import canonical, fingerprint, without_dead_code
from search_spaces.float32_functions.draft import linearised
from search_spaces.float32_functions.typed_program import Constant, TypedProgram, validate
from tests.search_spaces.float32_functions.programs import many, outputs, written

GOLDEN = 4369763931141468915


def texts(expression):
    return [name for name, *_ in canonical(written(expression)).instructions]


def same(one, other):
    one, other = canonical(written(one)), canonical(written(other))
    return fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda b, x: x + x * x, lambda b, x: x * x + x),
        (lambda b, x: b("fma", x, b.free(), 2.0), lambda b, x: b("fma", b.free(7.0), x, 2.0)),
        (lambda b, x: b("fma", x, x * x, 2.0), lambda b, x: x * (x * x) + 2.0),
        (lambda b, x: x * 2.0, lambda b, x: x * (b.fixed(1.0) + 1.0)),
        (lambda b, x: x - (-(x * x)), lambda b, x: b("fma", x, x, x)),
        (lambda b, x: b("abs", -x), lambda b, x: b("abs", b("abs", x))),
        (lambda b, x: x / 4.0, lambda b, x: x * 0.25),
        (lambda b, x: x - 3.0, lambda b, x: x + -3.0),
        (lambda b, x: b("select", x < 1.0, x * x, x * x), lambda b, x: x * x),
        (lambda b, x: b("select", b.fixed(1.0) < 2.0, x * x, x), lambda b, x: x * x),
        (lambda b, x: b("number", b("bits", x * x)), lambda b, x: x * x),
        (lambda b, x: b("copysign", b("abs", x * x), x), lambda b, x: b("copysign", -(x * x), x)),
        (lambda b, x: b("fma", -x, 3.0, 1.0), lambda b, x: b("fma", x, -3.0, 1.0)),
        (lambda b, x: b.fixed(1.0) - x * 3.0, lambda b, x: b("fma", x, -3.0, 1.0)),
        (lambda b, x: b("fma", b.fixed(2.0), 3.0, x), lambda b, x: x + 6.0),
        (lambda b, x: b("max", x * x, x * x), lambda b, x: x * x),
        (lambda b, x: (x + 1.0) + 2.0, lambda b, x: x + 3.0),
        (lambda b, x: b("fma", b.fixed(0.1), 0.3, x), lambda b, x: x + b.fixed(0.1) * 0.3),
        (lambda b, x: x / 3.0, lambda b, x: x * (1 / 3)),
    ],
)  # fmt: skip
def test_two_writings_have_one_form(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda b, x: b("max", x, 1.0), lambda b, x: b("max", 1.0, x)),
        (lambda b, x: x + 0.0, lambda b, x: x + -0.0),
        (lambda b, x: x * 3.0, lambda b, x: x * 4.0),
        (lambda b, x: x * b.free(3.0), lambda b, x: x * 3.0),
        (lambda b, x: b("round_shift", x, 1.0, 2.0**23), lambda b, x: b("fma", x, 1.0, 2.0**23)),
    ],
)
def test_what_rounds_differently_has_another_form(one, other):
    assert not same(one, other)


def test_shared_constants_are_part_of_the_structure():
    def shared(b, x):
        c = b.free(2.0)
        return (x + c) * (x * x + c)

    assert not same(shared, lambda b, x: (x + b.free(2.0)) * (x * x + b.free(2.0)))


def test_products_that_one_sum_uses_are_fused_and_others_stay():
    assert texts(lambda b, x: (x * x) * 2.0 + 1.0) == ["mul", "fma"]
    assert texts(lambda b, x: x * x + (x * x) * (x + 1.0)) == ["add", "mul", "fma"]
    assert texts(lambda b, x: b("round_shift", x, 1.0, 2.0) - x * 3.0) == ["round_shift", "fma"]


def test_what_collapses_is_a_product_with_one():
    x, constant = canonical(written(lambda b, x: x * 1.0)), canonical(written(lambda b, x: b.fixed(2.0) + 1.0))
    assert (x.instructions, x.constants) == ((("mul", -1, 0),), (Constant("float", 1.0),))
    assert constant.instructions[0][0] == "mul"
    np.testing.assert_array_equal(outputs(constant, [7.0]), [3.0])


def test_folded_constants_are_fitted_if_one_was():
    folded = canonical(written(lambda b, x: x * (b.free(2.0) + 1.0)))
    assert folded.constants == (Constant("float", 3.0, free=True),)
    # What rounds is not followed by a fit, and stays.
    assert len(canonical(written(lambda b, x: x * b("round_shift", b.free(2.0), 1.0, 1.0))).instructions) == 2


@pytest.mark.parametrize("fmt", ["float32", "bfloat16", "float16"])
def test_forms_are_valid_and_hardly_longer(fmt):
    programs = many(60, fmt=fmt)
    forms = [validate(canonical(program)) for program in programs]
    assert sum(len(form.instructions) for form in forms) < 1.02 * sum(len(p.instructions) for p in programs)
    assert max(len(f.instructions) - len(p.instructions) for f, p in zip(forms, programs, strict=True)) <= 3


def test_the_form_of_the_form_is_the_form():
    assert all(canonical(canonical(program)) == canonical(program) for program in many(60))


def test_the_order_of_instructions_does_not_count():
    rng = np.random.default_rng(4)
    for program in many(30):
        size = len(program.instructions)
        order = rng.permutation(size)
        place = {0: 0, **{old + 1: new + 1 for new, old in enumerate(order)}}
        moved = [
            (name, *(place[r] if r > 0 else r for r in references))
            for name, *references in (program.instructions[old] for old in order)
        ]
        shuffled = linearised(moved, program.constants, place[size], program.format)
        assert fingerprint(canonical(shuffled)) == fingerprint(canonical(program))


def test_dead_code_is_not_part_of_a_program():
    dead = TypedProgram((("abs", 0), ("add", 0, -2)), (Constant("float", 1.0), Constant("float", 3.0)))
    assert without_dead_code(dead) == TypedProgram((("add", 0, -1),), (Constant("float", 3.0),))


def test_fingerprints_are_the_same_everywhere():
    assert fingerprint(canonical(written(lambda b, x: x * b.free(2.0) + 1.0))) == GOLDEN
    assert fingerprint(canonical(written(lambda b, x: x * b.free(3.0) + 1.0))) == GOLDEN
    assert fingerprint(canonical(written(lambda b, x: x * b.free(3.0) + 1.0, "float16"))) != GOLDEN


def test_long_programs_are_no_trouble():
    b = Builder()
    value = b.x
    for _ in range(600):
        value = b("fma", value, b.x, 1.5)
    assert len(canonical(b.program(value)).instructions) == 600
