"""The scheme of one quotient of polynomials on the whole interval."""

from __future__ import annotations

from functools import partial
from random import Random

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import FORMS, write_polynomial
from search_spaces.float32_functions.schemes.polynomial import (
    ASYMMETRIC_FUNCTIONS,
    CORE_WEIGHT,
    EVEN_FUNCTIONS,
    ODD_FUNCTIONS,
)
from search_spaces.float32_functions.schemes.scheme import Scheme

_MAX_DEGREE = 5


def _quotient(b: Builder, t: Value, rng: Random, max_degree: int) -> Value:
    """Returns P(t) / Q(t) with Q(0) = 1; Q starts off 1, where a fit could not tell its coefficients from P's."""
    above = [b.free() for _ in range(rng.randint(2, max_degree + 1))]
    below = [b.free(rng.uniform(-0.25, 0.25)) for _ in range(rng.randint(1, max_degree))]
    form = rng.choice(FORMS)
    return write_polynomial(b, t, above, form) / write_polynomial(b, t, [1.0, *below], form)


def _full(b: Builder, rng: Random) -> Value:
    return _quotient(b, b.x, rng, _MAX_DEGREE)


def _symmetric(b: Builder, rng: Random, *, odd: bool) -> Value:
    value = _quotient(b, b.x * b.x, rng, _MAX_DEGREE // 2 + 1)
    return value * b.x if odd else value


ROWS = (
    Scheme("rational", "a quotient of polynomials in x", ASYMMETRIC_FUNCTIONS, _full, CORE_WEIGHT),
    Scheme("rational", "a quotient of polynomials in x^2", EVEN_FUNCTIONS, partial(_symmetric, odd=False), CORE_WEIGHT),
    Scheme(
        "rational",
        "x times a quotient of polynomials in x^2",
        ODD_FUNCTIONS,
        partial(_symmetric, odd=True),
        CORE_WEIGHT,
    ),
)
"""The schemes of this file."""
