"""What ``primordia show RUN PROGRAM`` prints: one program in full."""

from __future__ import annotations

from rich.console import RenderableType

from runs.command.curve import WIDTH, curve_text
from runs.command.sections import lineage_lines, sections_text
from runs.folder.lookup import RowData
from runs.functions.found_program import FoundProgram
from runs.functions.problem import target_title
from runs.functions.run import FunctionRun
from runs.functions.view.curve import SAMPLES_PER_COLUMN, error_values
from runs.text import bound_text, error_text, figure_text
from search_spaces.formula import constant_text, formula_text, listing

FORMULA_DIGITS = 10


def program_view(run: FunctionRun, which: str) -> RenderableType:
    """Returns one program: figures, formula, operations, constants, error curve, lineage."""
    found = run.program(which)
    sections = [
        ("", [f"program {found.id} of {run.path}: {target_title(run.target)}", *_figures(found)]),
        ("formula", [formula_text(found.program, FORMULA_DIGITS)]),
        ("operations", listing(found.program).splitlines()),
        ("constants", _constants(found)),
        ("error over the domain (Chebyshev spacing)", _curve(found)),
        ("lineage, youngest first", _lineage(found)),
    ]
    return sections_text(sections)


def _figures(found: FoundProgram) -> list[str]:
    figures = [
        f"{objective.name.replace('_', ' ')} {figure_text(objective, found.objectives[objective.name], 7)}"
        for objective in found.run.objectives
    ]
    if found.measured is not None:
        figures.append(f"measured {error_text(found.measured, 7)}")
    if found.proven is not None:
        figures.append(f"proven {bound_text(found.proven, 7)}")
    return [", ".join(figures)]


def _constants(found: FoundProgram) -> list[str]:
    return [
        f"c{number} = {constant_text(constant)} = {constant[0].hex()} + {constant[1].hex()}"
        for number, constant in enumerate(found.program.constants)
    ] or ["none"]


def _curve(found: FoundProgram) -> list[str]:
    return curve_text(error_values(found.program, found.run.target, SAMPLES_PER_COLUMN * WIDTH))


def _lineage(found: FoundProgram) -> list[str]:
    def figures(row: RowData) -> str:
        return "  ".join(figure_text(o, row[o.name]) for o in found.run.objectives if row[o.name] is not None)

    return lineage_lines(found.run.lineage(found.id), figures)
