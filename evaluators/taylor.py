"""Taylor models: a polynomial about the middle of an interval and a rigorous bound on what it leaves out.

Source: Makino & Berz, Taylor models and other validated functional inclusion methods, 2003; here with the
Lagrange remainder, whose coefficient is enclosed by evaluating the power series on the whole interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_series

from evaluators.balls import Ball, Series


@dataclass(frozen=True, slots=True)
class TaylorModel:
    """An enclosure of a function on an interval.

    Attributes:
        coefficients: of powers 0, 1, ... of (x - middle); the last one is the Lagrange remainder's, enclosed.
        radius: an upper bound on abs(x - middle) over the interval.
    """

    coefficients: tuple[Ball, ...]
    radius: Ball

    def range(self) -> Ball:
        """Returns a ball that contains every value on the interval."""
        return self.coefficients[0] + arb(0, self._tail(1))

    def magnitude(self) -> Ball:
        """Returns an upper bound on the absolute value over the interval, with the quadratic part bounded exactly."""
        constant, slope, curvature = self.coefficients[:3]
        radius = self.radius
        ends = [constant + slope * radius + curvature * radius**2, constant - slope * radius + curvature * radius**2]
        if not abs(slope) > 2 * abs(curvature) * radius:
            # The vertex may lie inside; where the curvature may vanish, its value is unbounded and so is the ball.
            flat = abs(constant) + abs(slope) * radius + abs(curvature) * radius**2
            ends.append(flat if curvature.contains(0) else constant - slope**2 / (4 * curvature))
        quadratic = ends[0].abs_upper()
        for end in ends[1:]:
            quadratic = quadratic.max(end.abs_upper())
        return (quadratic + self._tail(3)).upper()

    def _tail(self, first: int) -> Ball:
        power = self.radius**first
        total = arb(0)
        for coefficient in self.coefficients[first:]:
            total += abs(coefficient) * power
            power *= self.radius
        return total.abs_upper()


def taylor_model(function: Callable[[Series], Any], lower: Ball, upper: Ball, terms: int) -> TaylorModel | None:
    """Encloses a function on an interval.

    Args:
        function: maps a ``flint.arb_series`` to the series of the function there.
        lower: left end of the interval.
        upper: right end.
        terms: number of coefficients, the remainder's included, at least 3; also the working number of series terms.

    Returns:
        the model, or None where the enclosure is not finite: a pole, a domain violation, or too wide an interval.
    """
    interval = lower.union(upper)
    middle = interval.mid()
    exact = _coefficients(function, middle, terms)
    whole = _coefficients(function, interval, terms)
    if exact is None or whole is None:
        return None
    return TaylorModel((*exact[:-1], whole[-1]), arb(interval.rad()))


def _coefficients(function: Callable[[Series], Any], point: Ball, terms: int) -> list[Ball] | None:
    try:
        series = function(arb_series([point, 1], prec=terms))
    except (ValueError, ZeroDivisionError):
        return None
    coefficients = series.coeffs() if isinstance(series, arb_series) else [series]
    coefficients = [*coefficients, *([arb(0)] * (terms - len(coefficients)))]
    return coefficients if all(c.is_finite() for c in coefficients) else None
