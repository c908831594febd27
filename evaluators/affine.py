"""Constants in which a program's value is affine, or affine but for a function applied at the end."""

from __future__ import annotations

from functools import lru_cache

from search_spaces.program import Instruction


@lru_cache(maxsize=65_536)
def affine_constants(instructions: tuple[Instruction, ...], num_constants: int) -> tuple[bool, ...]:
    """Tells in which constants together a program is affine; functions of one value at the output are looked through.

    A square, a square root or an exponential of an affine function is nearly affine to a Newton step, which is what the
    answer is used for.

    Args:
        instructions: the program's instructions.
        num_constants: how many constants it has.
    """
    # Sets of constants as bit masks: those in which a value is affine, and the others that it depends on.
    affine, curved = [0], [0]
    for name, *references in instructions:
        flat = [affine[r] if r >= 0 else 1 << (-1 - r) for r in references]
        bent = [curved[r] if r >= 0 else 0 for r in references]
        both = bent[0] | bent[-1]
        if name in ("add", "sub") or len(references) == 1 or references[0] == references[1]:
            kept = flat[0] | flat[-1]
        elif name == "div" or flat[0].bit_count() >= flat[1].bit_count():
            kept, both = flat[0], both | flat[1]
        else:
            kept, both = flat[1], both | flat[0]
        affine.append(kept & ~both)
        curved.append(both)
    return tuple(bool(affine[-1] >> k & 1) for k in range(num_constants))
