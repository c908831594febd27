"""The canonical form of machine programs: one text for programs that differ only in how they are written.

Dead code goes, equal instructions are one, commuting operands stand in a fixed order, constants are folded, and
products are fused with sums where a compiler does so. Roundings that the compiled program makes stay as they are;
nothing is reassociated.
"""

from __future__ import annotations

import hashlib

from primitives.machine import MACHINE
from search_spaces.float32_functions.compiler_algebra import written
from search_spaces.float32_functions.contraction import contracted
from search_spaces.float32_functions.draft import linearised
from search_spaces.float32_functions.form import Form, constant_text
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram

_MAX_PASSES = 50


def canonical(program: TypedProgram) -> TypedProgram:
    """Returns the representative of the programs that compute the same operations.

    A program that collapses to x or a constant is written as its product with 1.
    """
    for _ in range(_MAX_PASSES):
        simpler = _ordered(*contracted(_simplified(program)))
        if simpler == program:
            break
        program = simpler
    return program


def without_dead_code(program: TypedProgram) -> TypedProgram:
    """Returns the program with its live instructions only, in depth-first order."""
    live = linearised(program.instructions, program.constants, len(program.instructions), program.format)
    assert live is not None, "a valid program has no value that depends on itself"
    return live


def fingerprint(program: TypedProgram) -> int:
    """Returns a 63-bit hash of a canonical program, the same on every machine; constants that are fitted have no value.

    Which of those are shared is part of the structure.
    """
    constants = [constant_text(constant) for constant in program.constants]
    text = repr((program.format, program.instructions, constants))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _simplified(program: TypedProgram) -> TypedProgram:
    """Writes every instruction anew through the rules, in canonical order."""
    form = Form(program.float_format, [], [])
    constants = [form.constant(constant) for constant in program.constants]
    values: list[Reference] = [0]
    for name, *references in program.instructions:
        operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
        values.append(written(form, name, operands))
    return _ordered(form, values[-1])


def _ordered(form: Form, output: Reference) -> TypedProgram:
    """Orders commuting operands by what they compute, and instructions by their first use."""
    if output < 1:
        output = form.write("mul", [output, form.constant(Constant("float", 1.0))])
    instructions = []
    for name, *references in form.instructions:
        if MACHINE[name].commutative:
            references[:2] = sorted(references[:2], key=form.digest)
        instructions.append((name, *references))
    program = linearised(instructions, form.constants, output, form.format.name)
    assert program is not None, "a form refers to earlier values only"
    return program
