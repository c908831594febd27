"""Export to mpmath: arbitrary precision, where errors below 1e-16 can be seen."""

from __future__ import annotations

import flint

from primitives import primitive
from runs.export.evidence import Evidence
from runs.export.python_module import Dialect, module_text, require_package, run_module, statements
from runs.export.verification import NUM_POINTS, check_points
from search_spaces.formula import live_values
from search_spaces.program import Program

SUFFIX = ".py"

_BITS = 320
_DIGITS = 60
_TOLERANCE = 2.0**-100

_DIALECT = Dialect(
    namespace="mpmath",
    import_line="import mpmath",
    verified=f"equal to ball arithmetic at {_BITS} bits within a relative 2**-100, on {NUM_POINTS:,} points",
    remarks=" Computes at the working precision, mpmath.mp.prec.",
    needs_import=True,
)

_EVALUATE = f"""
import mpmath
mpmath.mp.prec = {_BITS}
y = [mpmath.nstr(f(point), {_DIGITS}) for point in x.tolist()]
"""


def source(program: Program, evidence: Evidence) -> str:
    """Returns the module, each constant as the exact sum of two doubles."""
    live = live_values(program)
    used = [number for number in range(len(program.constants)) if -1 - number in live]
    constants = [f"C{n} = ({program.constants[n][0]!r}, {program.constants[n][1]!r})" for n in used]
    # The sums are formed inside the function, at the precision that holds when it is called.
    body = ["x = mpmath.mpf(x)", *(f"c{n} = mpmath.mpf(C{n}[0]) + mpmath.mpf(C{n}[1])" for n in used)]
    return module_text(program, evidence, _DIALECT, constants, body + statements(program, "mpmath", "c"))


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Executes the module at high precision and compares it with ball arithmetic on the exact constants."""
    require_package("mpmath", "mpmath")
    points = check_points(evidence.lower, evidence.upper)
    values = run_module("mpmath", source, evidence.function, points, _EVALUATE)
    with flint.ctx.workprec(_BITS):
        constants = [flint.arb(high) + flint.arb(low) for high, low in program.constants]
        for x, value in zip(points.tolist(), values.tolist(), strict=True):
            expected = program.apply(flint.arb(x), constants, lambda name, *a: primitive(name).ball(*a))
            if not abs(flint.arb(value) - expected) <= _TOLERANCE * abs(expected):
                raise ValueError(
                    f"the mpmath export differs from ball arithmetic at x = {x!r}: {value} instead of "
                    f"{expected.str(_DIGITS, radius=False)}; nothing was written"
                )
