"""Variation of machine programs: the table of mutations, and crossover.

Every operator returns a well-typed program without dead code, or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from search_spaces.float32_functions import constant_mutations, polynomial_mutations, structure_mutations
from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.structure_mutations import random_edge
from search_spaces.float32_functions.typed_program import Reference, TypedProgram, X

Mutation: TypeAlias = Callable[[TypedProgram, Random], TypedProgram | None]

MUTATIONS = MappingProxyType(
    {
        "insert": (structure_mutations.insert, 0.14),
        "remove": (structure_mutations.remove, 0.14),
        "rewire": (structure_mutations.rewire, 0.12),
        "change_operation": (structure_mutations.change_operation, 0.08),
        "replace_subexpression": (structure_mutations.replace_subexpression, 0.08),
        "drop_branch": (structure_mutations.drop_branch, 0.08),
        "change_form": (polynomial_mutations.change_form, 0.08),
        "add_term": (polynomial_mutations.add_term, 0.06),
        "drop_term": (polynomial_mutations.drop_term, 0.06),
        "perturb_constants": (constant_mutations.perturb_constants, 0.03),
        "nudge_constant": (constant_mutations.nudge_constant, 0.04),
        "toggle_constant": (constant_mutations.toggle_constant, 0.03),
        "round_constant": (constant_mutations.round_constant, 0.03),
        "share_constant": (constant_mutations.share_constant, 0.02),
        "split_constant": (constant_mutations.split_constant, 0.01),
    }
)
"""Every mutation by its name, with the probability at which it is drawn."""

_NAMES = tuple(MUTATIONS)
_PROBABILITIES = tuple(probability for _, probability in MUTATIONS.values())
_FURTHER = 0.2


def mutate(program: TypedProgram, rng: Random) -> TypedProgram:
    """Returns the program after one mutation, drawn by its probability, and now and then after one more."""
    while True:
        (name,) = rng.choices(_NAMES, _PROBABILITIES)
        mutated = MUTATIONS[name][0](program, rng)
        if mutated is None or mutated == program:
            continue
        if rng.random() >= _FURTHER:
            return mutated
        program = mutated


def crossover(recipient: TypedProgram, donor: TypedProgram, rng: Random) -> TypedProgram | None:
    """Grafts a subgraph of the donor onto an edge of the recipient.

    The subgraph computes one random value of the donor, of the kind that the edge carries. It reads the input, or the
    value that ran along the edge before, with equal probability. Now and then all users of that value read the graft.
    """
    draft = Draft(recipient)
    size = len(draft.instructions)
    place, slot = random_edge(draft, rng)
    old = draft.output if place == size else draft.instructions[place][slot]
    kind = draft.kind(old)
    roots = [r for r in range(1, len(donor.instructions) + 1) if donor.kind(r) == kind]
    if not roots or recipient.format != donor.format:
        return None
    source = old if kind == "float" and rng.random() < 0.5 else X
    graft = _graft(draft, donor, rng.choice(roots), source)
    if place == size:
        draft.output = graft
    elif old > 0 and source == X and rng.random() < 0.3:
        draft.redirect(old, graft, size)
    else:
        draft.instructions[place][slot] = graft
    return draft.program()


def _graft(draft: Draft, donor: TypedProgram, root: Reference, source: Reference) -> Reference:
    """Appends the donor's instructions up to a value, which read a source for x, and returns that value."""
    base = len(draft.instructions)
    constants = [draft.constant(constant) for constant in donor.constants]

    def moved(reference: Reference) -> Reference:
        if reference == X:
            return source
        return reference + base if reference > 0 else constants[-1 - reference]

    for name, *references in donor.instructions[:root]:
        draft.append(name, *map(moved, references))
    return base + root
