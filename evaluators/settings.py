"""Settings of the evaluators, free of JAX so that a driver can read them without importing it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

XLA_FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
    " --xla_cpu_prefer_vector_width=512 --xla_cpu_multi_thread_eigen=false"
)
"""Makes XLA compile the interpreter's whole loop into one function (:mod:`evaluators.interpreter`)."""

INHERITED_STARTS = 3
"""Starts at or around the constants that a program came with; a fit has at least so many."""


def worker_environment() -> Mapping[str, str]:
    """Returns the environment of a worker process that builds an evaluator, to be set before JAX is imported.

    Compiled evaluators are kept in the user's cache folder, so that the next run starts in seconds.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "primordia" / "compiled"
    return MappingProxyType(
        {
            "XLA_FLAGS": XLA_FLAGS,
            "JAX_COMPILATION_CACHE_DIR": str(cache),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.3",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
    )


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How hard constants are fitted.

    Attributes:
        num_starts: starts per program, the inherited one included.
        num_points: Chebyshev points at which the error is fitted.
        iterations: Levenberg-Marquardt steps at most.
    """

    num_starts: int = 16
    num_points: int = 32
    iterations: int = 30

    def __post_init__(self) -> None:
        least = {"num_starts": INHERITED_STARTS, "num_points": 16, "iterations": 1}
        for name, bound in least.items():
            if getattr(self, name) < bound:
                raise ValueError(f"{name} must be at least {bound}, not {getattr(self, name)}")
