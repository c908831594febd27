"""The scheme of one polynomial on the whole interval."""

from __future__ import annotations

from functools import partial
from random import Random

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import FORMS, write_polynomial
from search_spaces.float32_functions.schemes.scheme import FUNCTIONS, Scheme

ODD_FUNCTIONS = ("sin", "tanh", "erf")
"""Those with f(-x) = -f(x)."""

EVEN_FUNCTIONS = ("cos",)
"""Those with f(-x) = f(x)."""

ASYMMETRIC_FUNCTIONS = tuple(name for name in FUNCTIONS if name not in (*ODD_FUNCTIONS, *EVEN_FUNCTIONS))
"""The others."""

CORE_WEIGHT = 0.25
"""How often a scheme without a reduction is drawn."""

_MAX_DEGREE = 10


def _full(b: Builder, rng: Random) -> Value:
    coefficients = [b.free() for _ in range(rng.randint(3, _MAX_DEGREE + 1))]
    return write_polynomial(b, b.x, coefficients, rng.choice(FORMS))


def _symmetric(b: Builder, rng: Random, *, odd: bool) -> Value:
    coefficients = [b.free() for _ in range(rng.randint(2, _MAX_DEGREE // 2 + 1))]
    value = write_polynomial(b, b.x * b.x, coefficients, rng.choice(FORMS))
    return value * b.x if odd else value


ROWS = (
    Scheme("polynomial", "a polynomial in x", ASYMMETRIC_FUNCTIONS, _full, CORE_WEIGHT),
    Scheme("polynomial", "a polynomial in x^2", EVEN_FUNCTIONS, partial(_symmetric, odd=False), CORE_WEIGHT),
    Scheme("polynomial", "x times a polynomial in x^2", ODD_FUNCTIONS, partial(_symmetric, odd=True), CORE_WEIGHT),
)
"""The schemes of this file."""
