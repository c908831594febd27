"""The test file of an export: it checks the exported file again and imports nothing of Primordia."""

from __future__ import annotations

import json
from string import Template
from types import MappingProxyType

from runs.float32.export.evidence import ARITHMETIC, Evidence, domain_text
from runs.float32.export.module_text import Loader
from search_spaces.float32_functions.typed_program import TypedProgram

REFERENCES = MappingProxyType(
    {
        "exp2": "np.exp2(x)",
        "exp": "np.exp(x)",
        "expm1": "np.expm1(x)",
        "log2": "np.log2(x)",
        "log": "np.log(x)",
        "log1p": "np.log1p(x)",
        "sin": "np.sin(x)",
        "cos": "np.cos(x)",
        "tanh": "np.tanh(x)",
        "erf": "each(math.erf, x)",
        "sigmoid": "np.where(x < 0, np.exp(-np.abs(x)), 1) / (1 + np.exp(-np.abs(x)))",
        "gelu": "np.where(x < -40, -0.0, x * 0.5 * each(math.erfc, -x / math.sqrt(2)))",
    }
)
"""Every target in doubles, as an expression of NumPy and of the standard library."""

_SAMPLE = 2**18

_TEXT = Template('''"""Checks $file again, against $name in double precision.

    python $test           a sample of the inputs
    python $test --every   every input: all bit patterns of $format
    pytest $test           the sample

$arithmetic. It needs NumPy$needs.
"""

$imports
from pathlib import Path

$packages

SOURCE = Path(__file__).with_name($file_literal)
DTYPE = np.dtype($dtype)
INTEGERS = np.dtype("$integers")
FRACTION_BITS, LEAST_NORMAL, LARGEST = $fraction, $smallest, $largest
LOWER, UPPER, HAS_NAN = float("$lower"), float("$upper"), $nan
MAX_ULP = float("$bound")  # the claim; doubles are near enough the exact values to tell
FLUSHED = $flushed  # subnormal inputs are left out, and subnormal results may be zero
BLOCK = 2**16


$loader

def each(function, x):
    """Returns a function of the standard library for every element."""
    return np.vectorize(function, otypes=[np.float64])(x)


def reference(x):
    """Returns $function of doubles."""
    with np.errstate(all="ignore"):
        return $reference


def in_domain(x):
    """Returns the inputs that the claim is about."""
    with np.errstate(invalid="ignore"):
        value = x.astype(np.float64)
    inside = (value >= LOWER) & (value <= UPPER)
    inside |= np.isnan(value) & HAS_NAN
    return x[inside & ~(FLUSHED & (np.abs(value) < LEAST_NORMAL) & (value != 0))]


def ulp_errors(got, exact):
    """Returns errors in units in the last place of the binade of the exact value; wrong NaN or infinity is infinite."""
    with np.errstate(all="ignore"):
        got, beyond = got.astype(np.float64), 2.0 * 2.0 ** math.floor(math.log2(LARGEST))
        size = np.clip(np.abs(exact), LEAST_NORMAL, LARGEST)
        spacing = np.exp2(np.floor(np.log2(size)) - FRACTION_BITS)
        overflows = np.abs(exact) >= LARGEST + (beyond - LARGEST) / 2
        errors = np.abs(np.clip(got, -beyond, beyond) - exact) / spacing
        errors[np.abs(exact) >= beyond] = np.inf
        errors[overflows & (got == np.copysign(np.inf, exact))] = 0
        if FLUSHED:
            tiny = (np.abs(exact) < LEAST_NORMAL) & (np.abs(got) < LEAST_NORMAL)
            errors[tiny] = 0
        nan = np.isnan(got) != np.isnan(exact)
        return np.where(nan, np.inf, np.where(np.isnan(exact), 0.0, errors))


def worst(f, x):
    """Returns the greatest error on inputs, and the input where it is."""
    x = in_domain(x)
    if x.size == 0:
        return 0.0, 0.0
    errors = ulp_errors(f(x), reference(x.astype(np.float64)))
    place = int(np.argmax(errors))
    return float(errors[place]), float(x[place])


def sample():
    """Returns bit patterns of every kind, ordinary numbers, and the special ones."""
    rng = np.random.default_rng(0)
    width = 2 ** (8 * DTYPE.itemsize)
    wild = rng.integers(-width // 2, width // 2, $sample).astype(INTEGERS).view(DTYPE)
    least, greatest = max(LOWER, -LARGEST), min(UPPER, LARGEST)
    if least < 20 and greatest > -20:
        least, greatest = max(least, -20.0), min(greatest, 20.0)
    tame = rng.uniform(least, greatest, $sample).astype(DTYPE)
    ends = np.array([0.0, -0.0, 1.0, -1.0, LEAST_NORMAL, LARGEST, np.inf, np.nan, LOWER, UPPER], DTYPE)
    return np.concatenate([wild, tame, ends, -ends])


def every(f, report=print):
    """Returns the greatest error of all bit patterns, and the input where it is."""
    width, found = 2 ** (8 * DTYPE.itemsize), (0.0, 0.0)
    for start in range(-width // 2, width // 2, BLOCK):
        patterns = np.arange(start, start + BLOCK, dtype=np.int64).astype(INTEGERS)
        found = max(found, worst(f, patterns.view(DTYPE)))
        if start % (BLOCK * 4096) == 0:
            report(f"{(start + width // 2) / width:.0%}: {found[0]:.6g} ULP so far", flush=True)
    return found


def test_a_sample_keeps_the_bound():
    error, where = worst(load(SOURCE), sample())
    assert error <= MAX_ULP, f"{error:.6g} ULP at x = {where!r}, more than the {MAX_ULP:g} claimed"
$specials

if __name__ == "__main__":
    run = load(SOURCE)
    error, where = every(run) if "--every" in sys.argv else worst(run, sample())
    print(f"greatest error {error:.6g} ULP at x = {where!r}, claimed {MAX_ULP:g}")
    if not error <= MAX_ULP:
        sys.exit(1)
''')

