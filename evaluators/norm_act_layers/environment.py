"""The environment of a process that trains layers, free of JAX since it is set before JAX is imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from evaluators.settings import worker_environment

CACHE_BYTES = 4 * 2**30
"""Compiled networks kept on the disk; the least recently used are removed."""


def layers_environment() -> Mapping[str, str]:
    """Returns the environment variables of a worker.

    Every candidate is compiled, so these networks have a cache of their own, with a limit. On a GPU memory is taken as
    it is needed, since other processes may share the card.
    """
    common = dict(worker_environment())
    cache = Path(common["JAX_COMPILATION_CACHE_DIR"]) / "layers"
    return MappingProxyType(
        {
            **common,
            "JAX_COMPILATION_CACHE_DIR": str(cache),
            "JAX_COMPILATION_CACHE_MAX_SIZE": str(CACHE_BYTES),
            "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        }
    )
