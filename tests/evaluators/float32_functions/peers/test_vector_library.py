"""Loops around functions of one vector."""

from __future__ import annotations

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

from evaluators.float32_functions.peers import vector_library
from evaluators.float32_functions.peers.vector_library import evaluated, loops

DOUBLING = """
#include <immintrin.h>
__attribute__((target("avx2"))) __m256 twice(__m256 x) { return _mm256_add_ps(x, x); }
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    try:
        if not loops().has_256():
            pytest.skip("this processor has no vectors of 256 bits")
    except ValueError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("doubling")
    source, library = folder / "twice.c", folder / "twice.so"
    source.write_text(DOUBLING)
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return ctypes.CDLL(str(library)).twice


@pytest.mark.parametrize("shape", [(16,), (3, 7), (1,), (0,)])
def test_every_element_goes_through_the_function(twice, shape):
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    np.testing.assert_array_equal(evaluated(twice, 256)(x), 2 * x)


def test_a_missing_compiler_is_named(monkeypatch):
    loops.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(vector_library.platform, "machine", lambda: "x86_64")
    with pytest.raises(ValueError, match=r"gcc, which compiles the loop .* is not installed"):
        loops()


def test_another_processor_is_named(monkeypatch):
    loops.cache_clear()
    monkeypatch.setattr(vector_library.platform, "machine", lambda: "aarch64")
    with pytest.raises(ValueError, match="the vectors of x86-64 are not those of aarch64"):
        loops()
