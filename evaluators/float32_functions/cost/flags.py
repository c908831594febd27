"""Environment of a process that measures, free of JAX so that its parent can set it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import MappingProxyType

LOOP_FLAGS = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=0 --xla_cpu_multi_thread_eigen=false"
"""Keeps XLA from taking a loop for one function, whose code would not be that of the function alone."""


def measuring_environment() -> Mapping[str, str]:
    """Returns the environment of a process that measures: one thread, XLA on the CPU, the modules of this process."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(filter(None, sys.path))
    return MappingProxyType(
        {**os.environ, **one_thread, "JAX_PLATFORMS": "cpu", "XLA_FLAGS": LOOP_FLAGS, "PYTHONPATH": path}
    )
