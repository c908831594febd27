"""Writes polynomials in one of several forms; mutations recognise them and write them in another.

A form changes the order of the operations, and with it the roundings and how many of them can run at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from search_spaces.float32_functions.builder import Builder, Operand, Value
from search_spaces.float32_functions.typed_program import Reference, TypedProgram

FORMS = ("horner", "estrin", "even_odd")
"""Horner's; Estrin's, split at powers of two; Horner's in t^2 for the even powers and for the odd ones."""

ONE: Reference | None = None
"""The coefficient of a power that has none."""

Terms: TypeAlias = Mapping[int, Reference | None]
"""Coefficients by their power; :data:`ONE` where a power stands alone."""

_MAX_TERMS = 24


def write_polynomial(b: Builder, t: Value, coefficients: Sequence[Operand | None], form: str = "horner") -> Value:
    """Returns the sum of coefficients times powers of t.

    Args:
        b: what to write with.
        t: the variable.
        coefficients: from the power 0 upwards, at least one that is not None; None leaves a power out.
        form: one of :data:`FORMS`.
    """
    return write_terms(b, t, {k: c for k, c in enumerate(coefficients) if c is not None}, form)


def write_terms(b: Builder, t: Value, terms: Mapping[int, Operand], form: str = "horner") -> Value:
    """Returns the sum of coefficients times powers of t, given the coefficients by power.

    Args:
        b: what to write with.
        t: the variable.
        terms: at least one.
        form: one of :data:`FORMS`.

    Raises:
        ValueError: for a form that is not listed.
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}, not {form!r}")
    even, odd = ({k // 2: c for k, c in terms.items() if k % 2 == rest} for rest in (0, 1))
    if form == "even_odd" and even and odd:
        square = t * t
        return b("fma", write_terms(b, square, odd), t, write_terms(b, square, even))
    return _joined(b, t, sorted(terms.items()), form)


def _joined(b: Builder, t: Value, terms: Sequence[tuple[int, Operand]], form: str) -> Value:
    least, coefficient = terms[0]
    if least:
        value = _joined(b, t, [(k - least, c) for k, c in terms], form)
        return value * _power(t, least)
    if len(terms) == 1:
        return coefficient if isinstance(coefficient, Value) else b.fixed(float(coefficient))
    split = 2 ** (terms[-1][0].bit_length() - 1) if form == "estrin" else terms[1][0]
    low = [(k, c) for k, c in terms if k < split]
    high = [(k, c) for k, c in terms if k >= split]
    base = high[0][0]
    return b("fma", _joined(b, t, [(k - base, c) for k, c in high], form), _power(t, base), _joined(b, t, low, form))


def _power(t: Value, exponent: int) -> Value:
    if exponent == 1:
        return t
    half = _power(t, exponent // 2)
    return half * half * t if exponent % 2 else half * half


def read_terms(program: TypedProgram, t: Reference) -> tuple[Terms, ...]:
    """Returns every value of a program, x first, as a polynomial in one of them.

    What is no sum of powers of t is a coefficient, so that a value which does not depend on t is a polynomial of one
    term. No power occurs twice in a polynomial: such a sum is a coefficient too.

    Args:
        program: the program.
        t: the value that counts as the variable.
    """
    known: list[Terms] = []

    def terms(reference: Reference) -> Terms:
        return known[reference] if reference >= 0 else {0: reference}

    def product(a: Reference, b: Reference) -> Terms | None:
        for factor, other in ((b, a), (a, b)):
            ((power, coefficient), *rest) = terms(factor).items()
            if power and coefficient is ONE and not rest:
                return {k + power: c for k, c in terms(other).items()}
        return None

    def total(first: Terms | None, second: Terms) -> Terms | None:
        if first is None or first.keys() & second.keys() or len(first) + len(second) > _MAX_TERMS:
            return None
        return {**first, **second}

    for reference in range(len(program.instructions) + 1):
        found: Terms | None = None
        name, *operands = program.instructions[reference - 1] if reference else ("x",)
        if reference == t:
            found = {1: ONE}
        elif name == "mul":
            found = product(operands[0], operands[1])
        elif name == "add":
            found = total(terms(operands[0]), terms(operands[1]))
        elif name == "fma":
            found = total(product(operands[0], operands[1]), terms(operands[2]))
        known.append(MappingProxyType(found or {0: reference}))
    return tuple(known)
