"""Rules by which one instruction of a machine program becomes another value, or is computed at once.

A rule holds bit for bit, for every number that is not subnormal, except that NaN may have another sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

from primitives.machine import MACHINE
from search_spaces.float32_functions.form import Form, run_on_constants
from search_spaces.float32_functions.typed_program import Constant, Reference

_INVERSE = {"neg": "neg", "bits": "number", "number": "bits"}


def simplified(form: Form, name: str, operands: list[Reference]) -> Reference:
    """Returns the value of an instruction, written as simply as the rules allow."""
    constant = folded(form, name, operands)
    if constant is not None:
        return constant
    if name in _INVERSE and form.instruction(operands[0])[0] == _INVERSE[name]:
        return int(form.instruction(operands[0])[1])
    value = _RULES[name](form, operands) if name in _RULES else None
    return form.write(name, operands) if value is None else value


def folded(form: Form, name: str, operands: list[Reference]) -> Reference | None:
    """Returns the constant that an operation on constants gives, which is fitted if an operand is."""
    numbers = [constant for r in operands if (constant := form.number(r)) is not None]
    row = MACHINE[name]
    free = any(constant.free for constant in numbers)
    if len(numbers) < row.arity or row.result == "bool" or (free and row.real is None):
        return None
    result = run_on_constants(form.format, name, numbers)
    if row.result == "int":
        return form.constant(Constant("int", int(result)))
    return form.constant(Constant("float", float(result), free))


def _add(form: Form, operands: list[Reference]) -> Reference | None:
    for one, other in (operands, operands[::-1]):
        if form.instruction(other)[0] == "neg":
            return form.write("sub", [one, form.instruction(other)[1]])
        if _is(form, other, -0.0):
            return one
    return None


def _sub(form: Form, operands: list[Reference]) -> Reference | None:
    a, b = operands
    if form.instruction(b)[0] == "neg":
        return form.write("add", [a, form.instruction(b)[1]])
    if form.number(b) is not None:
        return simplified(form, "add", [a, form.negated(b)])
    return form.negated(b) if _is(form, a, -0.0) else None


def _mul(form: Form, operands: list[Reference]) -> Reference | None:
    for one, other in (operands, operands[::-1]):
        if _is(form, other, 1.0):
            return one
        if _is(form, other, -1.0):
            return form.negated(one)
    return None


def _div(form: Form, operands: list[Reference]) -> Reference | None:
    a, b = operands
    divisor = form.known(b)
    if divisor is None or not 0 < abs(divisor) < math.inf or abs(math.frexp(divisor)[0]) != 0.5:
        return None
    inverse = 1.0 / divisor
    if not form.format.smallest_normal <= abs(inverse) <= form.format.largest:
        return None
    return simplified(form, "mul", [a, form.constant(Constant("float", inverse))])


def _fma(form: Form, operands: list[Reference]) -> Reference | None:
    a, b, c = operands
    for one, other in ((a, b), (b, a)):
        if _is(form, other, 1.0):
            return simplified(form, "add", [one, c])
        if _is(form, other, -1.0):
            return simplified(form, "sub", [c, one])
    if form.number(a) is not None and form.number(b) is not None:
        return None if _is_free(form, a, b) else _exact_product(form, operands)
    if form.instruction(a)[0] == "neg" and (form.number(b) is not None or form.instruction(b)[0] == "neg"):
        return form.write("fma", [form.instruction(a)[1], form.negated(b), c])
    if form.instruction(b)[0] == "neg" and form.number(a) is not None:
        return form.write("fma", [form.negated(a), form.instruction(b)[1], c])
    return form.write("mul", [a, b]) if _is(form, c, -0.0) else None


def _exact_product(form: Form, operands: list[Reference]) -> Reference | None:
    """Folds the product of two constants where it has no rounding of its own."""
    a, b, c = operands
    product = float(form.known(a) or 0.0) * float(form.known(b) or 0.0)
    if form.format.nearest(product) != product:
        return None
    return simplified(form, "add", [c, form.constant(Constant("float", product))])


def _abs(form: Form, operands: list[Reference]) -> Reference | None:
    name, *inner = form.instruction(operands[0])
    if name == "neg":
        return simplified(form, "abs", [inner[0]])
    return operands[0] if name == "abs" else None


def _copysign(form: Form, operands: list[Reference]) -> Reference | None:
    a, b = operands
    name, *inner = form.instruction(a)
    if name in ("neg", "abs"):
        return simplified(form, "copysign", [inner[0], b])
    return a if a == b else None


def _extreme(form: Form, operands: list[Reference]) -> Reference | None:
    del form
    return operands[0] if operands[0] == operands[1] else None


def _select(form: Form, operands: list[Reference]) -> Reference | None:
    condition, then, otherwise = operands
    if then == otherwise:
        return then
    name, *compared = form.instruction(condition)
    numbers = [form.number(r) for r in compared]
    if any(number is None or number.free for number in numbers):
        return None
    holds = bool(run_on_constants(form.format, name, [number for number in numbers if number is not None]))
    return then if holds else otherwise


def _neutral(value: int, *, commutes: bool) -> Rule:
    """Returns the rule of an integer operation with a neutral second operand."""

    def rule(form: Form, operands: list[Reference]) -> Reference | None:
        one, other = operands
        if form.known(other) == value:
            return one
        return other if commutes and form.known(one) == value else None

    return rule


def _is(form: Form, reference: Reference, value: float) -> bool:
    known = form.known(reference)
    return known == value and math.copysign(1.0, value) == math.copysign(1.0, known)


def _is_free(form: Form, *references: Reference) -> bool:
    return any(form.known(reference) is None for reference in references)


Rule: TypeAlias = Callable[[Form, list[Reference]], Reference | None]
"""Returns the value that an instruction becomes, or None where it stays."""

_RULES = MappingProxyType(
    {
        "add": _add,
        "sub": _sub,
        "mul": _mul,
        "div": _div,
        "fma": _fma,
        "abs": _abs,
        "copysign": _copysign,
        "min": _extreme,
        "max": _extreme,
        "select": _select,
        "int_select": _select,
        "int_add": _neutral(0, commutes=True),
        "int_sub": _neutral(0, commutes=False),
        "int_or": _neutral(0, commutes=True),
        "int_xor": _neutral(0, commutes=True),
        "int_and": _neutral(-1, commutes=True),
        "shift_left": _neutral(0, commutes=False),
        "shift_right": _neutral(0, commutes=False),
    }
)
