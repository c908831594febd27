"""The front across the networks as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from runs.layers.found_layer import FoundLayer

ROWS = 20


def front_table(layers: Sequence[FoundLayer], rows: int = ROWS) -> Table:
    """Returns layers with their accuracies on the search images, one per row.

    Args:
        layers: at least one, in the order to show them in.
        rows: at most; the last line tells of the others.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = [f"error_{network}" for network in layers[0].run.job.anchors.networks]
    others = [name for name in layers[0].objectives if name not in names]
    for heading in (*(name.removeprefix("error_") for name in names), "mean", *(o.replace("_", " ") for o in others)):
        table.add_column(heading, justify="right")
    table.add_column("id", justify="right", style="dim")
    table.add_column("formula", overflow="fold")
    for found in layers[:rows]:
        accuracies = [f"{1 - found.objectives[name]:.1%}" for name in names]
        figures = [f"{found.objectives[name]:.3g}" for name in others]
        table.add_row(*accuracies, mean_accuracy(found), *figures, found.name, Text(found.formula))
    if len(layers) > rows:
        table.add_row(*[""] * (len(names) + len(others) + 2), f"and {len(layers) - rows} more")
    return table


def mean_accuracy(found: FoundLayer) -> str:
    """Writes the mean accuracy in the networks on the search images."""
    return "-" if found.error is None else f"{1 - found.error:.1%}"
