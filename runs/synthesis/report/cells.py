"""Rows and cells of the tables on pages about synthetic tables, and their warnings in red."""

from __future__ import annotations

from runs.report.markup import Child, Node, node


def figure_cell(text: str) -> Node:
    """Returns a cell of a table whose figures stand under each other."""
    return node("td", text, class_="figure")


def row(*cells: Node | str) -> Node:
    """Returns a row of a table; texts become cells."""
    return node("tr", *(node("td", cell) if isinstance(cell, str) else cell for cell in cells))


def alarm(*children: Child) -> Node:
    """Returns a warning in red."""
    return node("p", *children, class_="alarm", role="alert")
