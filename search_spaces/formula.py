"""Programs as people read them: sympy expressions, one-line formulas, LaTeX and listings."""

from __future__ import annotations

from collections import Counter
from decimal import Context, Decimal
from typing import Any

import sympy

from primitives import primitive
from search_spaces.program import Constant, Program, Reference, X

EXACT_DIGITS = 34
"""Decimal digits that tell any two double-double constants of ordinary spread apart."""

SymbolicExpression = Any
"""A sympy expression; sympy has no types of its own."""


def operand_name(reference: Reference, constant_letter: str = "c") -> str:
    """Names an operand: ``x``, the result ``v1`` of the first instruction, the first constant ``c0``."""
    if reference == X:
        return "x"
    return f"v{reference}" if reference > 0 else f"{constant_letter}{-1 - reference}"


def constant_text(constant: Constant, digits: int = EXACT_DIGITS) -> str:
    """Writes the exact sum of a double-double constant in decimal, rounded once.

    Args:
        constant: the leading and the trailing double.
        digits: significant decimal digits.
    """
    high, low = constant
    context = Context(prec=digits)
    return f"{context.normalize(context.add(Decimal(high), Decimal(low))):g}"


def listing(program: Program) -> str:
    """Writes the operations in order, one per line: ``v1 = x + c0``."""
    lines = []
    for position, (name, *references) in enumerate(program.instructions, 1):
        lines.append(f"v{position} = {primitive(name).c.format(*map(operand_name, references))}")
    return "\n".join(lines)


def to_sympy(program: Program, digits: int = EXACT_DIGITS) -> SymbolicExpression:
    """Returns the program as one sympy expression in ``x``, every shared value written out.

    Args:
        program: the program.
        digits: significant decimal digits of the constants, counted after they were combined exactly.
    """
    expression = program.apply(sympy.Symbol("x"), _constants(program), _symbol)
    return _rounded(expression, digits)


def definitions(program: Program, digits: int) -> tuple[tuple[tuple[str, SymbolicExpression], ...], SymbolicExpression]:
    """Returns a formula whose length is linear in the program's: compound values used repeatedly get a name.

    A value of two operations or more that several instructions use is named ``u1``, ``u2``, ...; written out, a
    chain of such values would double in length with each.

    Args:
        program: the program.
        digits: significant decimal digits of the constants.

    Returns:
        the pairs (name, expression) in order, then the expression of the output.
    """
    live = live_values(program)
    consumers = Counter(r for v, (_, *used) in enumerate(program.instructions, 1) if v in live for r in set(used))
    named: list[tuple[str, SymbolicExpression]] = []
    position = 0

    def meaning(name: str, *operands: SymbolicExpression) -> SymbolicExpression:
        nonlocal position
        position += 1
        value = _symbol(name, *operands)
        if consumers[position] < 2 or value.count_ops() < 2:
            return value
        named.append((f"u{len(named) + 1}", _rounded(value, digits)))
        return sympy.Symbol(named[-1][0])

    output = program.apply(sympy.Symbol("x"), _constants(program), meaning)
    return tuple(named), _rounded(output, digits)


def formula_text(program: Program, digits: int = 6) -> str:
    """Writes the program on one line: ``(x + 1.5)/u1 with u1 = x**2 + 3.25``, or as its listing if that has no value.

    Args:
        program: the program.
        digits: significant decimal digits of the constants.
    """
    try:
        named, output = definitions(program, digits)
    except ArithmeticError:
        named, output = (), sympy.nan
    # sympy folds constants, and a quotient of constants may have no value
    if any(value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) for value in (output, *(value for _, value in named))):
        return "; ".join(listing(program).splitlines())
    text = str(sympy.sstr(output, full_prec=False))
    if named:
        text += " with " + ", ".join(f"{name} = {sympy.sstr(value, full_prec=False)}" for name, value in named)
    return text


def to_latex(program: Program, digits: int = 6) -> str:
    """Writes the program as LaTeX for math mode, repeated compound values defined behind the formula.

    Args:
        program: the program.
        digits: significant decimal digits of the constants.
    """
    named, output = definitions(program, digits)
    parts = [sympy.latex(output, full_prec=False)]
    parts += [f"{sympy.latex(sympy.Symbol(name))} = {sympy.latex(value, full_prec=False)}" for name, value in named]
    return r",\quad ".join(parts)


def live_values(program: Program) -> frozenset[Reference]:
    """Returns the references on which the output depends: x, constants and instructions, the output among them."""
    live = {len(program.instructions)}
    for position in range(len(program.instructions), 0, -1):
        if position in live:
            live.update(program.instructions[position - 1][1:])
    return frozenset(live)


def _symbol(name: str, *operands: SymbolicExpression) -> SymbolicExpression:
    return primitive(name).symbol(sympy, *operands)


def _constants(program: Program) -> list[SymbolicExpression]:
    # Twice the digits, so that constants which sympy combines are still right in the last digit shown.
    return [
        sympy.Float(sympy.Rational(high) + sympy.Rational(low), 2 * EXACT_DIGITS) for high, low in program.constants
    ]


def _rounded(expression: SymbolicExpression, digits: int) -> SymbolicExpression:
    return expression.xreplace({number: sympy.Float(number, digits) for number in expression.atoms(sympy.Float)})
