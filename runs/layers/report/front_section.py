"""The section on the errors across networks: chart and table."""

from __future__ import annotations

from collections.abc import Sequence

from runs.layers.report.data import Candidate, Known, LayersData
from runs.layers.report.parallel_chart import MOST_LINES, parallel_chart
from runs.layers.report.text import counted, network_title, percent_text
from runs.report.cells import figure_cell, note, row
from runs.report.document import section, table
from runs.report.markup import Node, node

MOST_ROWS = 25
"""Layers of the front that the table lists."""


def front_section(data: LayersData) -> Node:
    """Returns the section, or one that says that nothing was scored.

    Args:
        data: the report.
    """
    title = "The front across networks" if len(data.networks) > 1 else "The best candidates"
    if not data.scored:
        text = "No candidate passed every protocol and was trained in all networks yet."
        return section(title, node("p", text))
    return section(title, parallel_chart(data), _legend(data), _table(data), note(_method(data)))


def _legend(data: LayersData) -> Node:
    entries = [("winner", "the layer of this report"), ("front-mark", "on the front"), ("crowd-mark", "scored")]
    entries += [("baseline", "known layer")] if data.known else []
    return node("p", *(node("span", text, class_=class_) for class_, text in entries), class_="legend")


def _table(data: LayersData) -> Node:
    front = [found for found in data.scored if found.is_on_front]
    shown = front[:MOST_ROWS]
    rows = [_row(found, found.id, found.extras, node("code", found.formula)) for found in shown]
    rows += [_row(known, known.name, (None,) * len(data.extras), None) for known in data.known]
    titles = ("layer", *map(network_title, data.networks), "mean", *data.extras, "formula")
    more = note(f"and {len(front) - len(shown):,} more on the front") if len(front) > len(shown) else None
    return node("div", table(titles, rows, "layers"), more)


def _row(found: Candidate | Known, name: str, extras: Sequence[float | None], formula: Node | None) -> Node:
    figures = [percent_text(error) for error in (*found.errors, found.mean)]
    figures += ["—" if figure is None else f"{figure:.3g}" for figure in extras]
    is_known = isinstance(found, Known)
    words = node("td", "known layer" if is_known else None, formula)
    return row(name, *map(figure_cell, figures), words, class_="baseline" if is_known else None)


def _method(data: LayersData) -> str:
    text = (
        f"Errors on the search images of {counted(len(data.scored), 'candidate')}, each of one training per network; "
        "the front holds those that no other beats in all objectives. Selected by these very figures, the best look "
        "better here than they are. Errors beyond the axis stand at its end."
    )
    if data.known:
        text += " Known layers were trained the same way, with several seeds; theirs are means, which nothing selected."
    if len(data.scored) > MOST_LINES:
        text += f" The chart has the best {MOST_LINES:,}."
    return text
