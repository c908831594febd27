"""A curve as a small drawing of characters."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 72, 9

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the dots of a Braille character (U+2800), by row and column."""


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
