"""Constants in which a program is affine, but for a function of one value applied at the end."""

from __future__ import annotations

from functools import lru_cache

from search_spaces.program import Instruction


@lru_cache(maxsize=65_536)
def affine_constants(instructions: tuple[Instruction, ...], num_constants: int) -> tuple[bool, ...]:
    """Tells in which constants together a program is affine; functions of one value at its end are looked through.

    A square, a square root or an exponential of an affine function is nearly affine to a Newton step, which is
    what the answer is for. Of a product of two affine values the one with more constants counts.

    Args:
        instructions: the program's instructions.
        num_constants: how many constants it has.
    """
    # Sets of constants as bit masks: those in which a value is affine, and the others that it depends on.
    affine, curved = [0], [0]
    for name, *references in instructions:
        flat = [affine[r] if r >= 0 else 1 << (-1 - r) for r in references]
        bent = [curved[r] if r >= 0 else 0 for r in references]
        if name in ("add", "sub", "neg"):
            kept, lost = flat[0] | flat[-1], 0
        elif len(flat) == 1:
            kept, lost = 0, flat[0]
        elif name == "div" or flat[0].bit_count() >= flat[1].bit_count():
            kept, lost = flat
        else:
            lost, kept = flat
        lost |= bent[0] | bent[-1]
        affine.append(kept & ~lost)
        curved.append(lost)
    value = len(instructions)
    while value > 0 and len(set(instructions[value - 1][1:])) == 1:
        value = instructions[value - 1][1]
    mask = affine[value] if value >= 0 else 1 << (-1 - value)
    return tuple(bool(mask >> k & 1) for k in range(num_constants))
