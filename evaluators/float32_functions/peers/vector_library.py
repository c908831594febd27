"""Libraries of C functions that take one vector: loops over arrays around them, compiled by gcc."""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers.peer import Floats, Function

SOURCE = """
#include <immintrin.h>
#define LOOP(NAME, VECTOR, LANES, LOAD, STORE, TARGET)                                            \\
  __attribute__((target(TARGET))) void NAME(VECTOR (*f)(VECTOR), const float *x, float *y, long n, long times) { \\
    for (long t = 0; t < times; t++)                                                              \\
      for (long i = 0; i < n; i += LANES) STORE(y + i, f(LOAD(x + i)));                           \\
  }
LOOP(loop_256, __m256, 8, _mm256_loadu_ps, _mm256_storeu_ps, "avx2,fma")
LOOP(loop_512, __m512, 16, _mm512_loadu_ps, _mm512_storeu_ps, "avx512f")
int has_256(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
int has_512(void) { return __builtin_cpu_supports("avx512f"); }
"""
_LANES = 16


@lru_cache(maxsize=1)
def loops() -> ctypes.CDLL:
    """Returns the compiled loops.

    Raises:
        ValueError: when there is no gcc, or the processor is not x86-64.
    """
    if platform.machine() not in ("x86_64", "AMD64"):
        raise ValueError(f"the vectors of x86-64 are not those of {platform.machine()}")
    compiler = shutil.which("gcc")
    if compiler is None:
        raise ValueError("gcc, which compiles the loop around the library's functions, is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "loops.c"), Path(folder, "loops.so")
        source.write_text(SOURCE, "utf-8")
        build = [compiler, "-O3", "-shared", "-fPIC", "-o", str(library), str(source)]
        done = subprocess.run(build, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise ValueError(f"gcc cannot compile the loop around the library's functions: {done.stderr.strip()}")
        return ctypes.CDLL(str(library))


def evaluated(symbol: Any, width: int) -> Function:
    """Returns a function of arrays.

    Args:
        symbol: the library's function of one vector.
        width: of the vector, in bits.
    """

    def function(x: Floats) -> Floats:
        padded = np.zeros(-(-x.size // _LANES) * _LANES, np.float32)
        padded[: x.size] = x.ravel()
        result = np.empty_like(padded)
        _loop(symbol, padded, result, width)(1)
        return result[: x.size].reshape(x.shape)

    return function


def contender(symbol: Any, x: Floats, width: int) -> Contender:
    """Returns what is timed: the library's function on an array whose length is a multiple of the lanes."""
    return Contender(_loop(symbol, x.copy(), np.empty_like(x), width))


def _loop(symbol: Any, x: Floats, y: Floats, width: int) -> Callable[[int], None]:
    if not getattr(loops(), f"has_{width}")():
        raise ValueError(f"this processor has no vectors of {width} bits")
    loop = getattr(loops(), f"loop_{width}")
    pointer = ctypes.POINTER(ctypes.c_float)
    address = ctypes.cast(symbol, ctypes.c_void_p)

    def repeated(times: int) -> None:
        # The pointers are taken anew from the arrays, which keeps these alive.
        arrays = x.ctypes.data_as(pointer), y.ctypes.data_as(pointer)
        loop(address, *arrays, ctypes.c_long(x.size), ctypes.c_long(times))

    return repeated
