"""The frame that all charts share: axes, grid, ticks, and the two widths in which each chart is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runs.report.markup import Node, node
from runs.report.scale import Scale

WIDE = 920
NARROW = 344


@dataclass(frozen=True, slots=True)
class Frame:
    """The plotting area of a chart.

    Attributes:
        width: of the drawing, in pixels.
        height: of the drawing, in pixels.
        left: margin that holds the tick labels of the y axis.
        right: margin.
        top: margin.
        bottom: margin that holds the tick labels and the title of the x axis.
    """

    width: int
    height: int
    left: int = 58
    right: int = 14
    top: int = 26
    bottom: int = 44

    @property
    def x_pixels(self) -> tuple[float, float]:
        """The first and the last pixel of the x axis."""
        return self.left, self.width - self.right

    @property
    def y_pixels(self) -> tuple[float, float]:
        """The first (lowest) and the last pixel of the y axis."""
        return self.height - self.bottom, self.top


def responsive(draw: Callable[[int], Node], class_: str = "chart") -> Node:
    """Draws a figure twice, for screens wider and narrower than the style sheet's limit; one of them shows."""
    wide, narrow = draw(WIDE), draw(NARROW)
    return node("div", node("div", wide, class_="wide"), node("div", narrow, class_="narrow"), class_=class_)


def drawing(width: float, height: float, label: str, *children: Node) -> Node:
    """Returns an SVG drawing of a given size with a text for those who cannot see it."""
    size = f"0 0 {width:g} {height:g}"
    return node("svg", *children, viewBox=size, width=width, height=height, role="img", aria_label=label)


def axes(
    frame: Frame,
    x: Scale,
    y: Scale,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
    x_title: str,
    y_title: str,
) -> Node:
    """Draws grid lines, tick labels and axis titles.

    Args:
        frame: the plotting area.
        x: the horizontal scale.
        y: the vertical scale.
        x_ticks: pairs (value, label).
        y_ticks: pairs (value, label).
        x_title: what the x axis shows, with its unit.
        y_title: what the y axis shows, with its unit; stands above the axis.
    """
    left, right = frame.x_pixels
    bottom, top = frame.y_pixels
    group = node("g", class_="axes")
    for value, label in y_ticks:
        group.append(node("line", x1=left, x2=right, y1=y(value), y2=y(value), class_="grid"))
        group.append(node("text", label, x=left - 8, y=y(value) + 4, class_="tick", text_anchor="end"))
    for value, label in x_ticks:
        group.append(node("line", x1=x(value), x2=x(value), y1=bottom, y2=bottom + 4, class_="mark"))
        group.append(node("text", label, x=x(value), y=bottom + 18, class_="tick", text_anchor="middle"))
    group.append(node("line", x1=left, x2=right, y1=bottom, y2=bottom, class_="mark"))
    group.append(node("text", x_title, x=(left + right) / 2, y=bottom + 36, class_="title", text_anchor="middle"))
    group.append(node("text", y_title, x=4, y=top - 12, class_="title"))
    return group


def path(points: Sequence[tuple[float, float]], class_: str, **attributes: object) -> Node:
    """Draws a line through pixels."""
    return node("path", d="M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points), class_=class_, **attributes)


def tip(text: str) -> Node:
    """Returns what is shown when the pointer rests on the parent element."""
    return node("title", text)
