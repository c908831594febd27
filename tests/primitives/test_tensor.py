"""One contract for every tensor operation; a new row is tested the moment it exists."""

import os

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
import sympy

from primitives.tensor import TENSOR_PRIMITIVES

MEANINGS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "max": max,
    "min": min,
    "neg": lambda a: -a,
    "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
    "tanh": mpmath.tanh,
    "exp": mpmath.exp,
    "signed_log": lambda a: mpmath.sign(a) * mpmath.log(abs(a)),
    "abs": abs,
    "square": lambda a: a**2,
    "signed_sqrt": lambda a: mpmath.sign(a) * mpmath.sqrt(abs(a)),
    "erf": mpmath.erf,
    "sin": mpmath.sin,
    "softplus": lambda a: mpmath.log1p(mpmath.exp(a)),
    "rsqrt": lambda a: 1 / mpmath.sqrt(a),
    "sqrt": mpmath.sqrt,
}
ROUNDING = 16 * np.finfo(np.float64).eps

every_row = pytest.mark.parametrize("row", TENSOR_PRIMITIVES.values(), ids=lambda row: row.name)


def points(row, count=40):
    """Random operands of either sign, positive where the operation asks for it; float64 of shape (arity, count)."""
    rng = np.random.default_rng(sum(map(ord, row.name)))
    magnitudes = np.exp(rng.uniform(-3, 2, (row.arity, count)))
    return magnitudes if row.non_negative_operand else magnitudes * rng.choice([-1.0, 1.0], (row.arity, count))


def exact(row, operands):
    with mpmath.workdps(40):
        return np.array([float(MEANINGS[row.name](*map(mpmath.mpf, column))) for column in operands.T.tolist()])


def evaluate(template, operands, **names):
    text = template.format(*[f"(v{i})" for i in range(len(operands))])
    return eval(text, {**names, **{f"v{i}": operand for i, operand in enumerate(operands)}})


def assert_close(values, truths, rounding=ROUNDING):
    np.testing.assert_allclose(np.asarray(values), truths, rtol=rounding, atol=rounding)


def test_every_row_has_an_independent_meaning_to_be_compared_with():
    assert set(MEANINGS) == set(TENSOR_PRIMITIVES)


@every_row
def test_numpy_rounds_the_exact_value(row):
    operands = points(row)
    assert_close(row.floating(np, *operands), exact(row, operands))


@every_row
def test_jax_and_its_template_round_the_exact_value(row):
    operands = points(row)
    with jax.enable_x64(True):
        arrays = [jnp.asarray(operand) for operand in operands]
        for values in (row.floating(jnp, *arrays), evaluate(row.jax, arrays, jax=jax, jnp=jnp)):
            assert values.dtype == jnp.float64
            assert_close(values, exact(row, operands))


@every_row
def test_torch_and_its_template_round_the_exact_value(row):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    operands = points(row)
    tensors = list(torch.from_numpy(operands))
    # Beyond 20 torch's softplus is the identity.
    rounding = 1e-8 if row.name == "softplus" else ROUNDING
    for values in (row.floating(torch, *tensors), evaluate(row.torch, tensors, torch=torch)):
        assert values.dtype == torch.float64
        assert_close(values, exact(row, operands), rounding)


@every_row
def test_the_torch_template_takes_numbers_without_dimensions(row):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    operands = points(row)
    operands[0] = operands[0, 0]
    tensors = [torch.tensor(operands[0, 0]), *map(torch.from_numpy, operands[1:])]
    assert_close(np.broadcast_to(evaluate(row.torch, tensors, torch=torch), 40), exact(row, operands), 1e-8)


@every_row
def test_the_keras_template_rounds_the_exact_value(row, monkeypatch):
    # Keras reads its backend once, when it is first imported.
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    ops = pytest.importorskip("keras.ops", reason="needs Keras")
    operands = points(row).astype(np.float32)
    values = evaluate(row.keras, [ops.convert_to_tensor(operand) for operand in operands], ops=ops)
    np.testing.assert_allclose(np.asarray(values), exact(row, operands), rtol=3e-6, atol=1e-6)


@every_row
def test_symbols_evaluate_to_the_exact_value(row):
    operands = points(row, 5)
    found = [float(sympy.N(row.symbol(sympy, *map(sympy.Rational, column)), 30)) for column in operands.T.tolist()]
    assert_close(found, exact(row, operands))


@every_row
def test_commutative_says_whether_operands_may_be_exchanged(row):
    if row.arity != 2:
        assert not row.commutative
        return
    a, b = points(row)
    assert np.array_equal(row.floating(np, a, b), row.floating(np, b, a)) == row.commutative


@every_row
def test_latex_and_text_have_a_place_for_every_operand_and_balance(row):
    for notation in (row.text, row.latex):
        written = notation.template.format(*["OPERAND", "OTHER"][: row.arity])
        assert "OPERAND" in written
        assert ("OTHER" in written) == (row.arity == 2)
        for opening, closing in ("()", "{}"):
            assert written.count(opening) == written.count(closing)
        assert len(notation.needs) >= row.arity


def derivative(row, *operands):
    with jax.enable_x64(True):
        gradient = jax.grad(lambda *values: row.floating(jnp, *values), argnums=tuple(range(row.arity)))
        return np.array([float(d) for d in gradient(*map(jnp.float64, operands))])


KINKS = {"max": (0.7, 0.7), "min": (0.7, 0.7), "abs": (0.0,), "signed_sqrt": (0.0,), "sqrt": (0.0,)}
POLES = {"div": (1.0, 0.0), "signed_log": (0.0,), "rsqrt": (0.0,)}


@every_row
def test_kinks_and_poles_are_where_derivatives_and_values_break(row):
    assert (row.kink is not None) == (row.name in KINKS)
    assert (row.pole is not None) == (row.name in POLES)
    assert row.smooth == (row.name not in {**KINKS, **POLES})
    step = 1e-9
    if row.name in KINKS:
        at = KINKS[row.name]
        assert row.kink(*at) == 0
        left, right = (derivative(row, at[0] + h, *at[1:])[0] for h in (-step, step))
        assert not abs(left - right) < 0.5 or abs(right) > 1e3
    if row.name in POLES:
        at = POLES[row.name]
        assert row.pole(*at) == 0
        with np.errstate(all="ignore"):
            assert not np.isfinite(row.floating(np, *map(np.float64, at)))


@every_row
def test_away_from_kinks_and_poles_derivatives_agree_with_finite_differences(row):
    step = 1e-6
    for column in points(row, 10).T:
        differences = []
        for i in range(row.arity):
            shift = np.eye(row.arity)[i] * step
            differences.append((row.floating(np, *(column + shift)) - row.floating(np, *(column - shift))) / (2 * step))
        np.testing.assert_allclose(derivative(row, *column), differences, rtol=1e-5, atol=1e-7)


def test_what_needs_a_non_negative_operand_is_not_a_number_elsewhere():
    for row in TENSOR_PRIMITIVES.values():
        with np.errstate(invalid="ignore"):
            value = row.floating(np, *[np.float64(-2.0)] * row.arity)
        assert np.isnan(value) == row.non_negative_operand


@pytest.mark.parametrize("value", [-1e4, 1e4])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "erf", "softplus"])
def test_saturating_operations_are_finite_far_out(name, value):
    row = TENSOR_PRIMITIVES[name]
    for xp in (np, jnp):
        assert np.isfinite(row.floating(xp, xp.float32(value)))
    assert np.isfinite(derivative(row, value)).all()
