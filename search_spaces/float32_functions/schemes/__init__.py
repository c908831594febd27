"""Schemes: ways to write whole programs, one module per family; each exports its rows as ``ROWS``."""

from search_spaces.float32_functions.schemes import (
    error_function,
    exponential,
    hyperbolic,
    logarithm,
    mills_ratio,
    polynomial,
    rational,
    sigmoid,
    trigonometric,
)
from search_spaces.float32_functions.schemes.scheme import FUNCTIONS, Scheme

SCHEMES: tuple[Scheme, ...] = (
    *polynomial.ROWS,
    *rational.ROWS,
    *exponential.ROWS,
    *logarithm.ROWS,
    *trigonometric.ROWS,
    *hyperbolic.ROWS,
    *error_function.ROWS,
    *sigmoid.ROWS,
    *mills_ratio.ROWS,
)
"""Every scheme."""


def schemes_for(function: str, names: tuple[str, ...] = ()) -> tuple[Scheme, ...]:
    """Returns the schemes that suit a function, in the order of :data:`SCHEMES`.

    Args:
        function: one of :data:`FUNCTIONS`.
        names: those that are wanted; none for all.

    Raises:
        ValueError: for a function that is not listed, or a scheme that does not suit it.
    """
    if function not in FUNCTIONS:
        raise ValueError(f"function must be one of {', '.join(FUNCTIONS)}, not {function!r}")
    suiting = {row.name: row for row in SCHEMES if function in row.functions}
    for name in names:
        if name not in suiting:
            raise ValueError(f"scheme {name!r} is none of those for {function}; use one of: {', '.join(suiting)}")
    return tuple(row for row in suiting.values() if not names or row.name in names)
