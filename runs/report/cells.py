"""Rows and cells of the tables of a report, and its remarks."""

from __future__ import annotations

from runs.report.markup import Node, node


def figure_cell(text: str, class_: str = "") -> Node:
    """Returns a cell of a table whose figures stand under each other."""
    return node("td", text, class_=f"figure {class_}".strip())


def row(*cells: Node | str, class_: str | None = None) -> Node:
    """Returns a row of a table; texts become cells."""
    return node("tr", *(node("td", cell) if isinstance(cell, str) else cell for cell in cells), class_=class_)


def note(text: str) -> Node:
    """Returns a remark."""
    return node("p", text, class_="note")
