import numpy as np

from primitives.float_format import FLOAT32
from search_spaces.float32_functions.form import Form, constant_text, run_on_constants
from search_spaces.float32_functions.typed_program import Constant


def form():
    return Form(FLOAT32, [], [])


def test_equal_instructions_are_one():
    f = form()
    assert f.write("mul", [0, 0]) == f.write("mul", [0, 0]) == 1
    assert f.write("add", [0, 1]) == 2
    assert f.has("mul", [0, 0])
    assert not f.has("add", [1, 0])
    assert f.instruction(1) == ("mul", 0, 0)
    assert f.instruction(0) == ("",)


def test_equal_constants_are_one_unless_fitted():
    f = form()
    assert f.constant(Constant("float", 2.0)) == f.constant(Constant("float", 2.0)) == -1
    assert f.constant(Constant("float", 0.0)) != f.constant(Constant("float", -0.0))
    assert f.constant(Constant("float", 2.0, True)) != f.constant(Constant("float", 2.0, True))
    assert (f.known(-1), f.known(-4), f.known(0)) == (2.0, None, None)
    assert f.number(-4) == Constant("float", 2.0, True)


def test_signs_change_on_constants_and_cancel():
    f = form()
    assert f.number(f.negated(f.constant(Constant("float", 2.0, True)))) == Constant("float", -2.0, True)
    assert f.negated(f.negated(0)) == 0


def test_digests_tell_what_is_computed_whatever_the_order_of_writing():
    one, other = form(), form()
    product = one.write("mul", [0, one.constant(Constant("float", 3.0))])
    total = one.write("add", [product, 0])
    other.write("abs", [0])
    factor = other.constant(Constant("float", 3.0))
    same = other.write("add", [0, other.write("mul", [factor, 0])])
    assert one.digest(total) == other.digest(same)
    assert one.digest(total) != one.digest(product)
    assert other.digest(other.write("sub", [0, 1])) != other.digest(other.write("sub", [1, 0]))
    assert other.digest(other.write("min", [0, 1])) != other.digest(other.write("min", [1, 0]))


def test_fitted_constants_are_alike():
    assert constant_text(Constant("float", 2.0, True)) == constant_text(Constant("float", 3.0, True))
    assert constant_text(Constant("float", 2.0)) != constant_text(Constant("float", 3.0))
    assert constant_text(Constant("float", 2.0)) != constant_text(Constant("int", 2))


def test_constants_are_folded_in_the_format():
    tenth = Constant("float", FLOAT32.nearest(0.1))
    assert run_on_constants(FLOAT32, "add", [tenth, tenth]) == np.float32(0.1) + np.float32(0.1)
    assert run_on_constants(FLOAT32, "div", [tenth, Constant("float", 0.0)]) == np.inf
    assert run_on_constants(FLOAT32, "bits", [Constant("float", 1.0)]) == 0x3F800000
