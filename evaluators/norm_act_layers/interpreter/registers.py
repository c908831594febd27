"""Gives the places of scheduled code registers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from evaluators.norm_act_layers.interpreter.rows import OUTPUT, Key
from evaluators.norm_act_layers.interpreter.schedule import Section

_REGISTERED = frozenset({"value", "sum"})


def allocate(sections: Sequence[Section], kept: Collection[Key]) -> dict[Key, int]:
    """Gives each place a register, free again after its last use: few registers stay in a near cache.

    Args:
        sections: all rows, in order.
        kept: places that are read after all rows.

    Returns:
        registers; the output has the first for itself, as it may be left there from one pass to the next.
    """
    ending: defaultdict[int, list[Key]] = defaultdict(list)
    for key, position in _last_uses(sections).items():
        if key not in kept:
            ending[position].append(key)
    registers = {OUTPUT: 0}
    free: list[int] = []
    num_registers = 1
    for position, row in enumerate(row for section in sections for row in section.rows):
        # An operation is done before its result is written, so that this may take an operand's place.
        free += [registers[key] for key in ending[position]]
        if row.out[0] in _REGISTERED and row.out not in registers:
            if not free:
                free.append(num_registers)
                num_registers += 1
            registers[row.out] = free.pop()
    return registers


def _last_uses(sections: Sequence[Section]) -> dict[Key, int]:
    """Returns by place the row from which on it is not needed; what comes from before a loop is needed to its end."""
    last: dict[Key, int] = {}
    begin = 0
    for section in sections:
        before = set(last)
        end = begin + len(section.rows)
        for position, row in enumerate(section.rows, begin):
            for key in (*row.operands, row.out):
                if key[0] in _REGISTERED:
                    last[key] = end if section.per_block and key in before else position
        begin = end
    return last
