"""SLEEF's variants of at most 1 ULP: the installed library, or the one inside PyTorch."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function, Peer
from evaluators.float32_functions.peers.vector_library import contender, evaluated, loops

_FUNCTIONS = ("exp2", "exp", "expm1", "log2", "log", "log1p", "sin", "cos", "tanh", "erf")
_VECTORS = {256: "f8_u10avx2", 512: "f16_u10avx512f"}


@lru_cache(maxsize=1)
def _library() -> tuple[ctypes.CDLL, str]:
    """Returns the library and where it was found.

    Raises:
        ValueError: when there is none.
    """
    installed = ctypes.util.find_library("sleef")
    if installed:
        return ctypes.CDLL(installed), installed
    torch = importlib.util.find_spec("torch")
    for folder in (torch.submodule_search_locations or []) if torch else []:
        inside = Path(folder, "lib", "libtorch_cpu.so")
        if inside.is_file() and hasattr(ctypes.CDLL(str(inside)), "Sleef_expf8_u10avx2"):
            return ctypes.CDLL(str(inside)), "the one inside torch"
    raise ValueError("SLEEF is not installed; apt install libsleef3, or pip install torch, which has it inside")


def _symbol(name: str, width: int) -> Any:
    return getattr(_library()[0], f"Sleef_{name}{_VECTORS[width]}")


def _version() -> str:
    loops()
    return f"SLEEF, {_library()[1]}"


def _evaluate(name: str) -> Function:
    return evaluated(_symbol(name, 256), 256)


def _contender(name: str, x: Floats, width: int) -> Contender:
    return contender(_symbol(name, width), x, width)


PEER = Peer("sleef", frozenset(_FUNCTIONS), _version, _evaluate, _contender, has_widths=True)
"""The row."""
