"""Formulas of layers in MathML, which browsers typeset themselves.

The table of operations says how each is written in LaTeX. What it uses of LaTeX is little enough to be read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runs.report.markup import Node, node
from runs.report.text import MINUS
from search_spaces.norm_act_layers.formula import formula_latex
from search_spaces.norm_act_layers.layer import Layer

_TOKEN = re.compile(r"\\[a-zA-Z]+|[0-9]+(?:\.[0-9]+)?|[a-zA-Z]|[^\sa-zA-Z0-9]")

_GREEK = {
    r"\mu": "\N{GREEK SMALL LETTER MU}",
    r"\sigma": "\N{GREEK SMALL LETTER SIGMA}",
    r"\gamma": "\N{GREEK SMALL LETTER GAMMA}",
    r"\beta": "\N{GREEK SMALL LETTER BETA}",
}
_NAMED = frozenset({r"\max", r"\min", r"\tanh", r"\exp", r"\sin", r"\cos", r"\ln", r"\log"})
_SIGNS = {r"\cdot": "\N{DOT OPERATOR}", "-": MINUS}
_BETWEEN = r",\quad "


def formula(layer: Layer) -> Node:
    """Returns the formula of a layer, repeated compound values defined on lines of their own.

    Args:
        layer: any valid one.
    """
    output, *named = formula_latex(layer).split(_BETWEEN)
    return node("div", *(_line(text) for text in (f"y = {output}", *named)), class_="formula")


def mathml(latex: str) -> Node:
    """Returns a formula as a row.

    Args:
        latex: of what the table of operations and formulas of layers use.

    Raises:
        ValueError: naming the command that is unknown.
    """
    return node("mrow", *_Reader(latex).row(""))


def _line(latex: str) -> Node:
    return node("math", mathml(latex), display="block")


class _Reader:
    """Reads tokens of LaTeX from left to right."""

    def __init__(self, latex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(latex)
        self._next = 0

    def row(self, end: str) -> list[Node]:
        """Reads atoms up to a token that ends them, which is read too."""
        atoms: list[Node] = []
        while self._next < len(self._tokens):
            token = self._take()
            if token == end:
                return atoms
            if token in "_^":
                tag = "msub" if token == "_" else "msup"
                atoms.append(node(tag, atoms.pop(), self._group()))
            else:
                atoms.extend(self._atoms(token))
        if end:
            raise ValueError(f"a formula ends where {end!r} was expected")
        return atoms

    def _take(self) -> str:
        if self._next == len(self._tokens):
            raise ValueError("a formula ends too soon")
        self._next += 1
        return self._tokens[self._next - 1]

    def _group(self) -> Node:
        """Reads what stands in braces."""
        if self._take() != "{":
            raise ValueError("a formula lacks the braces of an argument")
        return node("mrow", *self.row("}"))

    def _atoms(self, token: str) -> Iterator[Node]:
        if token == r"\frac":
            # fractions within fractions would shrink with every level
            parts = (self._group(), self._group())
            for part in parts:
                part.set("displaystyle", "true")
                part.set("scriptlevel", "0")
            yield node("mfrac", *parts)
        elif token == r"\sqrt":
            yield node("msqrt", self._group())
        elif token == r"\operatorname":
            yield node("mi", "".join(self._group().itertext()))
        elif token == r"\left":
            yield self._fenced()
        elif token in _NAMED:
            yield node("mi", token[1:])
        elif token in _GREEK:
            yield node("mi", _GREEK[token])
        elif token[0] == "\\" and token not in _SIGNS:
            raise ValueError(f"a formula has the unknown command {token!r}")
        else:
            yield _symbol(token)

    def _fenced(self) -> Node:
        opening = self._take()
        inner = self.row(r"\right")
        return node("mrow", _fence(opening), *inner, _fence(self._take()))


def _symbol(token: str) -> Node:
    if token[0].isdigit():
        return node("mn", token)
    if token.isalpha():
        return node("mi", token)
    return node("mo", _SIGNS.get(token, token))


def _fence(text: str) -> Node:
    return node("mo", text, stretchy="true", fence="true")
