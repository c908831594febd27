"""The section on comparisons on images, and in networks, that the search never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runs.layers.ranking.transfer import Transfer
from runs.layers.report.interval_chart import interval_chart
from runs.layers.report.ranking_section import standings_table
from runs.layers.report.text import network_title
from runs.report.cells import note
from runs.report.document import section
from runs.report.markup import Node, node

_METHOD = (
    "Accuracies on the test images, differences to BN-ReLU paired by seed, 95 % intervals. Each comparison is adjusted "
    "for the layers in it, and not for the number of comparisons."
)


def transfer_section(transfers: Sequence[Transfer]) -> Node | None:
    """Returns the section, None where nothing was trained elsewhere.

    Args:
        transfers: one per network and data set.
    """
    return section("Elsewhere", *map(_transfer, transfers), note(_METHOD)) if transfers else None


def _transfer(found: Transfer) -> Node:
    seeds = max((row.accuracy.count for row in found.standings if row.accuracy), default=0)
    where = found.data or "the images of the run"
    title = (
        f"{network_title(found.network)} on {where}: {seeds} training{'s' * (seeds != 1)} of {found.steps:,} steps each"
    )
    standings = [row if row.is_known else replace(row, role="candidate") for row in found.standings]
    chart = interval_chart(standings, [found.network])
    return node("div", node("h4", title), chart, standings_table(standings, [found.network]), class_="pair")
