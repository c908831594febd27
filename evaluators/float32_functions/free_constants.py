"""The constants of a program that are fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from search_spaces.float32_functions.typed_program import TypedProgram

Doubles = npt.NDArray[np.float64]


def free_places(program: TypedProgram) -> tuple[int, ...]:
    """Returns the indices of the constants that are fitted."""
    return tuple(i for i, constant in enumerate(program.constants) if constant.free and constant.kind == "float")


def free_values(program: TypedProgram) -> Doubles:
    """Returns the values of the constants that are fitted, ``(num_free,)``."""
    return np.array([program.constants[i].value for i in free_places(program)], np.float64)


def with_free_values(program: TypedProgram, values: Sequence[float] | Doubles) -> TypedProgram:
    """Returns the program with other values of its fitted constants, each rounded to the program's format."""
    constants = list(program.constants)
    for place, value in zip(free_places(program), values, strict=True):
        constants[place] = replace(constants[place], value=program.float_format.nearest(float(value)))
    return replace(program, constants=tuple(constants))


def all_values(program: TypedProgram, free: Any, fixed: Any) -> list[Any]:
    """Returns one value per constant.

    Args:
        program: whose constants.
        free: the values of those that are fitted, in order.
        fixed: called with every other constant; returns its value.
    """
    places = {place: index for index, place in enumerate(free_places(program))}
    return [free[places[i]] if i in places else fixed(constant) for i, constant in enumerate(program.constants)]
