"""The part of a report on one program: formula, evidence, error curve, operations, constants, lineage."""

from __future__ import annotations

from evaluators.float32_functions.specials import Special
from runs.float32.report.data import Ancestor, Entry, Float32Data
from runs.float32.report.error_chart import error_chart
from runs.report.cells import figure_cell, note, row
from runs.report.document import table
from runs.report.markup import Node, node
from search_spaces.float32_functions.formula import decimal_text, formula_text, hexadecimal_text, listing, operand_name

_CURVE = (
    "Each bar is the range of the signed error in a stretch of the domain; all stretches have as many numbers. A "
    "sample of each was run, every operation rounded once; dashed is the bound."
)


def anchor(entry: Entry) -> str:
    """Returns the fragment by which the table of the front points at a program."""
    return f"program-{entry.id}"


def program_section(data: Float32Data, entry: Entry) -> Node:
    """Returns the part on one program.

    Args:
        data: the report.
        entry: the program.
    """
    return node(
        "article",
        _heading(data, entry),
        node("pre", formula_text(entry.program), class_="formula-text"),
        *(_facts("Every input", entry.evidence) if entry.evidence else ()),
        _specials(entry),
        *_curve(data, entry),
        node("div", _operations(entry), _constants(entry), class_="columns"),
        _lineage(data, entry),
        id=anchor(entry),
        class_="card program",
    )


def facts_table(facts: tuple[tuple[str, str], ...]) -> Node:
    """Returns pairs (what, figure) as a table without a head."""
    rows = [row(node("td", what, class_="label"), figure) for what, figure in facts]
    return node("div", node("table", node("tbody", *rows), class_="facts-table"), class_="scroll")


def _heading(data: Float32Data, entry: Entry) -> Node:
    known = "of every input" if entry.evidence else "in the search"
    facts = f"greatest error {known} {entry.max_ulp:.5g} ULP · candidate {entry.id}"
    badge = node("span", "to use", class_="badge better") if entry.id == data.best else None
    return node("header", node("h3", f"{entry.cost:g} {data.unit}", badge), node("p", facts, class_="facts"))


def _facts(title: str, facts: tuple[tuple[str, str], ...]) -> tuple[Node, Node]:
    return node("h4", title), facts_table(facts)


def _specials(entry: Entry) -> Node | None:
    if not entry.specials:
        return None
    titles = ("", "input", "value", "correctly rounded", "")
    return node("details", node("summary", "Special inputs"), table(titles, map(_special, entry.specials), "specials"))


def _special(found: Special) -> Node:
    verdict = node("td", "right" if found.ok else "wrong", class_="better" if found.ok else "worse")
    figures = (found.input, found.got, found.expected)
    return row(found.name, *(figure_cell(f"{figure:.9g}") for figure in figures), verdict)


def _curve(data: Float32Data, entry: Entry) -> list[Node]:
    if entry.curve is None:
        return []
    return [node("h4", "Error over the domain"), error_chart(entry.curve, data.max_ulp), note(_CURVE)]


def _operations(entry: Entry) -> Node:
    return node("div", node("h4", "Operations"), node("pre", listing(entry.program)))


def _constants(entry: Entry) -> Node | None:
    program = entry.program
    if not program.constants:
        return None
    rows = [
        row(
            operand_name(-1 - number),
            node("td", decimal_text(constant, program.format), class_="number"),
            node("td", hexadecimal_text(constant), class_="hex"),
            "fitted" if constant.free else "",
        )
        for number, constant in enumerate(program.constants)
    ]
    return node("div", node("h4", "Constants"), table(("", "value", "exactly", ""), rows, "constants"))


def _lineage(data: Float32Data, entry: Entry) -> Node | None:
    if not entry.lineage:
        return None
    title = "Lineage, oldest first" if entry.is_lineage_whole else "Lineage: the nearest ancestors, oldest first"
    titles = ("candidate", "made by", data.unit, "ULP", "formula")
    return node("details", node("summary", title), table(titles, map(_ancestor, entry.lineage), "lineage"))


def _ancestor(found: Ancestor) -> Node:
    figures = [("not scored" if figure is None else f"{figure:.5g}") for figure in (found.cost, found.max_ulp)]
    return row(
        figure_cell(found.id), found.operator, *map(figure_cell, figures), node("td", node("code", found.formula))
    )
