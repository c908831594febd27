import numpy as np
import pytest
import sympy

from evaluators.norm_act_layers.analysis.jets import apply_jets, constant, variable
from primitives.tensor import TENSOR_PRIMITIVES

A, B = sympy.symbols("a b", real=True)
POINTS = np.array([-2.3, -0.7, 0.4, 1.9])


@pytest.mark.parametrize("row", TENSOR_PRIMITIVES.values(), ids=TENSOR_PRIMITIVES)
def test_derivatives_are_those_of_sympy(row):
    """Operands are themselves functions of x: x^2 + x and sin(x), made positive where they must be."""
    x = sympy.Symbol("x", real=True)
    jet = variable(POINTS)
    first = apply_jets("add", (apply_jets("square", (jet,)), jet))
    second = apply_jets("sin", (jet,))
    operands, expressions = [first, second][: row.arity], [x**2 + x, sympy.sin(x)][: row.arity]
    if row.non_negative_operand:
        operands, expressions = [apply_jets("exp", (first,))], [sympy.exp(x**2 + x)]
    found = apply_jets(row.name, tuple(operands))
    expression = row.symbol(sympy, *expressions)
    for order, values in enumerate(found):
        derivative = sympy.diff(expression, x, order).replace(sympy.DiracDelta, lambda *_: sympy.Integer(0)).doit()
        expected = sympy.lambdify(x, derivative, ["scipy", "numpy"])(POINTS)
        np.testing.assert_allclose(*np.broadcast_arrays(values, expected), rtol=1e-9, atol=1e-12)


def test_constants_pass_no_infinite_slope_on():
    root = apply_jets("sqrt", (constant(0.0),))
    assert root.constant
    assert root.first == 0
    total = apply_jets("add", (variable(POINTS), root))
    np.testing.assert_array_equal(total.first, 1)
    np.testing.assert_array_equal(total.second, 0)
