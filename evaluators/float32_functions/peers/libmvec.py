"""The vector functions of glibc, which gcc calls in loops under -ffast-math; up to 4 ULP."""

from __future__ import annotations

import ctypes
import platform
from functools import lru_cache
from typing import Any

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function, Peer
from evaluators.float32_functions.peers.vector_library import contender, evaluated, loops

_FUNCTIONS = ("exp2", "exp", "expm1", "log2", "log", "log1p", "sin", "cos", "tanh", "erf")
_VECTORS = {256: "_ZGVdN8v", 512: "_ZGVeN16v"}


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    try:
        return ctypes.CDLL("libmvec.so.1")
    except OSError as error:
        raise ValueError(f"libmvec.so.1 of glibc is not here ({error})") from error


def _symbol(name: str, width: int) -> Any:
    return getattr(_library(), f"{_VECTORS[width]}_{name}f")


def _version() -> str:
    loops()
    _library()
    return f"glibc {platform.libc_ver()[1]}"


def _evaluate(name: str) -> Function:
    return evaluated(_symbol(name, 256), 256)


def _contender(name: str, x: Floats, width: int) -> Contender:
    return contender(_symbol(name, width), x, width)


PEER = Peer("libmvec", frozenset(_FUNCTIONS), _version, _evaluate, _contender, has_widths=True)
"""The row."""
