"""Programs as XLA compiles them: jitted from the text that is exported."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.float32_functions.jax_text import module_text
from search_spaces.float32_functions.typed_program import TypedProgram

Compiled: TypeAlias = Callable[[jax.Array], jax.Array]
"""A jitted function of an array of the program's format, of any shape; each shape is compiled once."""

_KEPT = 256
"""Programs whose compiled code is kept."""


@lru_cache(maxsize=_KEPT)
def compile_program(program: TypedProgram) -> Compiled:
    """Returns the program as a jitted function, compiled when it is first called with arrays of a shape."""
    function = traceable(program)

    def broadcast(x: jax.Array) -> jax.Array:
        # constants among themselves are NumPy scalars, which warn where arrays don't
        with np.errstate(all="ignore"):
            return jnp.broadcast_to(jnp.asarray(function(x), program.float_format.dtype), x.shape)

    return jax.jit(broadcast)


def traceable(program: TypedProgram) -> Callable[[Any], Any]:
    """Returns the function of the program's text, to be traced by JAX as part of another."""
    namespace: dict[str, Any] = {}
    exec(compile(module_text(program), "<program>", "exec"), namespace)
    function: Callable[[Any], Any] = namespace["f"]
    return function
