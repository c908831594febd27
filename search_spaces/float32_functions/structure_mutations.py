"""Mutations of the graph of a machine program: its operations and what they read.

Every one returns a valid program, or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from types import MappingProxyType

from primitives.machine import MACHINE
from primitives.machine_primitive import Kind, MachinePrimitive
from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.operands import draw_operand, draw_slot
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram

_NEUTRAL = MappingProxyType({"add": 0.0, "sub": 0.0, "mul": 1.0, "div": 1.0})

_ARITHMETIC = ("add", "sub", "mul", "fma")
_RARE = ("div", "to_int", "to_float", "floor", "round", "copysign")

_BRANCHES = MappingProxyType({"select": (2, 3), "int_select": (2, 3), "min": (1, 2), "max": (1, 2)})


def insert(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Puts a new operation on one edge of the graph, the edge to the output included."""
    draft = Draft(program)
    place, slot = random_edge(draft, rng)
    old = draft.instructions[place][slot] if place < len(draft.instructions) else draft.output
    new = _operation_on(draft, old, place, rng)
    if place < len(program.instructions):
        draft.instructions[place][slot] = new
    else:
        draft.output = new
    return draft.program()


def remove(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Takes one operation out; its users get one of its operands instead."""
    draft = Draft(program)
    place = rng.randrange(len(draft.instructions))
    heirs = [r for r in draft.instructions[place][1:] if draft.kind(r) == draft.kind(place + 1)]
    if not heirs:
        return None
    draft.redirect(place + 1, rng.choice(heirs))
    return draft.program()


def rewire(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Gives one operand of one operation a new source."""
    draft = Draft(program)
    place = rng.randrange(len(draft.instructions))
    slot = rng.randrange(1, len(draft.instructions[place]))
    draft.instructions[place][slot] = draw_slot(draft, draft.instructions[place][0], slot - 1, place, rng)
    return draft.program()


def change_operation(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Replaces one operation by another of the same result; operands that fit are kept, others drawn."""
    draft = Draft(program)
    place = rng.randrange(len(draft.instructions))
    name, *old = draft.instructions[place]
    row = draw_row([r for r in MACHINE.values() if r.result == MACHINE[name].result and r.name != name], rng)
    if rng.random() < 0.3:
        old.reverse()
    operands: list[Reference] = []
    for slot, kind in enumerate(row.operands):
        fitting = next((r for r in old if draft.kind(r) == kind), None)
        if fitting is None:
            operands.append(draw_slot(draft, row.name, slot, place, rng))
        else:
            old.remove(fitting)
            operands.append(fitting)
    draft.instructions[place] = [row.name, *operands]
    return draft.program()


def replace_subexpression(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Replaces one value and what it alone needs by another value, a constant or a small new expression."""
    draft = Draft(program)
    place = rng.randrange(len(draft.instructions))
    new = draw_operand(draft, draft.kind(place + 1), place, rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        new = _operation_on(draft, new, place, rng)
    draft.redirect(place + 1, new, len(program.instructions))
    return draft.program()


def drop_branch(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Drops a clamp or a selection: one of its branches takes its place."""
    draft = Draft(program)
    places = [place for place, instruction in enumerate(draft.instructions) if instruction[0] in _BRANCHES]
    if not places:
        return None
    place = rng.choice(places)
    instruction = draft.instructions[place]
    draft.redirect(place + 1, instruction[rng.choice(_BRANCHES[instruction[0]])])
    return draft.program()


def random_edge(draft: Draft, rng: Random) -> tuple[int, int]:
    """Draws an operand of an instruction, as its place and the position in it; the last place is the output's."""
    place = rng.randint(0, len(draft.instructions))
    return place, 0 if place == len(draft.instructions) else rng.randrange(1, len(draft.instructions[place]))


def draw_row(rows: Sequence[MachinePrimitive], rng: Random) -> MachinePrimitive:
    """Draws an operation: arithmetic more often than others, dear ones seldom."""
    weights = [4.0 if row.name in _ARITHMETIC else 0.3 if row.name in _RARE else 1.0 for row in rows]
    return rng.choices(rows, weights)[0]


def _operation_on(draft: Draft, value: Reference, limit: Reference, rng: Random) -> Reference:
    """Appends an operation of the value's kind that takes it in one of its places, near the identity half of the time.

    Truth values have no operations; they come back as they are.
    """
    kind: Kind = draft.kind(value)
    rows = [row for row in MACHINE.values() if row.result == kind and kind in row.operands]
    if not rows:
        return value
    row = draw_row(rows, rng)
    if row.name in _NEUTRAL and rng.random() < 0.5:
        start = draft.format.nearest(_NEUTRAL[row.name] + 1e-3 * rng.gauss(0.0, 1.0))
        return draft.append(row.name, value, draft.constant(Constant("float", start, free=True)))
    slots = [slot for slot, wanted in enumerate(row.operands) if wanted == kind]
    # The amount of a shift and the number that rounds are none that a value could be.
    chosen = slots[0] if row.name.startswith(("shift", "round")) else rng.choice(slots)
    operands = [value if slot == chosen else draw_slot(draft, row.name, slot, limit, rng) for slot in range(row.arity)]
    return draft.append(row.name, *operands)
