"""The functions that target expressions may use: one row each, symbolic and enclosed on balls and power series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from types import MappingProxyType
from typing import Any

import sympy
from flint import arb, arb_series

from evaluators.balls import Ball, Series

ArbOrSeries = Any


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the expression language.

    Attributes:
        name: how expressions call it.
        arity: number of arguments.
        symbol: builds the sympy expression.
        enclose: maps ``flint.arb`` or ``flint.arb_series`` arguments to an enclosure of the same type;
            None for a function that sympy rewrites in terms of others.
    """

    name: str
    arity: int
    symbol: Callable[..., Any]
    enclose: Callable[..., ArbOrSeries] | None


def _sinh(value: ArbOrSeries) -> ArbOrSeries:
    return (value.exp() - (-value).exp()) / 2


def _cosh(value: ArbOrSeries) -> ArbOrSeries:
    return (value.exp() + (-value).exp()) / 2


def _tanh(value: ArbOrSeries) -> ArbOrSeries:
    if isinstance(value, arb):
        return value.tanh()
    decay = (-2 * value).exp()
    return (1 - decay) / (1 + decay)


def _absolute(value: ArbOrSeries) -> ArbOrSeries:
    if isinstance(value, arb):
        return abs(value)
    if value[0] > 0:
        return value
    if value[0] < 0:
        return -value
    # |s| has a kink where s vanishes: only its value is known there.
    return arb_series([abs(value[0])] + [arb.nan()] * (value.prec - 1), prec=value.prec)


def _bessel_j(order: Ball, value: ArbOrSeries) -> ArbOrSeries:
    """J of integer order; derivatives by DLMF 10.6.7: 2^k J_n^(k) = sum_i (-1)^i C(k, i) J_{n-k+2i}."""
    n = int(order.unique_fmpz())
    if isinstance(value, arb):
        return value.bessel_j(n)
    terms = value.prec
    around = {m: value[0].bessel_j(m) for m in range(n - terms + 1, n + terms)}
    coefficients, scale = [], arb(1)
    for k in range(terms):
        derivative = sum(((-1) ** i * comb(k, i) * around[n - k + 2 * i] for i in range(k + 1)), arb(0))
        coefficients.append(derivative * scale)
        scale /= 2 * (k + 1)
    return arb_series(coefficients, prec=terms)(_without_constant(value))


def _without_constant(series: Series) -> Series:
    return arb_series([0, *series.coeffs()[1:]], prec=series.prec)


def _method(name: str) -> Callable[[ArbOrSeries], ArbOrSeries]:
    return lambda value: getattr(value, name)()


_ROWS = (
    Function("exp", 1, sympy.exp, _method("exp")),
    Function("log", 1, sympy.log, _method("log")),
    Function("sin", 1, sympy.sin, _method("sin")),
    Function("cos", 1, sympy.cos, _method("cos")),
    Function("tan", 1, sympy.tan, _method("tan")),
    Function("asin", 1, sympy.asin, _method("asin")),
    Function("acos", 1, sympy.acos, _method("acos")),
    Function("atan", 1, sympy.atan, _method("atan")),
    Function("sinh", 1, sympy.sinh, _sinh),
    Function("cosh", 1, sympy.cosh, _cosh),
    Function("tanh", 1, sympy.tanh, _tanh),
    Function("erf", 1, sympy.erf, _method("erf")),
    Function("erfc", 1, sympy.erfc, _method("erfc")),
    Function("gamma", 1, sympy.gamma, _method("gamma")),
    Function("loggamma", 1, sympy.loggamma, _method("lgamma")),
    Function("airyai", 1, sympy.airyai, _method("airy_ai")),
    Function("airybi", 1, sympy.airybi, _method("airy_bi")),
    Function("besselj", 2, sympy.besselj, _bessel_j),
    Function("Abs", 1, sympy.Abs, _absolute),
    Function("abs", 1, sympy.Abs, None),
    Function("sqrt", 1, sympy.sqrt, None),
    Function("exp2", 1, lambda a: 2**a, None),
    Function("log2", 1, lambda a: sympy.log(a) / sympy.log(2), None),
    Function("log1p", 1, lambda a: sympy.log(1 + a), None),
    Function("expm1", 1, lambda a: sympy.exp(a) - 1, None),
    Function("rsqrt", 1, lambda a: 1 / sympy.sqrt(a), None),
    Function("sigmoid", 1, lambda a: 1 / (1 + sympy.exp(-a)), None),
)

FUNCTIONS = MappingProxyType({row.name: row for row in _ROWS})
"""Every function of the expression language by its name."""
