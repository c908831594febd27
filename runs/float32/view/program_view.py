"""What ``primordia show RUN PROGRAM`` prints: one machine program in full."""

from __future__ import annotations

from itertools import chain

from rich.console import RenderableType

from runs.command.curve import WIDTH, curve_text
from runs.command.sections import lineage_lines, sections_text
from runs.float32.check_facts import check_facts, compiled_fact, special_lines
from runs.float32.error_curve import ErrorCurve, error_curve
from runs.float32.found_program import FoundProgram
from runs.float32.problem import target_title
from runs.float32.speed import speed_facts
from runs.folder.lookup import RowData
from search_spaces.float32_functions.formula import decimal_text, formula_text, hexadecimal_text, listing

SAMPLES = 400
"""Numbers that are tried in each column of the curve."""


def program_view(found: FoundProgram) -> RenderableType:
    """Returns one program: figures, formula, operations, constants, evidence, error curve, speed, lineage."""
    curve = error_curve(found.program, found.run.target, WIDTH, SAMPLES)
    sections = [
        ("", [f"program {found.id} of {found.run.path}: {target_title(found.run.job.target)}", _figures(found)]),
        ("formula", [formula_text(found.program)]),
        ("operations", listing(found.program).splitlines()),
        ("constants", _constants(found)),
        ("every input of the domain", _evidence(found)),
        ("error in ULP over the domain, in the order of its numbers", _curve(curve)),
        *_speed(found),
        ("lineage, youngest first", lineage_lines(found.run.lineage(found.id), _row_figures)),
    ]
    return sections_text(sections)


def _figures(found: FoundProgram) -> str:
    unit = found.run.objectives[0].unit
    return f"cost {found.cost:g} {unit}, greatest error in the search {found.objectives['max_ulp']:.7g} ULP"


def _constants(found: FoundProgram) -> list[str]:
    program = found.program
    return [
        f"c{number} = {decimal_text(constant, program.format)} = {hexadecimal_text(constant)}"
        + (", fitted" if constant.free else "")
        for number, constant in enumerate(program.constants)
    ] or ["none"]


def _evidence(found: FoundProgram) -> list[str]:
    compiled = [f"{what}: {figure}" for what, figure in compiled_fact(found.compiled_differs)]
    if found.check is None:
        return [f"not checked; do so with: primordia check {found.run.path} {found.id}", *compiled]
    facts = [f"{what}: {figure}" for what, figure in check_facts(found.check)]
    return [*facts, *compiled, *special_lines(found.check)]


def _curve(curve: ErrorCurve) -> list[str]:
    """Returns the drawing: two dots per column, one at the greatest and one at the least error."""
    largest = curve.largest
    values = [
        min(max(value, -largest), largest) for value in chain.from_iterable(zip(curve.high, curve.low, strict=True))
    ]
    marks = [f"{curve.inputs[place]:.3g}" for place in range(0, WIDTH, WIDTH // 6)]
    return [*curve_text(values, WIDTH), " " * 12 + "".join(f"{mark:<{WIDTH // 6}}" for mark in marks)]


def _speed(found: FoundProgram) -> list[tuple[str, list[str]]]:
    if found.speed is None:
        return []
    return [("speed", [f"{what}: {figure}" for what, figure in speed_facts(found.speed)])]


def _row_figures(row: RowData) -> str:
    return "not scored" if row["cost"] is None else f"{row['cost']:g}  {row['max_ulp']:.5g} ULP"
