"""How XLA compiles the training of a candidate: each is compiled once and runs for minutes at most."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import jax

_FAST: Mapping[str, bool | int] = MappingProxyType(
    {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 1}
)
"""For XLA on a CPU.

Its older code generator compiles in half the time, and its code is at most a tenth slower. Of the levels of LLVM, 1
compiles in two thirds of the time of the default, 3, and its code is as fast; that of level 0 is three times slower.
"""


@cache
def compiler_options() -> dict[str, bool | int]:
    """Returns options for ``jax.jit``; none where this JAX does not know them, or runs on something else."""
    if jax.default_backend() != "cpu":
        return {}
    try:
        jax.jit(lambda x: x, compiler_options=dict(_FAST)).lower(0.0).compile()
    except jax.errors.JaxRuntimeError:
        return {}
    return dict(_FAST)
