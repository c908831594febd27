"""The classical competitors of a search: minimax polynomials, rational functions and continued fractions.

How operations are counted: each + - x / is one, constants are free. With numerator degree m and denominator degree n:

- polynomial, by Horner: 2 m;
- rational P/Q with both by Horner, Q monic: 2 m + 2 n (2 m for P, 2 n - 1 for Q, one division);
- continued fraction of the same rational function, one polynomial part and then terms b / (x + c + ...):
  3 min(m, n) + 2 abs(m - n). For m >= n these are 2 (m - n) for the polynomial part and 3 for each of the n terms
  (b / ., x + c, and the addition to what stands before); for m < n the function is the reciprocal of such a form.

A minimax rational function of one type has one error however it is written, so that each type is solved once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

from flint import arb, arb_mat

from evaluators.balls import Ball, from_double_double, precision, to_double_double
from evaluators.error_curve import Sample, samples
from evaluators.exchange import sharpen
from evaluators.targets import Target
from search_spaces.program import Instruction, Program, Reference

Family: TypeAlias = Literal["polynomial", "rational", "continued fraction"]
Degree: TypeAlias = tuple[int, int]
"""Degrees of numerator and denominator."""

BITS = 192
GRID_POINTS = 193
CLEARLY_BETTER = 1e-4
"""Relative gain by which an entry must beat those before it; smaller ones are within the measurement."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The best approximation of one family at one number of operations.

    Attributes:
        family: how the approximation is written.
        degree: degrees of numerator and denominator.
        operations: its count by the rule of this module.
        max_error: measured largest error, in the metric of the target.
    """

    family: Family
    degree: Degree
    operations: int
    max_error: float


def operation_count(family: Family, degree: Degree) -> int:
    """Returns the number of operations of a family's member; the rule is in the module's docstring."""
    m, n = degree
    if family == "continued fraction":
        return 3 * min(m, n) + 2 * abs(m - n)
    return 2 * m + 2 * n


def baselines(target: Target, max_operations: int = 15) -> list[Baseline]:
    """Computes the classical front of a target.

    Args:
        target: the function, domain and metric.
        max_operations: the largest count to compute.

    Returns:
        per family in ascending operations, each entry clearly better than the family's entries before it; degrees
        whose minimax solution could not be certified by its alternations are left out.
    """
    found: list[Baseline] = []
    solved = {degree: minimax_error(target, degree) for degree in _degrees(max_operations)}
    families: tuple[Family, ...] = ("polynomial", "rational", "continued fraction")
    for family in families:
        best = float("inf")
        members = [
            Baseline(family, degree, operation_count(family, degree), error)
            for degree, error in solved.items()
            if error is not None and not (family == "polynomial" and degree[1] > 0)
        ]
        for member in sorted(members, key=lambda member: (member.operations, member.max_error)):
            if member.operations <= max_operations and member.max_error < best * (1 - CLEARLY_BETTER):
                best = member.max_error
                found.append(member)
    return found


def minimax_error(target: Target, degree: Degree) -> float | None:
    """Returns the minimax error of the rational functions of one type, None where it cannot be certified.

    The certificate is the alternation theorem: m + n + 2 extrema of equal size and alternating sign, without a pole.

    Args:
        target: the function, domain and metric.
        degree: (m, n) of numerator and denominator.
    """
    start = _interpolant(target, degree)
    if start is None:
        return None
    sharpened = sharpen(start, target, num_points=GRID_POINTS, bits=BITS)
    certified = sharpened.alternations >= sum(degree) + 2 and isfinite(sharpened.max_error)
    return sharpened.max_error if certified and not _has_pole(sharpened.program, target, degree[0]) else None


def _degrees(max_operations: int) -> Iterator[Degree]:
    """Yields every type that some family can write within the count."""
    for m in range(max_operations // 2 + 1):
        for n in range(max_operations // 2 + 1):
            if m + n > 0 and operation_count("continued fraction", (m, n)) <= max_operations:
                yield m, n


def quotient(degree: Degree) -> tuple[Instruction, ...]:
    """Returns the instructions of P/Q by Horner; the constants are P's coefficients 0..m, then Q's 0..n-1."""
    m, n = degree
    instructions: list[Instruction] = []
    numerator = _horner(instructions, -1 - m, range(m - 1, -1, -1))
    if n > 0:
        instructions.append(("add", 0, -1 - (m + n)))
        denominator = _horner(instructions, len(instructions), range(m + n - 1, m, -1))
        instructions.append(("div", numerator, denominator))
    return tuple(instructions)


def _horner(instructions: list[Instruction], value: Reference, coefficients: range) -> Reference:
    for k in coefficients:
        instructions.append(("mul", value, 0))
        instructions.append(("add", len(instructions), -1 - k))
        value = len(instructions)
    return value


def _interpolant(target: Target, degree: Degree) -> Program | None:
    """Returns P/Q through the target's values at m + n + 1 interior Chebyshev points, from P(x) - f(x) Q(x) = 0."""
    m, n = degree
    # Every second of the extrema of the degree 2 (m + n + 1) polynomial is a zero of the degree m + n + 1 one.
    nodes: tuple[Sample, ...] = samples(target, 2 * (m + n + 1) + 1, BITS)[1::2]
    with precision(BITS):
        rows = [[*(node.x**k for k in range(m + 1)), *(-node.value * node.x**k for k in range(n))] for node in nodes]
        right = arb_mat(len(nodes), 1, [node.value * node.x**n if n else node.value for node in nodes])
        try:
            solution = arb_mat(rows).solve(right).entries()
        except ZeroDivisionError:
            return None
        return Program(quotient(degree), tuple(to_double_double(coefficient) for coefficient in solution))


def _has_pole(program: Program, target: Target, numerator_degree: int) -> bool:
    """Whether the denominator changes its sign between points of the dense grid."""
    with precision(BITS):
        tail = [from_double_double(constant) for constant in program.constants[numerator_degree + 1 :]] + [arb(1)]
        values = [_evaluate(tail, point.x) for point in samples(target, GRID_POINTS, BITS)]
        return not (all(value > 0 for value in values) or all(value < 0 for value in values))


def _evaluate(coefficients: list[Ball], x: Ball) -> Ball:
    value = arb(0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value
