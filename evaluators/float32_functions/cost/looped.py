"""A function of an array, run many times inside one compiled loop: its own time, without that of calls.

With ``flags.LOOP_FLAGS`` set before JAX is imported, each pass calls the machine code that XLA emits for the function
alone. Without them, it may become part of the loop's own code, which is another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.float32_functions.cost.timing import Contender


def looped(function: Callable[[Any], Any], x: Any, width: int) -> Callable[[int], None]:
    """Returns what runs a function on an array as often as it is told to.

    Args:
        function: traceable, its result of the shape of its argument.
        x: the array.
        width: the vectors that XLA prefers, in bits.
    """

    def run(times: Any, x: Any) -> Any:
        def step(_: Any, state: Any) -> Any:
            # Without the barrier, XLA would run the function once, before the loop.
            x, last = lax.optimization_barrier(state)  # type: ignore[no-untyped-call]
            return x, function(x).astype(last.dtype)

        return lax.fori_loop(0, times, step, (x, jnp.zeros_like(x)))[1]

    x = jnp.asarray(x)
    options: dict[str, str | bool] = {"xla_cpu_prefer_vector_width": str(width)}
    compiled = jax.jit(run).lower(jnp.int32(1), x).compile(compiler_options=options)

    # Making a scalar takes longer than the call.
    scalar = lru_cache(maxsize=None)(jnp.int32)

    def repeated(times: int) -> None:
        compiled(scalar(times), x).block_until_ready()

    return repeated


def looped_contender(function: Callable[[Any], Any], x: Any, width: int) -> Contender:
    """Returns what is timed: the function on an array, less the loop around it and the call of its code."""
    return Contender(looped(function, x, width), looped(function, x[:1], width))
