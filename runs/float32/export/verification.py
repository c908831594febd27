"""The comparison that an export must pass before it is written: equal bits, and its own test."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from primitives.float_format import FloatFormat
from runs.export.python_module import WITHOUT_PRIMORDIA
from runs.float32.export.evidence import Evidence
from runs.float32.export.test_file import name_of_test
from search_spaces.float32_functions.typed_program import TypedProgram

Expected: TypeAlias = Callable[[TypedProgram, NDArray[Any]], NDArray[Any]]
"""Gives the values that an export is compared with, from the program and the points."""

NUM_POINTS = 2**14

COMPILED = f"equal bit for bit, on {NUM_POINTS:,} inputs of the domain, to the program as XLA compiles it for the CPU"
EXACT = (
    f"equal bit for bit, on {NUM_POINTS:,} inputs of the domain, to the program's operations rounded once each, "
    "subnormal numbers kept"
)

_TIMEOUT_SECONDS = 600
_ORDINARY = 20.0

_DRIVER = """
import sys
import numpy as np

test, source, points, values = sys.argv[1:]
sys.argv[1:] = []
namespace = {"__name__": "test", "__file__": test}
exec(compile(open(test, encoding="utf-8").read(), test, "exec"), namespace)
f = namespace["load"](source)
x = np.load(points).view(namespace["DTYPE"])
y = np.asarray(f(x))
assert y.dtype == x.dtype, f"it returns {y.dtype}, not {x.dtype}"
np.save(values, np.ascontiguousarray(np.broadcast_to(y, x.shape)).view(namespace["INTEGERS"]))
for name in list(namespace):
    if name.startswith("test_"):
        namespace[name]()
"""


def check_points(evidence: Evidence, fmt: FloatFormat) -> NDArray[Any]:
    """Returns inputs of the domain, always the same: bit patterns of every kind, ordinary numbers and special ones.

    Args:
        evidence: gives the domain.
        fmt: the format of the numbers.

    Returns:
        of the format, of shape ``(NUM_POINTS,)``.
    """
    rng = np.random.default_rng(0)
    target, width = evidence.target, 2**fmt.bits
    wild = rng.integers(-width // 2, width // 2, 16 * NUM_POINTS).astype(fmt.int_dtype).view(fmt.dtype)
    least, greatest = max(target.lower, -fmt.largest), min(target.upper, fmt.largest)
    if least < _ORDINARY and greatest > -_ORDINARY:
        least, greatest = max(least, -_ORDINARY), min(greatest, _ORDINARY)
    tame = rng.uniform(least, greatest, NUM_POINTS).astype(fmt.dtype)
    special = np.array([0.0, 1.0, fmt.smallest_normal, fmt.largest, np.inf, np.nan, evidence.where], fmt.dtype)
    ends = np.array([target.lower, target.upper], fmt.dtype)
    with np.errstate(invalid="ignore"):
        wild = wild[target.contains(wild)][: NUM_POINTS // 2]
        points = np.concatenate([ends, special, -special, wild, tame])
        return np.asarray(points[target.contains(points)][:NUM_POINTS])


def exact_values(program: TypedProgram, points: NDArray[Any]) -> NDArray[Any]:
    """Returns what the program's operations give, each rounded once, subnormal numbers kept."""
    from evaluators.float32_functions.semantics import run_exact

    return np.asarray(run_exact(program, points, flush=False)[-1])


def compiled_values(program: TypedProgram, points: NDArray[Any]) -> NDArray[Any]:
    """Returns what the program gives as XLA compiles it for the CPU."""
    import jax

    from evaluators.float32_functions.compiled import compile_program

    with jax.default_device(jax.devices("cpu")[0]):
        return np.asarray(compile_program(program)(jax.numpy.asarray(points)))


def check(
    language: str, program: TypedProgram, evidence: Evidence, file: str, source: str, test: str, expected: Expected
) -> None:
    """Executes an export and its test in a process where Primordia is not at hand, and compares every bit.

    Args:
        language: the language's name, for messages.
        program: the exported program.
        evidence: gives the domain.
        file: the name of the exported file.
        source: its text.
        test: the text of its test.
        expected: gives the values to compare with.

    Raises:
        ValueError: when it does not run, a bit differs, or its test fails.
    """
    fmt = program.float_format
    points = check_points(evidence, fmt)
    values = _run(language, fmt, points, file, source, test)
    wanted = np.broadcast_to(np.asarray(expected(program, points), fmt.dtype), points.shape)
    _require_same_bits(language, fmt, points, values, wanted)


def _run(language: str, fmt: FloatFormat, points: NDArray[Any], file: str, source: str, test: str) -> NDArray[Any]:
    with tempfile.TemporaryDirectory(prefix="primordia-export-") as folder:
        names = (file, name_of_test(file), "points.npy", "values.npy")
        source_file, test_file, inputs, outputs = (Path(folder) / name for name in names)
        source_file.write_text(source, encoding="utf-8")
        test_file.write_text(test, encoding="utf-8")
        np.save(inputs, points.view(fmt.int_dtype))
        paths = map(str, (test_file, source_file, inputs, outputs))
        command = [sys.executable, "-I", "-c", WITHOUT_PRIMORDIA + _DRIVER, *paths]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, cwd=folder, check=False,
            env=os.environ | {"JAX_PLATFORMS": "cpu"},
        )  # fmt: skip
        if done.returncode != 0:
            cause = (done.stderr.strip() or "no message").splitlines()[-1]
            raise ValueError(f"the {language} export does not pass its test here: {cause}; nothing was written")
        values: NDArray[Any] = np.load(outputs, allow_pickle=False).view(fmt.dtype)
    return values


def _require_same_bits(
    language: str, fmt: FloatFormat, points: NDArray[Any], values: NDArray[Any], expected: NDArray[Any]
) -> None:
    """Compares values bit by bit; NaN equals NaN.

    Raises:
        ValueError: when a bit differs; the message has the first input where it does.
    """
    with np.errstate(invalid="ignore"):
        both_nan = np.isnan(values.astype(np.float64)) & np.isnan(expected.astype(np.float64))
    same = (values.view(fmt.int_dtype) == np.ascontiguousarray(expected).view(fmt.int_dtype)) | both_nan
    if same.all():
        return
    first = int(np.argmin(same))
    raise ValueError(
        f"the {language} export differs from the program on {np.count_nonzero(~same):,} of {len(points):,} inputs, "
        f"first at x = {points[first]!s}: {values[first]!s} instead of {expected[first]!s}; nothing was written"
    )
