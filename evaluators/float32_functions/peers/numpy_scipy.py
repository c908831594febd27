"""NumPy's ufuncs, and SciPy's for what NumPy has not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import scipy  # type: ignore[import-untyped]
from scipy import special

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function, Peer, called


def _gelu(x: Any, out: Any = None) -> Any:
    # ndtr is the distribution function of the normal distribution, exact in the tails where 1 + erf is not.
    return np.multiply(x, special.ndtr(x, out=out), out=out)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{name: getattr(np, name) for name in ("exp2", "exp", "expm1", "log2", "log", "log1p", "sin", "cos", "tanh")},
        "erf": special.erf,
        "sigmoid": special.expit,
        "gelu": _gelu,
    }
)


def _evaluate(name: str) -> Function:
    def function(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(_FUNCTIONS[name](x))

    return function


def _contender(name: str, x: Floats, width: int) -> Contender:  # noqa: ARG001 - NumPy knows the processor's vectors
    first = x[:1].copy()
    function = _FUNCTIONS[name]
    calls = called(function, first, out=np.empty_like(first))
    return Contender(called(function, x, out=np.empty_like(x)), calls)


def _version() -> str:
    return f"numpy {np.__version__}, scipy {scipy.__version__}"


PEER = Peer("numpy", frozenset(_FUNCTIONS), _version, _evaluate, _contender)
"""The row."""
