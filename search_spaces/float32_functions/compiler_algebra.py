"""Rewrites that XLA makes although they round otherwise; a program that has none left rounds as it says.

XLA 0.10 on a CPU, without fast-math: constants that are added or multiplied one after the other are merged, divisions
by constants become products, nested divisions become one. Each holds over the reals, and takes fewer operations. What
else uses the inner value does not matter.
"""

from __future__ import annotations

from types import MappingProxyType

from search_spaces.float32_functions.form import Form
from search_spaces.float32_functions.simplification import folded, simplified
from search_spaces.float32_functions.typed_program import Constant, Reference


def written(form: Form, name: str, operands: list[Reference]) -> Reference:
    """Returns the value of an instruction as XLA writes it, and as simply as the rules allow."""
    value = _RULES[name](form, operands) if name in _RULES else None
    return simplified(form, name, operands) if value is None else value


def _merged(form: Form, name: str, first: Reference, second: Reference) -> Reference:
    value = folded(form, name, [first, second])
    assert value is not None, "an operation on two constants is one"
    return value


def _constant_of(form: Form, name: str, reference: Reference) -> tuple[Reference, Reference] | None:
    """Returns the other operand and the constant of an instruction that has one of each."""
    found, *operands = form.instruction(reference)
    if found == name and len(operands) == 2:
        for one, other in (operands, operands[::-1]):
            if other < 0 and one >= 0:
                return one, other
    return None


def _add(form: Form, operands: list[Reference]) -> Reference | None:
    for one, other in (operands, operands[::-1]):
        if other >= 0:
            continue
        if (inner := _constant_of(form, "add", one)) is not None:
            return written(form, "add", [inner[0], _merged(form, "add", inner[1], other)])
        name, *inside = form.instruction(one)
        if name == "sub" and inside[0] < 0:
            return written(form, "sub", [_merged(form, "add", inside[0], other), inside[1]])
    return None


def _sub(form: Form, operands: list[Reference]) -> Reference | None:
    a, b = operands
    return written(form, "add", [a, form.negated(b)]) if b < 0 <= a else None


def _mul(form: Form, operands: list[Reference]) -> Reference | None:
    for one, other in (operands, operands[::-1]):
        if other < 0 and (inner := _constant_of(form, "mul", one)) is not None:
            return written(form, "mul", [inner[0], _merged(form, "mul", inner[1], other)])
    return None


def _div(form: Form, operands: list[Reference]) -> Reference | None:
    a, b = operands
    if b < 0 <= a:
        inverse = _merged(form, "div", form.constant(Constant("float", 1.0)), b)
        number = form.number(inverse)
        is_normal = number is not None and form.format.smallest_normal <= abs(number.value) <= form.format.largest
        return written(form, "mul", [a, inverse]) if is_normal else None
    (above, *upper), (below, *lower) = form.instruction(a), form.instruction(b)
    if above == "div" and below == "div":
        product = written(form, "mul", [upper[0], lower[1]])
        return written(form, "div", [product, written(form, "mul", [upper[1], lower[0]])])
    if above == "div":
        return written(form, "div", [upper[0], written(form, "mul", [upper[1], b])])
    if below == "div":
        return written(form, "div", [written(form, "mul", [a, lower[1]]), lower[0]])
    return None


def _abs(form: Form, operands: list[Reference]) -> Reference | None:
    name, *factors = form.instruction(operands[0])
    return operands[0] if name == "mul" and factors[0] == factors[1] else None


def _round_shift(form: Form, operands: list[Reference]) -> Reference | None:
    a, b, c = operands
    inner = _constant_of(form, "add", a)
    if c >= 0 or inner is None or form.known(b) != 1.0:
        return None
    return written(form, "round_shift", [inner[0], b, _merged(form, "add", inner[1], c)])


_RULES = MappingProxyType(
    {"add": _add, "sub": _sub, "mul": _mul, "div": _div, "abs": _abs, "round_shift": _round_shift}
)
