"""The comparison that an export must pass before it is written.

The reference is the evaluator's meaning in float64: the instructions in order, one rounding per operation, no
fused multiply-add, each constant rounded to the nearest double (the leading part of its pair).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from primitives import primitive
from search_spaces.program import Program

Values: TypeAlias = NDArray[np.float64]

NUM_POINTS = 10_000

_LEAST_MAGNITUDE = 2.0**-500

BIT_FOR_BIT = (
    f"equal bit for bit, on {NUM_POINTS:,} points of the domain, to the program's operations in IEEE double "
    "precision, each rounded once, without fused multiply-add"
)

# PyTorch takes square roots from MKL, whose last bit is not always right.
_UNEQUALLY_ROUNDED = frozenset({"exp", "log", "sqrt"})


def check_points(lower: float, upper: float) -> Values:
    """Returns both ends of the domain and random points between them, always the same.

    Args:
        lower: the least double in the domain.
        upper: the greatest double in the domain.

    Returns:
        sorted float64 of shape ``(NUM_POINTS,)``.
    """
    inner = np.random.default_rng(0).uniform(lower, upper, NUM_POINTS - 2)
    points = np.sort(np.concatenate([[lower], inner, [upper]]))
    # An open end at zero would put a subnormal number here, and JAX flushes those to zero.
    tiny = (points != 0) & (np.abs(points) < _LEAST_MAGNITUDE)
    kept: Values = np.clip(np.where(tiny, np.copysign(_LEAST_MAGNITUDE, points), points), lower, upper)
    return kept


def float64_values(program: Program, points: Values) -> Values:
    """Evaluates a program as the evaluator does in double precision.

    Args:
        program: the program.
        points: inputs of any shape.

    Returns:
        outputs of the same shape.
    """
    with np.errstate(all="ignore"):
        values = program.apply(
            points,
            [np.float64(high) for high, _ in program.constants],
            lambda name, *operands: primitive(name).floating(np, *operands),
        )
    return np.broadcast_to(np.asarray(values, dtype=np.float64), points.shape)


def require_same_bits(language: str, program: Program, points: Values, values: Values) -> None:
    """Compares an executed export with the program in double precision; NaN equals NaN.

    Args:
        language: the language's name, for the message.
        program: the exported program.
        points: inputs of shape ``(num_points,)``.
        values: the export's outputs, of the same shape.

    Raises:
        ValueError: when a bit differs; the message has the first point where it does.
    """
    expected = float64_values(program, points)
    same = (values.view(np.int64) == expected.view(np.int64)) | (np.isnan(values) & np.isnan(expected))
    if same.all():
        return
    first = int(np.argmin(same))
    message = (
        f"the {language} export differs from the evaluator on {np.count_nonzero(~same):,} of {len(points):,} points, "
        f"first at x = {points[first]!s}: {values[first]!s} instead of {expected[first]!s}; nothing was written"
    )
    library_operations = sorted(_UNEQUALLY_ROUNDED & {name for name, *_ in program.instructions})
    if library_operations:
        message += (
            f"; not every library rounds {' and '.join(library_operations)} alike: export to numpy or mpmath, "
            "or search without"
        )
    raise ValueError(message)
