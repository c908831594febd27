"""Mutations of the constants of a machine program: their values, which are fitted, and which are shared."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

_LARGEST_FITTED = 2.0**16


def perturb_constants(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Multiplies every fitted constant by a random factor near 1, at a scale drawn anew each time."""
    if not any(constant.free for constant in program.constants):
        return None
    scale = 10.0 ** rng.uniform(-3.0, 0.0)

    def perturbed(constant: Constant) -> Constant:
        factor = 1.0 + scale * rng.gauss(0.0, 1.0)
        value = program.float_format.nearest(constant.value * factor) if constant.free else constant.value
        return replace(constant, value=value) if math.isfinite(value) else constant

    return replace(program, constants=tuple(map(perturbed, program.constants)))


def nudge_constant(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Moves one constant of the structure: an integer by 1, a number to a neighbour or by a factor near 1."""
    fmt = program.float_format
    found = _choice(program, rng, free=False)
    if found is None:
        return None
    index, constant = found
    step = rng.choice((-1, 1))
    if constant.kind == "int":
        bound = 2 ** (fmt.bits - 1)
        value: float = min(max(int(constant.value) + step, -bound), bound - 1)
    else:
        relative = 2.0**-fmt.fraction_bits if rng.random() < 0.5 else 10.0 ** rng.uniform(-4.0, -0.5)
        value = fmt.nearest(constant.value * (1.0 + step * relative))
    return _with(program, index, replace(constant, value=value)) if math.isfinite(value) else None


def toggle_constant(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Makes a constant of the structure one that is fitted, or the other way round."""
    found = _choice(program, rng, kind="float")
    if found is None or not abs(found[1].value) < _LARGEST_FITTED:
        return None
    index, constant = found
    return _with(program, index, replace(constant, free=not constant.free))


def round_constant(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Rounds one constant to few significant bits and keeps it there; products with it may then be exact."""
    found = _choice(program, rng, kind="float")
    if found is None or not math.isfinite(found[1].value):
        return None
    index, constant = found
    fraction, exponent = math.frexp(constant.value)
    bits = rng.randint(1, program.float_format.fraction_bits)
    value = program.float_format.nearest(math.ldexp(round(math.ldexp(fraction, bits)), exponent - bits))
    return _with(program, index, Constant("float", value)) if math.isfinite(value) else None


def share_constant(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Makes the users of one constant use another of its kind."""
    if len(program.constants) < 2:
        return None
    one, other = rng.sample(range(len(program.constants)), 2)
    if program.constants[one].kind != program.constants[other].kind:
        return None
    draft = Draft(program)
    draft.redirect(-1 - one, -1 - other)
    return draft.program()


def split_constant(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Gives one user of a shared constant a constant of its own, which is fitted if it is a number."""
    uses = [(p, s, r) for p, (_, *refs) in enumerate(program.instructions) for s, r in enumerate(refs, 1) if r < 0]
    shared = [(p, s, r) for p, s, r in uses if sum(other == r for *_, other in uses) > 1]
    shared = [use for use in shared if program.kind(use[2]) == "float"]
    if not shared:
        return None
    place, slot, reference = rng.choice(shared)
    value = program.constants[-1 - reference].value
    if not abs(value) < _LARGEST_FITTED:
        return None
    draft = Draft(program)
    draft.instructions[place][slot] = draft.constant(Constant("float", value, free=True))
    return draft.program()


def _choice(
    program: TypedProgram, rng: Random, *, kind: str | None = None, free: bool | None = None
) -> tuple[int, Constant] | None:
    found = [
        (index, constant)
        for index, constant in enumerate(program.constants)
        if (kind is None or constant.kind == kind) and (free is None or constant.free == free)
    ]
    return rng.choice(found) if found else None


def _with(program: TypedProgram, index: int, constant: Constant) -> TypedProgram:
    return replace(program, constants=(*program.constants[:index], constant, *program.constants[index + 1 :]))
