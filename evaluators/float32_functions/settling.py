"""Constants that owe nothing to the roundings of a sample: fitted over the reals, rounded one after another.

A search among neighbouring constants keeps those with which the roundings of the inputs that it sees happen to be
small. Of a program with many roundings, elsewhere they are not: constants of gelu that showed 0.93 ULP around the worst
of a million inputs had 1.05 on all, and such as these, which showed 0.94, had 0.96.
"""

from __future__ import annotations

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, free_values, with_free_values
from evaluators.float32_functions.minimax import Points, fit_real
from evaluators.float32_functions.neighbours import one_after_another
from evaluators.float32_functions.shadow import shadow
from search_spaces.float32_functions.typed_program import TypedProgram

_FITTED = 400
_JOINING = 200
_SEEN = 20_000
_ROUNDS = 3


def settled(program: TypedProgram, points: Points) -> TypedProgram:
    """Returns a program with its constants fitted over the reals, and rounded one after another, in a few rounds.

    After each round the inputs join where it is worst over the reals, such as the ends of reduced intervals, which a
    few hundred inputs lack. The round whose error over the reals is least counts.

    Args:
        program: constants marked free are fitted, from their values.
        points: where the error counts, a part of which is looked at.
    """
    seen, fitted = points.some(_SEEN), points.some(_FITTED)
    best, least = program, np.inf
    for _ in range(_ROUNDS):
        real = fit_real(program, fitted)
        if not np.all(np.isfinite(real.constants)):
            break
        constants = one_after_another(program, fitted, real)
        if not np.all(np.isfinite(constants)):
            break
        program = with_free_values(program, constants)
        errors = _errors_over_the_reals(program, seen)
        if errors.max(initial=0.0) < least:
            best, least = program, float(errors.max(initial=0.0))
        fitted = fitted.joined(seen.at(np.argsort(-errors)[:_JOINING]))
    return best


def _errors_over_the_reals(program: TypedProgram, points: Points) -> Doubles:
    values = shadow(program, points.x, free_values(program), flush=points.flush).values
    return np.nan_to_num(np.abs(values - points.reference) / points.spacing, nan=0.0, posinf=0.0)
