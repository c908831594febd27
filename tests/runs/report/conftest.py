import json
import math
from pathlib import Path

import flint
import pytest

from primitives import primitive
from runs.report.data import Ancestor, Convergence, Entry, ErrorCurve, ReportData, Rival
from search_spaces.formula import formula_text
from search_spaces.program import Program, decode

PROGRAMS = [
    decode(json.dumps(row)) for row in json.loads((Path(__file__).parent / "programs.json").read_text(encoding="utf-8"))
]
"""Continued fractions for 2**x on [0, 1] of 2 to 8 operations, some of them squared, near their minimax constants."""


def curve_of(program: Program, num_points: int = 301) -> ErrorCurve:
    points = [(1 - math.cos(math.pi * k / (num_points - 1))) / 2 for k in range(num_points)]
    errors = []
    with flint.ctx.workprec(128):
        constants = [flint.arb(high) + flint.arb(low) for high, low in program.constants]
        for point in points:
            x = flint.arb(point)
            value = program.apply(x, constants, lambda name, *operands: primitive(name).ball(*operands))
            errors.append(float(value / (x * flint.arb(2).log()).exp() - 1))
    return ErrorCurve(tuple(points), tuple(errors))


def entry_of(program: Program, number: int) -> Entry:
    curve = curve_of(program)
    error = max(map(abs, curve.errors))
    lineage = tuple(
        Ancestor(str(1000 * k + number), ["random", "mutate", "crossover"][k % 3], max(2, program.operations - 1),
                 math.nan if k == 1 else error * 10.0 ** (6 - k), formula_text(PROGRAMS[k % len(PROGRAMS)]))
        for k in range(6)
    )  # fmt: skip
    return Entry(
        id=str(7000 + number),
        program=program,
        measured_error=error,
        proven_bound=error * 1.001,
        proof="ball arithmetic on Taylor models, 40 pieces at 128 bits",
        curve=curve,
        lineage=lineage,
        is_lineage_whole=number > 0,
    )


@pytest.fixture(scope="session")
def programs() -> list[Program]:
    return PROGRAMS


@pytest.fixture(scope="session")
def data() -> ReportData:
    entries = tuple(entry_of(program, number) for number, program in enumerate(PROGRAMS))
    fractions = {2: 2.98e-2, 3: 8.67e-4, 5: 2.5e-5, 6: 4.34e-7, 8: 7.52e-9}
    rationals = {2: 2.98e-2, 4: 8.67e-4, 6: 2.5e-5, 8: 4.34e-7}
    polynomials = {2: 2.98e-2, 4: 1.72e-3, 6: 7.48e-5, 8: 2.59e-6}
    random = {2: 3e-2, 3: 9e-4, 4: 7e-4, 5: 3.2e-4, 6: 1.2e-4, 7: 8e-5, 8: 5e-5}
    families = {
        "polynomial": polynomials,
        "rational": rationals,
        "continued fraction": fractions,
        "random programs": random,
    }
    return ReportData(
        name="exp2",
        expression="2**x",
        domain="[0, 1]",
        metric="maximum relative error",
        run="exp2-20261121-154312",
        seed=7,
        started="2026-11-21 15:43:12 UTC",
        seconds=1805.0,
        stop_reason="the time budget was spent",
        candidates=9_245_331,
        command="primordia search exp2 --seed 7 --minutes 30",
        entries=entries,
        rivals=tuple(Rival(family, n, error) for family, row in families.items() for n, error in row.items()),
        convergence=tuple(
            Convergence(
                entry.program.operations,
                tuple(entry.program.operations ** 2 * 10**k for k in range(5)),
                tuple(entry.measured_error * 10.0 ** ((4 - k) * 0.6) for k in range(5)),
            )
            for entry in entries
        ),
        verdicts=(
            ("scored", 2_120_441), ("duplicate", 4_200_120), ("rejected:constant", 900_770),
            ("rejected:pole", 2_000_000), ("rejected:<b>bad</b>", 24_000), ("crashed", 0),
        ),
        versions=(("primordia", "0.1.0"), ("python", "3.11.2"), ("numpy", "2.4.6"), ("jax", "0.10.2")),
    )  # fmt: skip
