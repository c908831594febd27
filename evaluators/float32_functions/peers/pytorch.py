"""PyTorch on the CPU, on one thread."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function, Peer, called

_NAMES = ("exp2", "exp", "expm1", "log2", "log", "log1p", "sin", "cos", "tanh", "erf", "sigmoid")


def _torch() -> Any:
    if importlib.util.find_spec("torch") is None:
        raise ValueError("torch is not installed; pip install 'primordia[torch]'")
    return importlib.import_module("torch")


def _function(name: str) -> Callable[..., Any]:
    torch = _torch()
    # gelu writes to no given array; the others do.
    found: Callable[..., Any] = getattr(torch, name) if name in _NAMES else torch.nn.functional.gelu
    return found


def _evaluate(name: str) -> Function:
    torch, function = _torch(), _function(name)
    return lambda x: np.asarray(function(torch.from_numpy(np.ascontiguousarray(x))).numpy())


def _contender(name: str, x: Floats, width: int) -> Contender:  # noqa: ARG001 - PyTorch knows the processor's vectors
    torch = _torch()
    torch.set_num_threads(1)
    run = partial(_calls, torch, _function(name), name)
    return Contender(run(x), run(x[:1]))


def _calls(torch: Any, function: Callable[..., Any], name: str, x: Floats) -> Callable[[int], None]:
    values = torch.from_numpy(x.copy())
    return called(function, values, out=torch.empty_like(values)) if name in _NAMES else called(function, values)


PEER = Peer("torch", frozenset((*_NAMES, "gelu")), lambda: f"torch {_torch().__version__}", _evaluate, _contender)
"""The row."""
