"""Machine programs as people read them: listings, one-line formulas and constants in decimal and hexadecimal."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType
from typing import TypeAlias

from primitives.float_format import FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram, X

_INFIX = MappingProxyType(
    {
        "add": ("+", 4), "sub": ("-", 4), "mul": ("*", 5), "div": ("/", 5),
        "less": ("<", 0), "less_equal": ("<=", 0), "equal": ("==", 0), "int_less": ("<", 0), "int_equal": ("==", 0),
        "int_or": ("|", 1), "int_xor": ("^", 1), "int_and": ("&", 2), "shift_left": ("<<", 3), "shift_right": (">>", 3),
        "int_add": ("+", 4), "int_sub": ("-", 4),
    }
)  # fmt: skip
"""Operators and how tightly they bind; other operations are written as calls."""

_SIGN = 6
_ATOM = 7

_WIDE_INTEGER = 1024
"""Integers from here on are bit patterns, written in hexadecimal."""

_EXACT_DIGITS = 17
_ZEROS = re.compile(r"(\.[0-9a-f]+?)0+p")

Written: TypeAlias = tuple[str, int]
"""An expression and how tightly its outermost operator binds."""


def operand_name(reference: Reference) -> str:
    """Names an operand: ``x``, the result ``v1`` of the first instruction, the first constant ``c0``."""
    if reference == X:
        return "x"
    return f"v{reference}" if reference > 0 else f"c{-1 - reference}"


def decimal_text(constant: Constant, fmt: str, digits: int = _EXACT_DIGITS) -> str:
    """Writes a constant in the fewest decimal digits that read back as it.

    Args:
        constant: the constant.
        fmt: the name of the format that it is read in.
        digits: the most digits; fewer than needed round it.
    """
    if constant.kind == "int":
        return str(constant.value) if abs(constant.value) < _WIDE_INTEGER else hex(int(constant.value))
    texts = (f"{constant.value:.{precision}g}" for precision in range(1, digits + 1))
    exact = (text for text in texts if FORMATS[fmt].nearest(float(text)) == constant.value)
    return next(exact, f"{constant.value:.{digits}g}")


def hexadecimal_text(constant: Constant) -> str:
    """Writes the exact value of a constant in hexadecimal."""
    if constant.kind == "int":
        return hex(int(constant.value))
    return _ZEROS.sub(r"\1p", float(constant.value).hex())


def listing(program: TypedProgram) -> str:
    """Writes the operations in order, one per line, constants by their names: ``v1 = fma(x, c0, c1)``."""
    return "\n".join(
        f"v{place} = {_operation(name, [(operand_name(r), _ATOM) for r in references])[0]}"
        for place, (name, *references) in enumerate(program.instructions, 1)
    )


def formula_text(program: TypedProgram, digits: int = 6) -> str:
    """Writes the program on one line: ``fma(u1, 0.5, x) with u1 = x * x``; values used repeatedly get a name.

    Args:
        program: the program.
        digits: the most significant digits of its constants.
    """
    uses = Counter(reference for _, *references in program.instructions for reference in references)
    named: list[str] = []
    written: list[Written] = [("x", _ATOM)]

    def operand(reference: Reference) -> Written:
        if reference >= 0:
            return written[reference]
        text = decimal_text(program.constants[-1 - reference], program.format, digits)
        return text, _SIGN if text.startswith("-") else _ATOM

    for place, (name, *references) in enumerate(program.instructions, 1):
        value = _operation(name, [operand(r) for r in references])
        if uses[place] > 1:
            named.append(f"u{len(named) + 1} = {value[0]}")
            value = (f"u{len(named)}", _ATOM)
        written.append(value)
    return written[-1][0] + (f" with {', '.join(named)}" if named else "")


def _operation(name: str, operands: list[Written]) -> Written:
    if name == "neg":
        return f"-{_enclosed(operands[0], _ATOM)}", _SIGN
    if name not in _INFIX:
        return f"{name}({', '.join(text for text, _ in operands)})", _ATOM
    symbol, strength = _INFIX[name]
    first, second = operands
    # The right side of an operator of equal strength needs brackets, except where the order does not matter.
    right = strength if MACHINE[name].commutative and name.startswith("int_") else strength + 1
    return f"{_enclosed(first, strength)} {symbol} {_enclosed(second, right)}", strength


def _enclosed(operand: Written, least: int) -> str:
    text, strength = operand
    return text if strength >= least else f"({text})"
