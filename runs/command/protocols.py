"""The protocols as a table: what each turned away, what that cost, and what it saved."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from runs.protocol_costs import ProtocolCost
from runs.text import count_text, duration_text


def protocols_table(costs: Sequence[ProtocolCost], last: str) -> Table:
    """Returns the protocols, one per row, in the order in which candidates meet them.

    Args:
        costs: of the protocols and what follows them.
        last: the stage that there is nothing to save after.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("protocol")
    for heading in ("met", "turned away", "share", "cost", "each", "saved"):
        table.add_column(heading, justify="right")
    for cost in costs:
        share = f"{cost.turned_away / cost.met:.1%}" if cost.met else "-"
        each = _short(cost.seconds / cost.met) if cost.met else "-"
        saved = "" if cost.name == last else duration_text(cost.saved)
        counts = (count_text(cost.met), count_text(cost.turned_away))
        table.add_row(cost.name, *counts, share, duration_text(cost.seconds), each, saved)
    return table


def _short(seconds: float) -> str:
    """Writes a short time: ``3.4 ms`` or ``12 s``."""
    return f"{1e3 * seconds:.2g} ms" if seconds < 0.0995 else f"{seconds:.3g} s"
