"""JAX: jitted functions of ``jax.numpy`` and its companions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf

from evaluators.float32_functions.cost.looped import looped_contender
from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function, Peer


def _gelu(x: Any) -> Any:
    return jax.nn.gelu(x, approximate=False)


_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        **{name: getattr(jnp, name) for name in ("exp2", "exp", "expm1", "log2", "log", "log1p", "sin", "cos", "tanh")},
        "erf": erf,
        "sigmoid": jax.nn.sigmoid,
        "gelu": _gelu,
    }
)


def _evaluate(name: str) -> Function:
    function = jax.jit(_FUNCTIONS[name])
    return lambda x: np.asarray(function(x))


def _contender(name: str, x: Floats, width: int) -> Contender:
    return looped_contender(_FUNCTIONS[name], x, width)


PEER = Peer(
    "jnp", frozenset(_FUNCTIONS), lambda: f"jax {jax.__version__}", _evaluate, _contender, has_widths=True, flushes=True
)
"""The row."""
