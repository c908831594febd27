"""Warnings in red on pages about synthetic tables."""

from __future__ import annotations

from runs.report.markup import Child, Node, node


def alarm(*children: Child) -> Node:
    """Returns a warning in red."""
    return node("p", *children, class_="alarm", role="alert")
