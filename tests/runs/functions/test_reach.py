"""Whole searches from an empty start must reach what is known of 2^x, and be right about it by another library."""

from pathlib import Path

import mpmath
import pytest

import primordia
from search_spaces.program import Program, decode

BEST_KNOWN = {5: 4.34e-6, 6: 2.73e-7, 7: 5.64e-10, 8: 8.94e-12}
"""Maximum relative error on (0, 1] by operations, refitted from the literature; none of it is known to the search."""

MEANINGS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


def largest_error(program: Program, num_points: int) -> float:
    """Scans (0, 1] in 40 digits."""
    with mpmath.workdps(40):
        constants = [mpmath.mpf(high) + mpmath.mpf(low) for high, low in program.constants]
        points = [(1 - mpmath.cos(mpmath.pi * i / num_points)) / 2 for i in range(1, num_points + 1)]
        values = [program.apply(x, constants, lambda name, *a: MEANINGS[name](*a)) for x in points]
        return max(float(abs(value / mpmath.mpf(2) ** x - 1)) for x, value in zip(points, values, strict=True))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_search_for_exp2_reaches_the_best_known_programs(tmp_path: Path) -> None:
    run = primordia.search("exp2", candidates=500_000, seed=11, workers=2, out=str(tmp_path / "run"))
    for operations, error in BEST_KNOWN.items():
        found = run.program(f"{operations}ops")
        measured = largest_error(decode(found.genome), 700)
        assert measured <= 1.05 * error
        assert measured <= found.prove().bound <= 1.1 * measured
