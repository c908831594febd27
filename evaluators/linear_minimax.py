"""The linear minimax problem: minimise over d the largest abs(e_i + J_i d), by Stiefel's exchange in ball precision.

Source: Stiefel, Ueber diskrete und lineare Tschebyscheff-Approximationen, 1959: a dual simplex method whose basis
is a reference of n + 1 rows with equal errors. It needs no Haar condition, unlike Remez' alternation.
Arithmetic is on midpoints, since the problem's own data are inexact; only speed and ~128 bits matter here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from evaluators.balls import Ball

MAX_EXCHANGES = 60
LEVEL_TOLERANCE = 1e-7
PIVOT_TOLERANCE = arb(2) ** -100


@dataclass(frozen=True, slots=True)
class Pivots:
    """Rows and columns that a matrix's complete pivoting chose, largest pivot first.

    Attributes:
        rows: indices of independent rows.
        columns: indices of independent columns, as many as the numerical rank.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The solution of a linear minimax problem.

    Attributes:
        step: the minimiser d.
        level: the minimal largest error.
        reference: the n + 1 rows whose errors are equal.
    """

    step: tuple[Ball, ...]
    level: float
    reference: tuple[int, ...]


def pivots(matrix: Sequence[Sequence[Ball]]) -> Pivots:
    """Finds the numerical rank of a matrix, and rows and columns that span it, by Gaussian elimination.

    Args:
        matrix: ``(num_rows, num_columns)``; columns are scaled to unit size first, since constants differ in scale.
    """
    scales = [max((abs(row[j]).mid() for row in matrix), key=float, default=arb(0)) for j in range(len(matrix[0]))]
    left = {j: scale for j, scale in enumerate(scales) if scale > 0}
    work = {i: {j: (row[j] / scale).mid() for j, scale in left.items()} for i, row in enumerate(matrix)}
    rows: list[int] = []
    columns: list[int] = []
    while work and left:
        i, j = max(((i, j) for i in work for j in left), key=lambda ij: abs(float(work[ij[0]][ij[1]])))
        pivot_row = work.pop(i)
        if not abs(pivot_row[j]) > PIVOT_TOLERANCE:
            break
        del left[j]
        rows.append(i)
        columns.append(j)
        for row in work.values():
            ratio = row[j] / pivot_row[j]
            for k in left:
                row[k] = (row[k] - ratio * pivot_row[k]).mid()
    return Pivots(tuple(rows), tuple(columns))


def solve_linear_minimax(
    jacobian: Sequence[Sequence[Ball]], errors: Sequence[Ball], basis: Sequence[int]
) -> Solution | None:
    """Solves the linear minimax problem from a starting reference.

    Args:
        jacobian: J, ``(num_rows, n)`` of rank n.
        errors: e, ``(num_rows,)``.
        basis: n + 1 distinct rows; their part of J must have rank n.

    Returns:
        the solution; None where a reference is singular to precision.
    """
    n = len(jacobian[0])
    full = arb_mat(len(errors), n, [entry for row in jacobian for entry in row])
    reference = list(basis)
    try:
        signs = _signs([jacobian[i] for i in reference], [errors[i] for i in reference])
        for _ in range(MAX_EXCHANGES):
            levelled = arb_mat([[*jacobian[i], arb(sign)] for i, sign in zip(reference, signs, strict=True)])
            inverse = levelled.inv().mid()
            solution = -(inverse * arb_mat(n + 1, 1, [errors[i] for i in reference])).mid()
            step, level = solution.entries()[:n], -float(solution[n, 0])
            change = full * arb_mat(n, 1, step)
            residuals = [float(error + change[i, 0]) for i, error in enumerate(errors)]
            worst = max(range(len(residuals)), key=lambda i: abs(residuals[i]))
            if abs(residuals[worst]) <= abs(level) * (1 + LEVEL_TOLERANCE):
                break
            sign = 1 if residuals[worst] > 0 else -1
            leaving = _leaving(inverse, signs, jacobian[worst], sign)
            if leaving is None:
                break
            reference[leaving], signs[leaving] = worst, sign
    except ZeroDivisionError:
        return None
    return Solution(tuple(step), abs(level), tuple(reference))


def _signs(rows: Sequence[Sequence[Ball]], errors: Sequence[Ball]) -> list[int]:
    """Returns the signs of the dual vector y with sum y_i J_i = 0 and sum y_i e_i = 1."""
    n = len(errors) - 1
    transposed = arb_mat([[*row, error] for row, error in zip(rows, errors, strict=True)]).transpose()
    dual = transposed.solve(arb_mat(n + 1, 1, [0] * n + [1]))
    return [1 if float(dual[i, 0]) > 0 else -1 for i in range(n + 1)]


def _leaving(inverse: arb_mat, signs: Sequence[int], entering: Sequence[Ball], sign: int) -> int | None:
    """Returns the position in the reference whose dual reaches zero first when the entering row's grows."""
    n = len(signs) - 1
    direction = arb_mat(1, n + 1, [*(sign * entry for entry in entering), arb(1)]) * inverse
    best, best_ratio = None, float("inf")
    for i in range(n + 1):
        speed = signs[i] * float(direction[0, i])
        if speed > 0:
            ratio = abs(float(inverse[n, i])) / speed
            if ratio < best_ratio:
                best, best_ratio = i, ratio
    return best
