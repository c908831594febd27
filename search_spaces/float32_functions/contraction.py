"""Products and sums as a compiler contracts them: one fused multiply-add of a product that one sum alone uses.

LLVM makes one operation of a sum and a product where nothing else needs the product, and only there: equal products are
one, whatever their signs. Of two such products in a sum, the one that is computed from fewer operations in a row is
taken; of a difference, the first. A choice between two such values that share an operand becomes one between the
others. So a program in this form says what runs; in another, its roundings may differ.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from primitives.machine import MACHINE
from search_spaces.float32_functions.compiler_algebra import written
from search_spaces.float32_functions.form import Form
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram

_FACTORED = ("add", "sub", "mul", "div")
_SUMS = ("add", "sub", "round_shift")


def contracted(program: TypedProgram) -> tuple[Form, Reference]:
    """Returns the program with every fused multiply-add that a compiler makes, and no other, and its output.

    Args:
        program: a valid program without dead code.
    """
    apart, output = _expanded(program)
    uses = Counter(reference for _, *references in apart.instructions for reference in references)
    uses[output] += 1
    lone = {place for place, (name, *_) in enumerate(apart.instructions, 1) if name == "mul" and uses[place] == 1}
    depths = _depths(apart)
    form = Form(apart.format, [], [])
    for constant in apart.constants:
        form.constant(constant)
    values: list[Reference] = [0]

    def moved(reference: Reference) -> Reference:
        return values[reference] if reference >= 0 else reference

    for name, *references in apart.instructions:
        factored = _factored(apart, references, uses) if name == "select" else None
        if factored is not None:
            operation, place, common, *choice = factored
            pair = [moved(common), form.write("select", list(map(moved, choice)))]
            values.append(form.write(operation, pair[:: 1 - 2 * place]))
            continue
        product = _product(name, references, lone, depths)
        if product is None:
            values.append(form.write(name, [moved(r) for r in references]))
            continue
        # In the order of what they compute, so that of two values always the same one gets a changed sign.
        a, b = map(moved, sorted(apart.instructions[references[product] - 1][1:], key=apart.digest))
        values.append(_fused(form, name, product, a, b, [moved(r) for r in references]))
    return form, moved(output)


def _product(name: str, references: list[Reference], lone: set[Reference], depths: list[int]) -> int | None:
    """Returns which operand of a sum is the product that it is fused with."""
    if name not in _SUMS:
        return None
    found = [place for place in (0, 1) if references[place] in lone and (place == 0 or name != "round_shift")]
    if not found or name != "add":
        return found[0] if found else None
    return min(found, key=lambda place: depths[references[place]])


def _factored(apart: Form, references: list[Reference], uses: Counter[Reference]) -> tuple[Any, ...] | None:
    """Returns what becomes of a choice between two values that nothing else uses and that share an operand.

    Returns:
        the operation, the place of the shared operand, that operand, and the choice between the others; None where
        the choice stays.
    """
    condition, *branches = references
    (name, *first), (other, *second) = (apart.instruction(branch) for branch in branches)
    if name != other or name not in _FACTORED or any(uses[branch] != 1 for branch in branches):
        return None
    for place in (0, 1):
        if first[place] == second[place]:
            return name, place, first[place], condition, first[1 - place], second[1 - place]
        if MACHINE[name].commutative and first[place] == second[1 - place]:
            return name, 0, first[place], condition, first[1 - place], second[place]
    return None


def _fused(form: Form, name: str, product: int, a: Reference, b: Reference, operands: list[Reference]) -> Reference:
    if name == "round_shift":
        a, b = _with_sign_of(form, operands[1], a, b)
        return form.write("round_shift", [a, b, operands[2]])
    rest = operands[1 - product]
    if name == "sub" and product == 0:
        rest = form.negated(rest)
    elif name == "sub":
        a, b = _negated_product(form, a, b)
    return form.write("fma", [a, b, rest])


def _with_sign_of(form: Form, sign: Reference, a: Reference, b: Reference) -> tuple[Reference, Reference]:
    """Returns the factors of a product that is negated where the sign, 1 or -1, says so."""
    return (a, b) if (form.known(sign) or 0.0) > 0 else _negated_product(form, a, b)


def _negated_product(form: Form, a: Reference, b: Reference) -> tuple[Reference, Reference]:
    return (a, form.negated(b)) if b < 0 else (form.negated(a), b)


def _expanded(program: TypedProgram) -> tuple[Form, Reference]:
    """Writes every product and every sum by itself; products that differ in their signs only are one."""
    form = Form(program.float_format, [], [])
    constants = [form.constant(constant) for constant in program.constants]
    values: list[Reference] = [0]
    for name, *references in program.instructions:
        operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
        units = [abs(form.known(r) or 0.0) == 1.0 for r in operands[:2]]
        if name == "round_shift" and any(units):
            values.append(written(form, name, [*(operands[1::-1] if units[0] else operands[:2]), operands[2]]))
        elif name in ("fma", "round_shift"):
            negative, product = _signed_product(form, operands[0], operands[1])
            values.append(_sum(form, name, negative, product, operands[2]))
        else:
            values.append(written(form, name, operands))
    return form, values[-1]


def _sum(form: Form, name: str, negative: bool, product: Reference, rest: Reference) -> Reference:
    if name == "round_shift":
        sign = form.constant(Constant("float", -1.0 if negative else 1.0))
        return written(form, "round_shift", [product, sign, rest])
    return written(form, "sub", [rest, product]) if negative else written(form, "add", [product, rest])


def _signed_product(form: Form, a: Reference, b: Reference) -> tuple[bool, Reference]:
    """Returns whether a product is the negative of a value, and that value."""
    (first, a), (second, b) = _magnitude(form, a), _magnitude(form, b)
    return first != second, written(form, "mul", [b, a] if form.has("mul", [b, a]) else [a, b])


def _magnitude(form: Form, reference: Reference) -> tuple[bool, Reference]:
    constant = form.number(reference)
    if constant is not None and not constant.free and constant.value < 0:
        return True, form.constant(replace(constant, value=-constant.value))
    name, *operands = form.instruction(reference)
    return (True, int(operands[0])) if name == "neg" else (False, reference)


def _depths(form: Form) -> list[int]:
    """Returns how many operations in a row every value takes; a change of sign does not count."""
    depths = [0]
    for name, *references in form.instructions:
        depths.append(max(depths[r] if r >= 0 else 0 for r in references) + (name != "neg"))
    return depths
