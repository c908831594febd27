"""The elementwise operations on tensors, one row each.

Those of EvoNorm (Liu, Brock, Simonyan, Le 2020, arXiv 2004.02967, table 1) come first. ``signed_log`` and
``signed_sqrt`` are its logarithm and root for operands of either sign; at 0 the former is NaN, sign(0) times -inf. A
rectifier is ``max`` with the constant 0.
"""

# ruff: noqa: ARG005 - every meaning of a row has the same parameters, used or not
from __future__ import annotations

from types import MappingProxyType

from primitives.special import special
from primitives.tensor_primitive import Notation, TensorPrimitive


def _text(name: str) -> Notation:
    return Notation(name + "({0})")


def _latex(name: str) -> Notation:
    return Notation(name + r"\left({0}\right)")


_ROWS = (
    TensorPrimitive(
        name="add", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: a + b,
        symbol=lambda sympy, a, b: a + b,
        jax="{0} + {1}", torch="{0} + {1}", keras="{0} + {1}",
        text=Notation("{0} + {1}", 2, (1, 2)), latex=Notation("{0} + {1}", 2, (1, 2)),
    ),
    TensorPrimitive(
        name="mul", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: a * b,
        symbol=lambda sympy, a, b: a * b,
        jax="{0} * {1}", torch="{0} * {1}", keras="{0} * {1}",
        text=Notation("{0} * {1}", 3, (3, 3)), latex=Notation(r"{0} \cdot {1}", 3, (3, 3)),
    ),
    TensorPrimitive(
        name="div", arity=2, commutative=False, cost=2,
        floating=lambda xp, a, b: a / b,
        symbol=lambda sympy, a, b: a / b,
        jax="{0} / {1}", torch="{0} / {1}", keras="{0} / {1}",
        text=Notation("{0} / {1}", 3, (3, 4)), latex=Notation(r"\frac{{{0}}}{{{1}}}", 3),
        pole=lambda a, b: b,
    ),
    TensorPrimitive(
        name="max", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: xp.maximum(a, b),
        symbol=lambda sympy, a, b: sympy.Max(a, b),
        jax="jnp.maximum({0}, {1})", torch="torch.maximum({0}, {1})", keras="ops.maximum({0}, {1})",
        text=Notation("max({0}, {1})"), latex=Notation(r"\max\left({0}, {1}\right)"),
        kink=lambda a, b: a - b,
    ),
    TensorPrimitive(
        name="neg", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: -a,
        symbol=lambda sympy, a: -a,
        jax="-{0}", torch="-{0}", keras="-{0}",
        text=Notation("-{0}", 1, (3,)), latex=Notation("-{0}", 1, (3,)),
    ),
    TensorPrimitive(
        name="sigmoid", arity=1, commutative=False, cost=6,
        floating=lambda xp, a: special(xp).expit(a),
        symbol=lambda sympy, a: 1 / (1 + sympy.exp(-a)),
        jax="jax.nn.sigmoid({0})", torch="torch.sigmoid({0})", keras="ops.sigmoid({0})",
        text=_text("sigmoid"), latex=_latex(r"\sigma"),
    ),
    TensorPrimitive(
        name="tanh", arity=1, commutative=False, cost=6,
        floating=lambda xp, a: xp.tanh(a),
        symbol=lambda sympy, a: sympy.tanh(a),
        jax="jnp.tanh({0})", torch="torch.tanh({0})", keras="ops.tanh({0})",
        text=_text("tanh"), latex=_latex(r"\tanh"),
    ),
    TensorPrimitive(
        name="exp", arity=1, commutative=False, cost=4,
        floating=lambda xp, a: xp.exp(a),
        symbol=lambda sympy, a: sympy.exp(a),
        jax="jnp.exp({0})", torch="torch.exp({0})", keras="ops.exp({0})",
        text=_text("exp"), latex=_latex(r"\exp"),
    ),
    TensorPrimitive(
        name="signed_log", arity=1, commutative=False, cost=6,
        floating=lambda xp, a: xp.sign(a) * xp.log(xp.abs(a)),
        symbol=lambda sympy, a: sympy.sign(a) * sympy.log(sympy.Abs(a)),
        jax="jnp.sign({0}) * jnp.log(jnp.abs({0}))", torch="torch.sign({0}) * torch.log(torch.abs({0}))",
        keras="ops.sign({0}) * ops.log(ops.abs({0}))",
        text=Notation("sign({0}) * ln|{0}|", 3), latex=Notation(
            r"\operatorname{{sign}}\left({0}\right) \ln\left|{0}\right|", 3
        ),
        pole=lambda a: a,
    ),
    TensorPrimitive(
        name="abs", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: xp.abs(a),
        symbol=lambda sympy, a: sympy.Abs(a),
        jax="jnp.abs({0})", torch="torch.abs({0})", keras="ops.abs({0})",
        text=Notation("|{0}|"), latex=Notation(r"\left|{0}\right|"),
        kink=lambda a: a,
    ),
    TensorPrimitive(
        name="square", arity=1, commutative=False, cost=1,
        floating=lambda xp, a: a * a,
        symbol=lambda sympy, a: a**2,
        jax="jnp.square({0})", torch="torch.square({0})", keras="ops.square({0})",
        text=Notation("{0}^2", 4, (5,)), latex=Notation("{0}^{{2}}", 4, (5,)),
    ),
    TensorPrimitive(
        name="signed_sqrt", arity=1, commutative=False, cost=4,
        floating=lambda xp, a: xp.sign(a) * xp.sqrt(xp.abs(a)),
        symbol=lambda sympy, a: sympy.sign(a) * sympy.sqrt(sympy.Abs(a)),
        jax="jnp.sign({0}) * jnp.sqrt(jnp.abs({0}))", torch="torch.sign({0}) * torch.sqrt(torch.abs({0}))",
        keras="ops.sign({0}) * ops.sqrt(ops.abs({0}))",
        text=Notation("sign({0}) * sqrt|{0}|", 3), latex=Notation(
            r"\operatorname{{sign}}\left({0}\right) \sqrt{{\left|{0}\right|}}", 3
        ),
        kink=lambda a: a,
    ),
    TensorPrimitive(
        name="sub", arity=2, commutative=False, cost=1,
        floating=lambda xp, a, b: a - b,
        symbol=lambda sympy, a, b: a - b,
        jax="{0} - {1}", torch="{0} - {1}", keras="{0} - {1}",
        text=Notation("{0} - {1}", 2, (1, 3)), latex=Notation("{0} - {1}", 2, (1, 3)),
    ),
    TensorPrimitive(
        name="min", arity=2, commutative=True, cost=1,
        floating=lambda xp, a, b: xp.minimum(a, b),
        symbol=lambda sympy, a, b: sympy.Min(a, b),
        jax="jnp.minimum({0}, {1})", torch="torch.minimum({0}, {1})", keras="ops.minimum({0}, {1})",
        text=Notation("min({0}, {1})"), latex=Notation(r"\min\left({0}, {1}\right)"),
        kink=lambda a, b: a - b,
    ),
    TensorPrimitive(
        name="erf", arity=1, commutative=False, cost=8,
        floating=lambda xp, a: special(xp).erf(a),
        symbol=lambda sympy, a: sympy.erf(a),
        jax="jax.scipy.special.erf({0})", torch="torch.erf({0})", keras="ops.erf({0})",
        text=_text("erf"), latex=_latex(r"\operatorname{{erf}}"),
    ),
    TensorPrimitive(
        name="sin", arity=1, commutative=False, cost=6,
        floating=lambda xp, a: xp.sin(a),
        symbol=lambda sympy, a: sympy.sin(a),
        jax="jnp.sin({0})", torch="torch.sin({0})", keras="ops.sin({0})",
        text=_text("sin"), latex=_latex(r"\sin"),
    ),
    TensorPrimitive(
        name="softplus", arity=1, commutative=False, cost=10,
        floating=lambda xp, a: xp.logaddexp(a, xp.zeros_like(a)),
        symbol=lambda sympy, a: sympy.log(1 + sympy.exp(a)),
        jax="jax.nn.softplus({0})", torch="torch.nn.functional.softplus({0})", keras="ops.softplus({0})",
        text=_text("softplus"), latex=_latex(r"\operatorname{{softplus}}"),
    ),
    TensorPrimitive(
        name="rsqrt", arity=1, commutative=False, cost=4,
        floating=lambda xp, a: 1 / xp.sqrt(a),
        symbol=lambda sympy, a: 1 / sympy.sqrt(a),
        jax="1 / jnp.sqrt({0})", torch="torch.rsqrt({0})", keras="ops.rsqrt({0})",
        text=Notation("1 / sqrt({0})", 3), latex=Notation(r"\frac{{1}}{{\sqrt{{{0}}}}}", 3),
        pole=lambda a: a, non_negative_operand=True,
    ),
    TensorPrimitive(
        name="sqrt", arity=1, commutative=False, cost=3,
        floating=lambda xp, a: xp.sqrt(a),
        symbol=lambda sympy, a: sympy.sqrt(a),
        jax="jnp.sqrt({0})", torch="torch.sqrt({0})", keras="ops.sqrt({0})",
        text=Notation("sqrt({0})"), latex=Notation(r"\sqrt{{{0}}}"),
        kink=lambda a: a, non_negative_operand=True,
    ),
)  # fmt: skip

TENSOR_PRIMITIVES = MappingProxyType({row.name: row for row in _ROWS})
"""Every elementwise operation by its name."""
