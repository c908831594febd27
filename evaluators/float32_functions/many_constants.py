"""One program with many vectors of constants, compiled once: microseconds for a vector on thousands of points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, all_values
from evaluators.float32_functions.minimax import Points
from primitives.float_format import FloatFormat
from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

BATCH = 32
"""Vectors at once."""


class ManyConstants:
    """The largest errors of a program for many vectors of its fitted constants, in the arithmetic of compiled code.

    XLA flushes subnormal numbers on a CPU, so it speaks for such arithmetic only. Errors are differences of bit
    patterns and the exact value's distance from its nearest number: right up to 1 ULP; of larger ones next to powers
    of two only that they are larger.
    """

    def __init__(self, program: TypedProgram) -> None:
        """Prepares a program; it is compiled once per number of points, when first called."""
        import jax

        self._format = program.float_format
        self._errors = jax.jit(jax.vmap(_errors(program), in_axes=(0, None, None, None)))

    def errors(self, constants: Doubles, points: Points) -> Any:
        """Returns the absolute errors in ULPs, ``(num_vectors, num_points)``.

        Args:
            constants: numbers of the format, ``(num_vectors, num_free)``, :data:`BATCH` vectors at most.
            points: where.
        """
        # Every shape is compiled anew: one vector, or the batch.
        padded = np.repeat(constants[:1], 1 if len(constants) == 1 else BATCH, axis=0)
        padded[: len(constants)] = constants
        nearest = points.reference.astype(self._format.dtype)
        # Bit patterns order magnitudes.
        beyond = (np.abs(points.reference) - np.abs(nearest.astype(np.float64))) / points.spacing
        run = self._errors(
            padded.astype(self._format.dtype),
            points.x,
            nearest.view(self._format.int_dtype),
            beyond.astype(np.float32),
        )
        return np.asarray(run)[: len(constants)]

    def largest(self, constants: Doubles, points: Points) -> Doubles:
        """Returns the largest error of each vector, ``(num_vectors,)``."""
        starts = range(0, len(constants), BATCH)
        return np.concatenate([self.errors(constants[i : i + BATCH], points).max(axis=1) for i in starts])


def _errors(program: TypedProgram) -> Callable[..., Any]:
    import jax.numpy as jnp
    from jax import lax

    fmt = program.float_format

    def errors(free: Any, x: Any, nearest: Any, beyond: Any) -> Any:
        constants = all_values(program, free, lambda constant: _exactly(constant, fmt))
        output = program.run(x, constants, lambda name, *operands: MACHINE[name].traced(fmt, *operands))[-1]
        # Opposite signs wrap around to a difference that is large too, and so do bits that are no number.
        steps = lax.bitcast_convert_type(output, fmt.int_dtype) - nearest
        return jnp.abs(steps.astype(jnp.float32) - beyond)

    return errors


def _exactly(constant: Constant, fmt: FloatFormat) -> Any:
    return (fmt.dtype if constant.kind == "float" else fmt.int_dtype).type(constant.value)
