"""The protocols as a table: what each turned away, what that cost, and what it saved."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from runs.layers.protocol_costs import TRAINING, ProtocolCost
from runs.text import count_text, duration_text


def protocols_table(costs: Sequence[ProtocolCost]) -> Table:
    """Returns the protocols, one per row, in the order in which candidates meet them.

    Args:
        costs: of the protocols, training among them.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("protocol")
    for heading in ("met", "turned away", "share", "cost", "each", "saved"):
        table.add_column(heading, justify="right")
    for cost in costs:
        share = f"{cost.turned_away / cost.met:.1%}" if cost.met else "-"
        each = _short(cost.seconds / cost.met) if cost.met else "-"
        saved = "" if cost.name == TRAINING else duration_text(cost.saved)
        counts = (count_text(cost.met), count_text(cost.turned_away))
        table.add_row(cost.name, *counts, share, duration_text(cost.seconds), each, saved)
    return table


def saved_text(costs: Sequence[ProtocolCost]) -> str:
    """Says how many candidates were turned away before they were trained, and what that saved."""
    early = [cost for cost in costs if cost.name != TRAINING]
    count, saved = sum(cost.turned_away for cost in early), sum(cost.saved for cost in early)
    return f"{count_text(count)} turned away before training, which saved about {duration_text(saved)} of it"


def _short(seconds: float) -> str:
    """Writes a short time: ``3.4 ms`` or ``12 s``."""
    return f"{1e3 * seconds:.2g} ms" if seconds < 0.0995 else f"{seconds:.3g} s"
