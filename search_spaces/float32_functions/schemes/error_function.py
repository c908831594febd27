"""Schemes for erf: x + x P(x^2) for small arguments, a polynomial of x beyond, 1 where nothing is missing.

``square`` is m - s p: x - x p for small arguments and 1 - p^2 beyond, so that the square takes no operation of its
own and hardly magnifies the errors of p. The variable of p is x^2 - c or a linear function of x, whose scale and shift
are such that the last coefficients are the same. Constants count: of more than some twenty, not all stay in registers.
``power`` takes 1 - p^4 or so beyond: the errors of p vanish with p where erf is near 1, so that fewer terms do.
``blended`` runs both through one polynomial: what differs, the variable and most coefficients, is selected. Selections
run beside multiplications, so that this costs half of two polynomials.
"""

from __future__ import annotations

import math
from random import Random

import numpy as np
import numpy.typing as npt

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import write_polynomial
from search_spaces.float32_functions.schemes.octaves import draw_form, with_sign
from search_spaces.float32_functions.schemes.scheme import Scheme

_LIMITS = (1.0, 1.15, 1.25, 1.35)


def _end(b: Builder, missing: float = 0.25) -> float:
    """Returns where erf is 1, rounded: less than so many ULP are missing there."""
    x = 1.0
    while math.erfc(x) > missing * 2.0 ** -(b.format.fraction_bits + 1):
        x += 2.0**-6
    return b.format.nearest(x)


def _draw_square(b: Builder, rng: Random) -> Value:
    limit, end = rng.choice((1.12, 1.13, 1.14, 1.14, 1.15, 1.16)), _end(b, rng.choice((0.2, 0.25, 0.3)))
    degree, num_shared = rng.choice(((9, 4), (9, 4), (9, 4), (10, 5)))
    centre = rng.choice((0.48, 0.5, 0.52, 0.54)) * limit**2
    scale, shift = rng.choice(((-1.8, 3.4), (-1.81, 3.43), (-1.83, 3.51), (-1.84, 3.6)))
    size = b("abs", b.x)
    small = size < limit
    square = b("fma", size, size, -centre)
    variable = b("select", small, square, b("fma", b("min", end, size), scale, shift))
    starts = _square_start(b, limit, end, (centre, scale, shift), degree, num_shared)
    coefficients = [
        b("select", small, b.free(one), b.free(other)) if k <= degree - num_shared else b.free(one)
        for k, (one, other) in enumerate(starts)
    ]
    # The first two terms apart, whose roundings are those that count, and the others in parallel.
    rest = write_polynomial(b, variable, coefficients[2:], rng.choice(("estrin", "estrin", "even_odd", "horner")))
    first = b("fma", variable, coefficients[1], coefficients[0])
    p = b("fma", variable * variable, rest, first)
    value = b("fma", -b("select", small, size, p), p, b("select", small, size, 1.0))
    # The sign is where x and its magnitude differ, which takes no mask from a register.
    sign = b("int_xor", b("bits", b.x), b("bits", size))
    return b("number", b("int_or", b("bits", value), sign))


def _square_start(
    b: Builder, limit: float, end: float, variable: tuple[float, float, float], degree: int, num_shared: int
) -> list[tuple[float, float]]:
    """Returns the coefficients of both polynomials, the last of them shared, by least squares of errors in ULP."""
    centre, scale, shift = map(b.format.nearest, variable)
    chebyshev = (1 - np.cos(np.linspace(0, np.pi, 200))) / 2
    small, large = np.sqrt(limit**2 * (chebyshev + 1e-6)), limit + (end - limit) * chebyshev
    values = np.array([math.erf(a) for a in small])
    roots = np.sqrt([math.erfc(a) for a in large])
    own = degree + 1 - num_shared
    powers = [(t[:, None] ** np.arange(degree + 1)) for t in (small**2 - centre, scale * large + shift)]
    first, second = (
        np.hstack([p[:, :own] * (k == 0), p[:, :own] * (k == 1), p[:, own:]]) for k, p in enumerate(powers)
    )
    weights = np.concatenate([small / np.exp2(np.floor(np.log2(values))), 4 * roots])
    wanted = np.concatenate([1 - values / small, roots])
    system = np.vstack([first, second]) * weights[:, None]
    sizes = np.abs(system).max(axis=0)
    found = np.linalg.lstsq(system / sizes, wanted * weights, rcond=1e-15)[0] / sizes
    shared = found[2 * own :]
    ones, others = np.append(found[:own], shared), np.append(found[own : 2 * own], shared)
    return [(float(one), float(other)) for one, other in zip(ones, others, strict=True)]


