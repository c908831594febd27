"""One contract for every registered primitive; a new row is tested the moment it exists."""

import ctypes
import re
import shutil
import subprocess

import flint
import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
import sympy

from primitives import PRIMITIVES, primitive

MEANINGS = {
    "add": mpmath.fadd,
    "sub": mpmath.fsub,
    "mul": mpmath.fmul,
    "div": mpmath.fdiv,
    "neg": mpmath.fneg,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "log": mpmath.log,
}
POSITIVE_ONLY = {"sqrt", "log"}
ROUNDING = 4 * np.finfo(np.float64).eps

every_row = pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)


def points(row, count=40):
    """Random operands of either sign, positive where the operation asks for it; float64 of shape (arity, count)."""
    rng = np.random.default_rng(sum(map(ord, row.name)))
    magnitudes = np.exp(rng.uniform(-3, 2, (row.arity, count)))
    return magnitudes if row.name in POSITIVE_ONLY else magnitudes * rng.choice([-1.0, 1.0], (row.arity, count))


def exact(row, operands):
    with mpmath.workdps(60):
        return [MEANINGS[row.name](*map(mpmath.mpf, column)) for column in operands.T.tolist()]


def assert_close(values, truths, rounding=ROUNDING):
    for value, truth in zip(np.asarray(values, np.float64).tolist(), truths, strict=True):
        assert abs(value - truth) <= rounding * abs(truth)


def test_every_row_has_an_independent_meaning_to_be_compared_with():
    assert set(MEANINGS) == set(PRIMITIVES)


@every_row
def test_the_row_is_registered_under_its_name_with_a_positive_cost(row):
    assert primitive(row.name) is row
    assert row.arity >= 1
    assert row.cost >= 1


@every_row
def test_numpy_rounds_the_exact_value(row):
    operands = points(row)
    assert_close(row.floating(np, *operands), exact(row, operands))


@every_row
def test_jax_rounds_the_exact_value(row):
    operands = points(row)
    with jax.enable_x64(True):
        values = row.floating(jnp, *map(jnp.asarray, operands))
        assert values.dtype == jnp.float64
        assert_close(values, exact(row, operands))


@every_row
def test_balls_enclose_the_exact_value_tightly(row):
    operands = points(row)
    for column, truth in zip(operands.T.tolist(), exact(row, operands), strict=True):
        ball = row.ball(*map(flint.arb, column))
        with mpmath.workdps(60):
            middle, radius = mpmath.mpf(ball.mid().str(50, radius=False)), mpmath.mpf(float(ball.rad()))
            assert abs(middle - truth) <= radius + mpmath.mpf(10) ** -30
            assert radius <= mpmath.mpf(2) ** -45 * abs(truth)


@every_row
def test_symbols_evaluate_to_the_exact_value(row):
    operands = points(row, 5)
    for column, truth in zip(operands.T.tolist(), exact(row, operands), strict=True):
        expression = row.symbol(sympy, *map(sympy.Rational, column))
        with mpmath.workdps(40):
            assert abs(mpmath.mpf(str(sympy.N(expression, 40))) - truth) <= mpmath.mpf("1e-30") * abs(truth)


@every_row
def test_commutative_says_whether_operands_may_be_exchanged(row):
    if row.arity != 2:
        assert not row.commutative
        return
    a, b = points(row)
    assert np.array_equal(row.floating(np, a, b), row.floating(np, b, a)) == row.commutative


@every_row
def test_the_adjoint_agrees_with_automatic_differentiation(row):
    operands = [np.float64(value) for value in points(row, 1)[:, 0]]
    incoming = 0.7

    def emit(name, *values):
        return primitive(name).floating(np, *values)

    result = row.floating(np, *operands)
    rules = row.adjoint(emit, incoming, result, *operands)
    found = [sign * contribution() for sign, contribution in rules]
    with jax.enable_x64(True):
        gradient = jax.grad(lambda *values: row.floating(jnp, *values), argnums=tuple(range(row.arity)))(*operands)
    assert np.allclose(found, incoming * np.array(gradient), rtol=1e-13, atol=0)


@every_row
def test_the_python_template_is_the_floating_meaning(row):
    operands = points(row)
    names = [f"(v{i})" for i in range(row.arity)]
    code = row.python.format(*names, np="np")
    values = eval(code, {"np": np, **{f"v{i}": operand for i, operand in enumerate(operands)}})
    assert np.array_equal(values, row.floating(np, *operands))


@pytest.fixture(scope="module")
def c_library(tmp_path_factory):
    """Every C template compiled as a function of its operands."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("primitives")
    lines = ["#include <math.h>"]
    for row in PRIMITIVES.values():
        names = [f"v{i}" for i in range(row.arity)]
        arguments = ", ".join(f"double {name}" for name in names)
        lines.append(f"double row_{row.name}({arguments}) {{ return {row.c.format(*names)}; }}")
    (folder / "rows.c").write_text("\n".join(lines))
    command = [compiler, "-std=c99", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "rows.c", "-o", "rows.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "rows.so"))


@every_row
def test_the_c_template_rounds_the_exact_value(row, c_library):
    operands = points(row)
    function = c_library[f"row_{row.name}"]
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_double] * row.arity
    assert_close([function(*column) for column in operands.T.tolist()], exact(row, operands))


def test_an_unknown_operation_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=re.escape("operation 'pow' is not registered; use one of: add, sub")):
        primitive("pow")
