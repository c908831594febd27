import pytest

from search_spaces.node import ONE, X, make_product, make_sum
from search_spaces.rewriting import Algebra
from search_spaces.scale import Parameter
from search_spaces.writing import write

C, D = Parameter((2.0, 0.0)), Parameter((3.0, 0.0))
SUM = make_sum(((1, X),), D)
RECIPROCAL = make_product(((X, -1),))


def instructions(value):
    return write(value)[0].instructions


def test_x_and_constants_are_written_as_one_operation():
    program, _ = write((1, X))
    assert (program.instructions, program.constants) == ((("mul", 0, -1),), ((1.0, 0.0),))
    program, _ = write((C, ONE))
    assert (program.instructions, program.constants) == ((("add", -1, -2),), ((2.0, 0.0), (0.0, 0.0)))


def test_a_scale_is_a_multiplication():
    program, _ = write((C, SUM))
    assert program.instructions == (("add", 0, -1), ("mul", 1, -2))
    assert program.constants == ((3.0, 0.0), (2.0, 0.0))


def test_a_reciprocal_takes_up_a_scale():
    program, _ = write((C, RECIPROCAL))
    assert (program.instructions, program.constants) == ((("div", -1, 0),), ((2.0, 0.0),))
    affine = make_sum(((1, RECIPROCAL),), D)
    program, _ = write((C, affine))
    assert (program.instructions, program.constants) == (
        (("div", -1, 0), ("add", 1, -2)),
        ((2.0, 0.0), (6.0, 0.0)),
    )
    program, _ = write((C, make_product(((X, 1), (affine, -1)))))
    assert program.constants == ((0.5, 0.0), (1.5, 0.0))


def test_a_sign_turns_a_difference_round():
    assert instructions((-1, SUM)) == (("sub", -1, 0),)
    assert instructions((-1, make_product(((X, 1), (SUM, 1))))) == (("sub", -1, 0), ("mul", 0, 1))
    square = make_product(((X, 2),))
    assert instructions((-1, make_sum(((1, X), (-1, square)), 0))) == (("mul", 0, 0), ("sub", 1, 0))
    assert instructions((-1, make_sum(((1, X), (1, square)), 0)))[-1] == ("mul", 2, -1)


@pytest.mark.parametrize(
    ("exponent", "operations"), [(2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4), (8, 3), (-1, 1), (-2, 2), (-4, 3)]
)
def test_powers_are_written_by_squaring(exponent, operations):
    program, _ = write((1, make_product(((X, exponent),))))
    assert len(program.instructions) == operations
    value = program.apply(1.5, [c for c, _ in program.constants], lambda name, a, b: a * b if name == "mul" else a / b)
    assert value == pytest.approx(1.5**exponent, rel=1e-14)


def test_the_square_of_a_quotient_is_divided_once():
    assert instructions((1, make_product(((X, 2), (SUM, -2))))) == (("add", 0, -1), ("div", 0, 1), ("mul", 2, 2))


def test_what_stands_closed_is_written_once_and_settled_if_used_as_often():
    algebra = Algebra()
    shared = algebra.share((1, SUM), 2, whole=False)
    both = algebra.make("div", algebra.make("add", shared, (1, X)), shared)
    program, settled = write(both)
    assert program.instructions == (("add", 0, -1), ("add", 0, 1), ("div", 2, 1)) or program.instructions == (
        ("add", 0, -1),
        ("add", 1, 0),
        ("div", 2, 1),
    )
    assert settled
    _, settled = write(algebra.make("add", shared, (1, X)))
    assert not settled


def test_an_instruction_that_is_needed_twice_is_written_once_and_not_settled():
    square, fourth = make_product(((X, 2),)), make_product(((X, 4),))
    program, settled = write((1, make_sum(((1, square), (1, fourth)), 0)))
    assert program.instructions == (("mul", 0, 0), ("mul", 1, 1), ("add", 1, 2))
    assert not settled
