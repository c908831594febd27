from fractions import Fraction

import pytest

from search_spaces.node import ONE, ZERO, Product, Shared, Sum, X
from search_spaces.rewriting import Algebra
from search_spaces.scale import Parameter, value_of

x = (1, X)


def constant(value):
    return Parameter((value, 0.0)), ONE


def number(scale):
    return float(Fraction(value_of(scale)[0]) + Fraction(value_of(scale)[1]))


@pytest.fixture
def algebra():
    return Algebra()


def test_like_terms_are_counted(algebra):
    three = algebra.make("add", algebra.make("add", x, x), x)
    assert three == (3, X)
    assert algebra.make("sub", three, three) == ZERO
    assert algebra.make("sub", three, algebra.make("add", x, x)) == (1, X)


def test_like_factors_are_counted(algebra):
    square = algebra.make("mul", x, x)
    fourth = algebra.make("mul", square, square)
    assert isinstance(fourth[1], Product)
    assert fourth[1].factors == ((X, 4),)
    assert algebra.make("div", fourth, algebra.make("mul", square, x)) == (1, X)
    assert algebra.make("div", square, square) == (1, ONE)


def test_offsets_move_outwards_and_meet(algebra):
    inner = algebra.make("add", x, constant(3.0))
    scale, node = algebra.make("add", algebra.make("mul", inner, constant(2.0)), constant(4.0))
    assert number(scale) == 2.0
    assert isinstance(node, Sum)
    assert node.terms == ((1, X),)
    assert number(node.offset) == 5.0


def test_signs_move_outwards(algebra):
    scale, node = algebra.make("sub", constant(3.0), x)
    assert scale == -1
    assert node.terms == ((1, X),)
    assert number(node.offset) == -3.0


def test_equal_nodes_are_one_object(algebra):
    square = algebra.make("mul", x, x)
    c = constant(3.0)
    one, other = algebra.make("add", x, square), algebra.make("add", square, x)
    assert one[1] is other[1]
    assert algebra.make("add", one, c)[1] is algebra.make("add", c, other)[1]
    assert algebra.make("add", one, c)[1] is not algebra.make("add", one, constant(3.0))[1]


def test_a_free_scale_lets_the_first_term_lead(algebra):
    square = algebra.make("mul", x, x)
    one = algebra.make("mul", algebra.make("add", algebra.make("mul", x, constant(3.0)), square), constant(2.0))
    other = algebra.make("mul", algebra.make("add", x, algebra.make("mul", square, constant(3.0))), constant(2.0))
    assert one[1].key == other[1].key


def test_a_shared_value_stays_closed(algebra):
    shared = algebra.share(algebra.make("add", x, constant(3.0)), 2, whole=False)
    assert isinstance(shared[1], Shared)
    scale, node = algebra.make("add", shared, constant(1.0))
    assert scale == 1
    assert node.terms == (shared,)
    assert number(node.offset) == 1.0


def test_a_shared_scale_is_left_to_the_users_unless_it_is_closed_in(algebra):
    doubled = algebra.make("mul", algebra.make("add", x, constant(3.0)), constant(2.0))
    scale, _ = algebra.share(doubled, 2, whole=False)
    assert scale is doubled[0]
    scale, node = algebra.share(doubled, 2, whole=True)
    assert scale == 1
    assert node.value == doubled


def test_sharing_x_or_a_constant_changes_nothing(algebra):
    c = constant(2.0)
    assert algebra.share(x, 3, whole=True) == x
    assert algebra.share(c, 3, whole=True) == c


def test_elementary_functions_send_constants_out(algebra):
    scale, node = algebra.make("exp", algebra.make("add", x, constant(0.5)))
    assert number(scale) == pytest.approx(1.6487212707001281468, rel=1e-16)
    assert node.argument == x
    scale, node = algebra.make("log", algebra.make("mul", x, constant(4.0)))
    assert number(node.offset) == pytest.approx(1.3862943611198906188, rel=1e-16)
    scale, node = algebra.make("sqrt", algebra.make("mul", x, constant(4.0)))
    assert number(scale) == 2.0
    scale, node = algebra.make("sqrt", algebra.make("mul", x, constant(-4.0)))
    assert scale == 1
    assert number(node.argument[0]) == -4.0


def test_elementary_functions_of_constants_are_folded(algebra):
    scale, node = algebra.make("sqrt", constant(2.0))
    assert node is ONE
    assert scale.value[0] == 2.0**0.5
    assert abs(Fraction(scale.value[0]) + Fraction(scale.value[1])) ** 2 - 2 < Fraction(1, 2**100)


@pytest.mark.parametrize("name", ["log", "sqrt"])
def test_a_constant_outside_the_domain_is_an_arithmetic_error(algebra, name):
    with pytest.raises(ArithmeticError):
        algebra.make(name, constant(-1.0))


def test_division_by_zero_is_an_arithmetic_error(algebra):
    with pytest.raises(ArithmeticError):
        algebra.make("div", x, algebra.make("sub", x, x))


def test_equal_structures_that_meet_are_reported(algebra):
    one = algebra.make("add", x, constant(1.0))
    other = algebra.make("add", x, constant(2.0))
    assert not algebra.tied
    algebra.make("mul", one, other)
    assert algebra.tied