def _draw_blended(b: Builder, rng: Random) -> Value:
    limit, degree, num_shared = rng.choice(_LIMITS), rng.choice((11, 12, 13, 13, 14)), rng.randrange(3)
    end = _end(b)
    middle = (limit + end) / 2
    scale = rng.choice((3.0, 4.0))
    a = b("min", end, b("abs", b.x))
    small = a < limit
    distance = b("fma", a, scale, -scale * middle)
    variable = b("select", small, b("fma", a, a, -rng.choice((0.35, 0.45, 0.5)) * limit**2), distance)
    factor = b("select", small, a, distance)
    start = b("select", small, a, b.free(math.erf(middle)))
    coefficients = [
        b.free() if k >= degree - num_shared else b("select", small, b.free(), b.free()) for k in range(degree)
    ]
    return with_sign(b, b("fma", factor, write_polynomial(b, variable, coefficients), start))


def _draw_power(b: Builder, rng: Random) -> Value:
    limit, degree, squarings = (
        rng.choice((1.1, 1.15, 1.2, 1.25, 1.3)),
        rng.choice((6, 7, 7, 8)),
        rng.choice((2, 2, 3, 4)),
    )
    end = _end(b)
    middle = (limit + end) / 2
    a = b("min", end, b("abs", b.x))
    small = a < limit
    centre = rng.choice((0.4, 0.45, 0.5)) * limit**2
    variable = b("select", small, b("fma", a, a, -centre), a - middle)
    series = _series_start(centre, limit, degree)
    root = _root_start(middle, end, degree, squarings)
    coefficients = [b("select", small, b.free(one), b.free(other)) for one, other in zip(series, root, strict=True)]
    p = write_polynomial(b, variable, coefficients, draw_form(rng))
    power = p
    for _ in range(squarings):
        power = power * power
    return with_sign(b, b("select", small, b("fma", a, p, a), b("sub", 1.0, power)))


def _series_start(centre: float, limit: float, degree: int) -> list[float]:
    """Returns a polynomial of z - centre near erf(sqrt(z)) / sqrt(z) - 1."""
    z = np.linspace(1e-6, limit**2, 200)
    return _fitted(z - centre, np.array([math.erf(math.sqrt(one)) / math.sqrt(one) - 1 for one in z]), degree)


def _root_start(middle: float, end: float, degree: int, squarings: int) -> list[float]:
    """Returns a polynomial of x - middle near a root of 1 - erf x."""
    distance = np.linspace(middle - end, end - middle, 200)
    tails = np.array([math.erfc(middle + one) for one in distance])
    return _fitted(distance, tails**0.5**squarings, degree)


def _fitted(t: npt.NDArray[np.float64], values: npt.NDArray[np.float64], degree: int) -> list[float]:
    polynomial = np.polynomial.Polynomial.fit(t, values, degree)
    return [float(c) for c in polynomial.convert().coef]


def _draw_branches(b: Builder, rng: Random) -> Value:
    limit, form = rng.choice((0.8, 0.9, *_LIMITS[:2])), draw_form(rng)
    end = _end(b)
    a = b("min", end, b("abs", b.x))
    series = write_polynomial(b, a * a, [b.free() for _ in range(rng.choice((6, 7, 8)))], form)
    small = b("fma", a, series, a)
    middle = (limit + end) / 2
    starts = [math.erf(middle), *[0.0] * rng.choice((11, 12, 13))]
    large = write_polynomial(b, a - middle, [b.free(start) for start in starts], form)
    return with_sign(b, b("select", a < limit, small, large))


ROWS = (
    Scheme("error_function_square", "x - x p, or 1 - p^2, the last coefficients shared", ("erf",), _draw_square, 4.0),
    Scheme("error_function_power", "x + x P(x^2), or 1 - p(x)^n, coefficients selected", ("erf",), _draw_power, 2.0),
    Scheme("error_function", "one polynomial with coefficients selected by the size of x", ("erf",), _draw_blended),
    Scheme("error_function_branches", "x + x P(x^2), or a polynomial of x", ("erf",), _draw_branches),
)
"""The schemes of this file."""