_SPECIALS = """

def test_zeros_have_their_signs():
    f, zeros = load(SOURCE), in_domain(np.array([0.0, -0.0], DTYPE))
    exact = reference(zeros.astype(np.float64))
    assert np.array_equal(np.signbit(f(zeros).astype(np.float64)), np.signbit(exact))
"""


def written_test(program: TypedProgram, evidence: Evidence, file: str, loader: Loader, needs: str = "") -> str:
    """Returns the test of an exported file.

    Args:
        program: the exported program.
        evidence: what is known about it; the bound is tested.
        file: the name of the exported file, which lies beside the test.
        loader: how it loads the file.
        needs: what the test needs beside NumPy.
    """
    fmt, target = program.float_format, evidence.target
    is_bfloat16 = fmt.name == "bfloat16"
    return _TEXT.substitute(
        file=file,
        file_literal=json.dumps(file),
        test=name_of_test(file),
        name=f"{target.name} for {domain_text(target, fmt.name)}",
        function=target.name,
        format=fmt.name,
        arithmetic=f"In the claim, {ARITHMETIC[evidence.arithmetic]}",
        needs=f" and {needs}" if needs else "",
        imports="\n".join(f"import {module}" for module in sorted({"math", "sys", *loader.imports})),
        packages="import ml_dtypes\nimport numpy as np" if is_bfloat16 else "import numpy as np",
        dtype="ml_dtypes.bfloat16" if is_bfloat16 else json.dumps(fmt.name),
        integers=fmt.integers,
        fraction=fmt.fraction_bits,
        smallest=repr(fmt.smallest_normal),
        largest=repr(fmt.largest).replace("e+", "e"),
        lower=target.lower,
        upper=target.upper,
        nan=target.nan,
        bound=evidence.bound,
        flushed=evidence.arithmetic == "flushed",
        loader=loader.text.strip() + "\n",
        reference=REFERENCES[target.name],
        sample=_SAMPLE,
        specials=_SPECIALS if evidence.specials else "",
    )


def name_of_test(file: str) -> str:
    """Returns the name of the test of an exported file, which is one of Python: ``test_exp2_float32.py``."""
    return f"test_{file.rpartition('.')[0].replace('-', '_').replace('.', '_')}.py"
