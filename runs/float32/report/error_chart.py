"""The chart of one program's error over its domain, in the order of the numbers of its format."""

from __future__ import annotations

import math

from runs.float32.error_curve import ErrorCurve
from runs.report.chart import WIDE, Frame, axes, drawing, responsive
from runs.report.markup import Node, node
from runs.report.scale import Scale

_BEYOND = 1.15


def error_chart(curve: ErrorCurve, max_ulp: float) -> Node:
    """Draws the range of the signed error in each stretch of the domain.

    Args:
        curve: at least two stretches.
        max_ulp: the bound of the error, drawn as dashed lines.
    """
    return responsive(lambda width: _draw(curve, max_ulp, width))


def _draw(curve: ErrorCurve, max_ulp: float, width: int) -> Node:
    frame = Frame(width, 250 if width == WIDE else 210)
    level = _BEYOND * max(min(curve.largest, 4.0 * max_ulp), max_ulp)
    x = Scale(0.0, len(curve.inputs), *frame.x_pixels)
    y = Scale(-level, level, *frame.y_pixels)
    count = 9 if width == WIDE else 5
    places = [round(i * (len(curve.inputs) - 1) / (count - 1)) for i in range(count)]
    x_ticks = [(float(place), input_text(curve.inputs[place])) for place in places]
    y_ticks = [(max_ulp, f"{max_ulp:+g}"), (0.0, "0"), (-max_ulp, f"{-max_ulp:+g}")]
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, "x, in the order of the format's numbers", "error in ULP")
    left, right = frame.x_pixels
    bounds = [
        node("line", x1=left, x2=right, y1=y(side * max_ulp), y2=y(side * max_ulp), class_="reference")
        for side in (1, -1)
    ]
    label = f"Error in ULP over the domain: {curve.largest:.4g} at most among those tried"
    return drawing(width, frame.height, label, frame_axes, *bounds, _band(curve, x, y))


def _band(curve: ErrorCurve, x: Scale, y: Scale) -> Node:
    """Draws a bar per stretch from its least to its greatest error, cut at the ends of the axis."""

    def pixel(error: float) -> float:
        return y(min(max(error, y.lower), y.upper))

    bars = [
        f"M{x(i + 0.5):.1f},{pixel(low) + 0.7:.1f}V{pixel(high) - 0.7:.1f}"
        for i, (low, high) in enumerate(zip(curve.low, curve.high, strict=True))
    ]
    return node("path", d="".join(bars), class_="line band", stroke_width=f"{max(x(1.0) - x(0.0), 1.0):.2f}")


def input_text(value: float) -> str:
    """Writes an input briefly: ``-1.5``, ``2⁻³⁰``'s decimal ``9.3e-10``, ``inf``."""
    if math.isinf(value) or value == 0:
        return f"{value:g}"
    return f"{value:.3g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
