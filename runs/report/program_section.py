"""The part of a report on one program: formula, error curve, graph, operations, constants, lineage."""

from __future__ import annotations

import math

from runs.report.data import Ancestor, Entry, ReportData
from runs.report.document import table
from runs.report.error_chart import alternations, error_chart
from runs.report.graph_drawing import graph_drawing
from runs.report.markup import Node, node
from runs.report.mathml import formula
from runs.report.text import operations_text, ratio_text
from runs.text import bound_text, error_text
from search_spaces.formula import constant_text, listing, live_values


def anchor(entry: Entry) -> str:
    """Returns the fragment by which the table of the front points at a program."""
    return f"program-{entry.program.operations}"


def program_section(data: ReportData, entry: Entry) -> Node:
    """Returns the part on one program.

    Args:
        data: the report.
        entry: the program.
    """
    return node(
        "article",
        _heading(data, entry),
        formula(entry.program),
        *_curve(data, entry),
        node("h4", "Graph"),
        node("div", graph_drawing(entry.program), class_="scroll"),
        node("p", "Dashed: what is subtracted or divided by.", class_="note"),
        node("div", _operations(entry), _constants(entry), class_="columns"),
        _lineage(entry),
        id=anchor(entry),
        class_="card program",
    )


def _heading(data: ReportData, entry: Entry) -> Node:
    comparison, class_ = ratio_text(data, entry)
    facts = [f"measured {error_text(entry.measured_error)}"]
    if entry.proven_bound is not None:
        facts.append(f"proven ≤ {bound_text(entry.proven_bound)}")
    facts.append(f"candidate {entry.id}")
    badge = node("span", comparison, class_=f"badge {class_}", title="against the best minimax baseline of this size")
    title = node("h3", operations_text(entry.program.operations), *([badge] if comparison != "—" else []))
    proof = (
        node("p", f"Proof: {entry.proof}", class_="note") if entry.proof and entry.proven_bound is not None else None
    )
    return node("header", title, node("p", " · ".join(facts), class_="facts"), proof)


def _curve(data: ReportData, entry: Entry) -> list[Node]:
    if entry.curve is None or not all(map(math.isfinite, entry.curve.errors)):
        return []
    extrema = len(alternations(entry.curve))
    constants = sum(1 for reference in live_values(entry.program) if reference < 0)
    text = f"{extrema} alternating extrema of equal size, within 2 %; constants: {constants}."
    return [node("h4", "Error over the domain"), error_chart(entry.curve, data.metric), node("p", text, class_="note")]


def _operations(entry: Entry) -> Node:
    return node("div", node("h4", "Operations"), node("pre", listing(entry.program)))


def _constants(entry: Entry) -> Node | None:
    if not entry.program.constants:
        return None
    rows = [
        node(
            "tr",
            node("td", f"c{number}"),
            node("td", constant_text(constant), class_="number"),
            node("td", f"{constant[0].hex()} {constant[1].hex()}", class_="hex"),
        )
        for number, constant in enumerate(entry.program.constants)
    ]
    return node("div", node("h4", "Constants"), table(("", "value", "as two doubles"), rows, "constants"))


def _lineage(entry: Entry) -> Node | None:
    if not entry.lineage:
        return None
    title = "Lineage, oldest first" if entry.is_lineage_whole else "Lineage: the nearest ancestors, oldest first"
    rows = [_ancestor(ancestor) for ancestor in entry.lineage]
    titles = ("candidate", "made by", "operations", "error", "formula")
    return node("details", node("summary", title), table(titles, rows, "lineage"))


def _ancestor(ancestor: Ancestor) -> Node:
    error = "not scored" if math.isnan(ancestor.error) else error_text(ancestor.error)
    return node(
        "tr",
        node("td", ancestor.id, class_="number"),
        node("td", ancestor.operator),
        node("td", str(ancestor.operations), class_="number"),
        node("td", error, class_="number"),
        node("td", node("code", ancestor.formula)),
    )
