"""The error curve of a program as a small drawing of characters."""

from __future__ import annotations

from collections.abc import Sequence

from evaluators.balls import from_double_double, precision
from evaluators.reference import chebyshev_balls, factor
from evaluators.targets import Target
from primitives import primitive
from search_spaces.program import Program

CURVE_BITS = 192
WIDTH, HEIGHT = 72, 9
SAMPLES_PER_COLUMN = 8

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the dots of a Braille character (U+2800), by row and column."""


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


def curve_text(values: Sequence[float], width: int = WIDTH, height: int = HEIGHT) -> list[str]:
    """Draws values as a line of Braille dots, symmetric about zero.

    Args:
        values: finite, at evenly spaced places.
        width: characters per line.
        height: lines; odd, so that zero is a line of its own.

    Returns:
        the lines, the first and the last labelled with the scale.
    """
    scale = max(map(abs, values)) or 1.0
    columns, rows = 2 * width, 4 * height
    cells = [[0] * width for _ in range(height)]
    for position, value in enumerate(values):
        column = position * (columns - 1) // max(1, len(values) - 1)
        row = round((1 - value / scale) / 2 * (rows - 1))
        cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
    labels = {0: f"{scale:+.3e}", height // 2: "0", height - 1: f"{-scale:+.3e}"}
    return [
        f"{labels.get(number, ''):>10} |" + "".join(chr(0x2800 + cell) for cell in line)
        for number, line in enumerate(cells)
    ]
