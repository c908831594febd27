"""The section on the protocols: what each turned away, what that cost, what it saved, and what it lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runs.layers.protocol_costs import TRAINING
from runs.layers.ranking.rejections import FalseRejections, Rejections
from runs.layers.report.data import LayersData
from runs.layers.report.text import best_text, percent_text, saved_sentence, share_text
from runs.protocol_costs import ProtocolCost
from runs.report.cells import figure_cell, note, row
from runs.report.document import section, table
from runs.report.funnel_chart import funnel_chart
from runs.report.markup import Node, node
from runs.report.text import work_text

_METHOD = (
    "Cost is the time of all workers together. Saved is an estimate: the candidates turned away, each at the mean time "
    "that those which passed took further on; of duplicates, the time that their originals took. A failure during "
    "training counts as turned away by it."
)
_REJECTIONS = (
    "Of what each protocol turned away, a sample was trained in full with no protocol in front. The shares that would "
    "have been as good as the median scored candidate, and as BN-ReLU trained with the same seed, are on the search "
    "images, one training each, with the exact 95 % intervals of Clopper and Pearson."
)


def protocols_section(data: LayersData) -> Node:
    """Returns the section, or one that says that nothing was tried.

    Args:
        data: the report.
    """
    if not data.costs:
        return section("Rejection protocols", node("p", "No candidate was recorded yet."), _counts(data.counts))
    return section(
        "Rejection protocols",
        node("p", saved_sentence(data)),
        funnel_chart(data.costs, {TRAINING: "are trained to the end"}),
        _table(data.costs, data.meanings or {}),
        note(_METHOD),
        _losses(data.counts),
        *([_rejections(data.rejections)] if data.rejections else []),
    )


def _table(costs: Sequence[ProtocolCost], meanings: Mapping[str, str]) -> Node:
    titles = ("protocol", "met", "turned away", "share", "cost", "each", "saved", "its figure, and what passes")
    rows = [
        row(
            cost.name,
            figure_cell(f"{cost.met:,}"),
            figure_cell(f"{cost.turned_away:,}"),
            figure_cell(percent_text(cost.turned_away / cost.met) if cost.met else "—"),
            figure_cell(work_text(cost.seconds)),
            figure_cell(work_text(cost.seconds / cost.met) if cost.met else "—"),
            figure_cell("—" if cost.name == TRAINING else work_text(cost.saved)),
            node("td", meanings.get(cost.name, ""), class_="meaning"),
        )
        for cost in costs
    ]
    return table(titles, rows, "protocols")


def _losses(counts: Mapping[str, int]) -> Node | None:
    """Says what ended in no verdict of a protocol."""
    parts = [
        f"{counts[label]:,} {words}"
        for label, words in (
            ("crashed", "crashed"),
            ("timed_out", "took too long and were stopped"),
        )
        if counts.get(label)
    ]
    return note(f"Besides, {' and '.join(parts)}.") if parts else None


def _counts(counts: Mapping[str, int]) -> Node | None:
    if not counts:
        return None
    rows = [row(label.replace(":", ": ").replace("_", " "), figure_cell(f"{n:,}")) for label, n in counts.items()]
    return table(("verdict", "candidates"), rows, "counts")


def _rejections(found: Rejections) -> Node:
    titles = ("protocol", "turned away", "sampled", "failed", "best", "as the median", "as BN-ReLU")
    rows = [_rejection(one) for one in found.protocols]
    figures = note(
        f"Median of {found.scored:,} scored candidates: {percent_text(found.median)} accuracy; "
        f"BN-ReLU: {percent_text(found.reference)}."
    )
    return node(
        "div",
        node("h4", "Were good layers turned away?"),
        table(titles, rows, "rejections"),
        note(_REJECTIONS),
        figures,
    )


def _rejection(found: FalseRejections) -> Node:
    return row(
        found.protocol,
        figure_cell(f"{found.turned_away:,}"),
        figure_cell(f"{found.sampled:,}"),
        figure_cell(f"{found.failed:,}"),
        figure_cell(best_text(found.best)),
        figure_cell(share_text(found.as_median)),
        figure_cell(share_text(found.as_reference)),
    )
