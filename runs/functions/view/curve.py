"""The error curve of a program."""

from __future__ import annotations

from evaluators.balls import from_double_double, precision
from evaluators.reference import chebyshev_balls, factor
from evaluators.targets import Target
from primitives import primitive
from search_spaces.program import Program

CURVE_BITS = 192
SAMPLES_PER_COLUMN = 8


def error_values(program: Program, target: Target, num_points: int) -> list[float]:
    """Returns the signed errors at Chebyshev points of the domain, where equioscillation looks even.

    Args:
        program: constants are taken exactly.
        target: the function, domain and metric.
        num_points: how many.
    """
    with precision(CURVE_BITS):
        constants = [from_double_double(constant) for constant in program.constants]
        errors = []
        for x in chebyshev_balls(target, num_points):
            value = program.apply(x, constants, lambda name, *operands: primitive(name).ball(*operands))
            exact = target.function.enclose(x)
            errors.append(float((value - exact) * factor(target, x, exact)))
        return errors
