"""The section on the layer itself: formula, graph, analysis, lineage."""

from __future__ import annotations

from runs.layers.report.data import Ancestor, ShownLayer
from runs.layers.report.graph_drawing import graph_drawing
from runs.layers.report.mathml import formula
from runs.layers.report.text import percent_text
from runs.layers.view.analysis_rows import Row
from runs.report.cells import figure_cell, note, row
from runs.report.document import section, table
from runs.report.markup import Node, node
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import Layer, running_moments, trainable_leaves

_GRAPH = "Tinted: moments, with what they average over. Dashed: what is subtracted or divided by. Green: trained."


def layer_section(shown: ShownLayer) -> Node:
    """Returns the formula and the graph.

    Args:
        shown: the layer.
    """
    title = "The winner" if shown.is_winner else "The best layer so far"
    return section(
        title,
        formula(shown.layer),
        node("p", node("code", formula_text(shown.layer))),
        note(_leaves(shown.layer)),
        node("h4", "Graph"),
        node("div", graph_drawing(shown.layer), class_="scroll"),
        note(_GRAPH),
        _lineage(shown),
    )


def analysis_section(shown: ShownLayer) -> Node | None:
    """Returns what is known of the layer without training it, None where nothing is.

    Args:
        shown: the layer.
    """
    parts = [_part(heading, rows) for heading, rows in shown.analysis if rows]
    if not parts:
        return None
    hint = note("Exact: proven from the graph or by intervals. Numeric: measured. Trained leaves stand at their start.")
    return section(f"Analysis of candidate {shown.name}", hint, node("div", *parts, class_="analysis"))


def _leaves(layer: Layer) -> str:
    """Says what is trained and what is kept running."""
    kinds = [layer.leaves[number].kind for number in trainable_leaves(layer)]
    vectors, scalars = kinds.count("vector") + 2 * layer.affine, kinds.count("scalar")
    running = len(running_moments(layer))
    trained = [f"{vectors} number{'s' * (vectors != 1)} per channel"] if vectors else []
    trained += [f"{scalars} number{'s' * (scalars != 1)} per layer"] if scalars else []
    batch = (
        f"{running} moment{'s' * (running != 1)} over the batch, with running values for inference"
        if running
        else "No moment over the batch: training and inference compute the same"
    )
    return f"Trained: {' and '.join(trained) or 'nothing'}. {batch}."


def _part(heading: str, rows: list[Row]) -> Node:
    cells = [row(node("td", one.label, class_="label"), one.value, node("td", one.how, class_="how")) for one in rows]
    body = node("div", node("table", node("tbody", *cells), class_="facts-table"), class_="scroll")
    return node("div", node("h4", heading), body)


def _lineage(shown: ShownLayer) -> Node | None:
    if not shown.lineage:
        return None
    title = "Lineage, oldest first" if shown.is_lineage_whole else "Lineage: the nearest ancestors, oldest first"
    titles = ("candidate", "made by", "from", "mean error", "formula")
    return node("details", node("summary", title), table(titles, map(_ancestor, shown.lineage), "lineage"))


def _ancestor(ancestor: Ancestor) -> Node:
    error = "not scored" if ancestor.error is None else percent_text(ancestor.error)
    cells = (ancestor.id, ancestor.operator, ", ".join(ancestor.parents) or "—")
    return row(*cells, figure_cell(error), node("td", node("code", ancestor.formula)))
