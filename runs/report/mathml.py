"""Formulas in MathML, which browsers typeset themselves."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET

import sympy

from runs.report.markup import Node, node
from runs.report.text import MINUS
from search_spaces.formula import SymbolicExpression, definitions
from search_spaces.program import Program

_OPERATORS = {"InvisibleTimes": "\u2062", "ExponentialE": "e"}


def formula(program: Program, digits: int = 6) -> Node:
    """Returns the formula, repeated compound values defined on lines of their own.

    Args:
        program: the program.
        digits: significant decimal digits of the constants.
    """
    named, output = definitions(program, digits)
    lines = [_equation("f(x)", "≈", output)]
    lines += [_equation(name, "=", value) for name, value in named]
    return node("div", *lines, class_="formula")


def _equation(left: str, sign: str, right: SymbolicExpression) -> Node:
    head = node("mrow", *_left_side(left))
    return node("math", node("mrow", head, node("mo", sign), _presentation(right)), display="block")


def _left_side(text: str) -> list[Node]:
    if text == "f(x)":
        return [node("mi", "f"), node("mo", "("), node("mi", "x"), node("mo", ")")]
    return [node("msub", node("mi", text[0]), node("mn", text[1:]))]


def _presentation(expression: SymbolicExpression) -> Node:
    text = sympy.mathml(expression, printer="presentation")
    for entity, character in _OPERATORS.items():
        text = text.replace(f"&{entity};", character)
    tree = ET.fromstring(html.unescape(text))
    for leaf in [*tree.iter("mn"), *tree.iter("mo")]:
        leaf.text = _typeset(leaf.text or "")
    for fraction in tree.iter("mfrac"):
        for part in fraction:
            # Continued fractions would shrink with every level.
            part.set("displaystyle", "true")
            part.set("scriptlevel", "0")
    return tree


def _typeset(text: str) -> str:
    mantissa = text.rstrip("0").rstrip(".") if "." in text else text
    return mantissa.replace("-", MINUS)
