"""Mutations of the polynomials that a machine program evaluates: their terms and the form they are written in."""

from __future__ import annotations

from random import Random

from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.draft import Draft
from search_spaces.float32_functions.polynomial_form import FORMS, Terms, read_terms, write_terms
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram

_LEAST_TERMS = 3
"""Polynomials of fewer have one form only."""

_PRODUCTS = ("mul", "fma")


def change_form(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Writes one polynomial in another form, its coefficients kept."""
    found = _random_polynomial(program, rng)
    return None if found is None else _rewritten(program, *found, rng.choice(FORMS))


def add_term(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Adds a term to a polynomial: a constant c that is multiplied by t becomes c + c' t, and c' starts at 0."""
    draft = Draft(program)
    places = [
        (place, slot)
        for place, (name, *operands) in enumerate(draft.instructions)
        for slot in (1, 2)
        if name in _PRODUCTS and operands[slot - 1] < 0 and operands[2 - slot] >= 0
    ]
    if not places:
        return None
    place, slot = rng.choice(places)
    instruction = draft.instructions[place]
    new = draft.constant(Constant("float", 0.0, free=True))
    instruction[slot] = draft.append("fma", new, instruction[3 - slot], instruction[slot])
    return draft.program()


def drop_term(program: TypedProgram, rng: Random) -> TypedProgram | None:
    """Drops the leading term of a polynomial, or any one of a long one, which is then written anew."""
    if rng.random() < 0.3:
        found = _random_polynomial(program, rng)
        if found is None:
            return None
        value, variable, terms = found
        dropped = rng.choice(list(terms))
        left = {power: coefficient for power, coefficient in terms.items() if power != dropped}
        return _rewritten(program, value, variable, left, rng.choice(FORMS))
    draft = Draft(program)
    leading = [place for place, (name, *o) in enumerate(draft.instructions) if name == "fma" and min(o[:2]) < 0]
    if not leading:
        return None
    place = rng.choice(leading)
    draft.redirect(place + 1, draft.instructions[place][3])
    return draft.program()


def _rewritten(
    program: TypedProgram, value: Reference, variable: Reference, terms: Terms, form: str
) -> TypedProgram | None:
    b = Builder.of(program)
    coefficients = {power: 1.0 if c is None else b.value(c) for power, c in terms.items()}
    written = write_terms(b, b.value(variable), coefficients, form)
    draft = Draft(program)
    draft.instructions += map(list, b.instructions[len(draft.instructions) :])
    draft.constants = b.constants
    draft.redirect(value, written.reference, len(program.instructions))
    return draft.program()


def _random_polynomial(program: TypedProgram, rng: Random) -> tuple[Reference, Reference, Terms] | None:
    """Draws a polynomial of the program: its value, its variable and its terms; mostly one that is no part of another.

    Returns:
        None where there is none of enough terms.
    """
    variables = {r for name, *operands in program.instructions if name in _PRODUCTS for r in operands[:2] if r >= 0}
    found = [
        (value, variable, terms)
        for variable in sorted(variables)
        for value, terms in enumerate(read_terms(program, variable))
        if len(terms) >= _LEAST_TERMS and MACHINE[program.instructions[value - 1][0]].result == "float"
    ]
    if not found:
        return None
    longest = max(len(terms) for *_, terms in found)
    return rng.choice([f for f in found if len(f[2]) == longest] if rng.random() < 0.5 else found)
