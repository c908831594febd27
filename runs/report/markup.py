"""Trees of HTML, SVG and MathML; text and attributes are escaped when a tree is written, never by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TypeAlias

Node: TypeAlias = ET.Element
Child: TypeAlias = "Node | str | None"


def node(tag: str, *children: Child, **attributes: object) -> Node:
    """Builds an element.

    Args:
        tag: the element's name.
        children: elements, texts, or None, which adds nothing.
        attributes: by name; ``class_`` stands for class and ``_`` for a hyphen; numbers are written with at most two
            decimals; None adds nothing.
    """
    element = ET.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            element.set(name.rstrip("_").replace("_", "-"), _attribute_text(value))
    for child in children:
        _append(element, child)
    return element


def write(tree: Node) -> str:
    """Writes a tree as HTML5, in which SVG and MathML stand as they are."""
    return ET.tostring(tree, encoding="unicode", method="html")


def _append(element: Node, child: Child) -> None:
    if isinstance(child, ET.Element):
        element.append(child)
    elif child:
        last = element[-1] if len(element) else None
        if last is None:
            element.text = (element.text or "") + child
        else:
            last.tail = (last.tail or "") + child


def _attribute_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
