"""Draws what an operation of a machine program takes: typed operands, some of them of a special sort."""

from __future__ import annotations

from random import Random

from primitives.float_format import FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import Kind
from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram, X

SHIFTS = ("shift_left", "shift_right")
"""Operations whose second operand is a constant number of bits: languages differ on any other."""


def shifts_are_constant(program: TypedProgram) -> bool:
    """Tells whether every shift is by a constant below the width of the format."""
    for name, *references in program.instructions:
        if name in SHIFTS:
            amount = program.constants[-1 - references[1]].value if references[1] < 0 else -1
            if not 0 <= amount < program.float_format.bits:
                return False
    return True


def random_float(fmt: FloatFormat, rng: Random) -> float:
    """Draws a number of either sign whose magnitude is log-uniform over about three decades."""
    return fmt.nearest(rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(-1.5, 1.5))


def random_integer(fmt: FloatFormat, rng: Random) -> int:
    """Draws an integer that means something for bit patterns, or a small one."""
    sign = -(2 ** (fmt.bits - 1))
    return rng.choice(
        (
            1,
            2 ** (fmt.fraction_bits - 1),
            2**fmt.fraction_bits - 1,
            2**fmt.fraction_bits,
            fmt.bias,
            fmt.bias << fmt.fraction_bits,
            sign,
            -1 - sign,
            rng.randint(-8, 8),
        )
    )


def draw_slot(draft: Draft, name: str, slot: int, limit: Reference, rng: Random) -> Reference:
    """Draws an operand of an operation.

    Args:
        draft: the program, which may get constants and instructions.
        name: the operation.
        slot: which of its operands, from 0.
        limit: the last instruction that it may refer to.
        rng: the generator.
    """
    fmt = draft.format
    if name in SHIFTS and slot == 1:
        bits = rng.choice((fmt.fraction_bits, fmt.bits - 1, 1, rng.randrange(1, fmt.bits)))
        return draft.constant(Constant("int", bits))
    if name == "round_shift" and slot == 2:
        # 1.5 keeps the sum in one binade for sums of either sign; a smaller number keeps bits after the point.
        halves = rng.choice((0, 0, 0, 0, 1, 2, 4))
        return draft.constant(Constant("float", 1.5 * 2.0 ** (fmt.fraction_bits - halves)))
    return draw_operand(draft, MACHINE[name].operands[slot], limit, rng)


def draw_operand(draft: Draft, kind: Kind, limit: Reference, rng: Random) -> Reference:
    """Draws a value of a kind: an earlier one, or a constant, old or new.

    Args:
        draft: the program, which may get constants and instructions.
        kind: what the operand must be.
        limit: the last instruction that it may be.
        rng: the generator.
    """
    earlier = draft.references(kind, limit)
    if kind == "bool":
        return rng.choice(earlier) if earlier and rng.random() < 0.5 else _comparison(draft, limit, rng)
    if rng.random() < (0.3 if kind == "float" else 0.4):
        return draw_constant(draft, kind, rng)
    if kind == "int":
        return rng.choice(earlier) if earlier else draft.append("bits", rng.choice(draft.references("float", limit)))
    return X if rng.random() < 0.2 else rng.choice(earlier)


def draw_constant(draft: Draft, kind: Kind, rng: Random) -> Reference:
    """Returns a constant of a kind, mostly a new one; new numbers are fitted, new integers are not."""
    old = [-1 - i for i, constant in enumerate(draft.constants) if constant.kind == kind]
    if old and rng.random() < 0.4:
        return rng.choice(old)
    if kind == "float":
        return draft.constant(Constant("float", random_float(draft.format, rng), free=True))
    return draft.constant(Constant("int", random_integer(draft.format, rng)))


def _comparison(draft: Draft, limit: Reference, rng: Random) -> Reference:
    value = rng.choice(draft.references("float", limit))
    threshold = draft.constant(Constant("float", random_float(draft.format, rng)))
    return draft.append("less", *rng.sample((value, threshold), 2))
