"""Object files of what XLA compiles."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from evaluators.float32_functions.compiled import compile_program
from evaluators.float32_functions.cost.object_code import object_code
from tests.evaluators.float32_functions.cost.small_programs import horner

FLOAT32 = np.dtype("float32")
SCRIPT = """
import jax.numpy as jnp, numpy as np
from evaluators.float32_functions.cost.object_code import object_code
print(len(object_code(lambda x: jnp.exp2(x) * 3, np.dtype("float32"), 4096, 256)))
"""


def test_a_program_becomes_object_files_in_elf():
    (file,) = object_code(compile_program(horner(4)), FLOAT32, 4096, 256)
    assert file.startswith(b"\x7fELF")
    assert (file,) == tuple(object_code(compile_program(horner(4)), FLOAT32, 4096, 256))


def test_a_function_that_does_nothing_has_none():
    assert object_code(lambda x: x, FLOAT32, 4096, 256) == []


@pytest.mark.slow
def test_what_jax_keeps_on_disk_is_compiled_anew(tmp_path):
    variables = {
        **os.environ,
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", SCRIPT], env=variables, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["1"]
        assert any(tmp_path.iterdir())
