"""Tables and figures as text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.protocols import Objective
from runs.text import count_text, figure_text

PIPE_WIDTH = 160


def console() -> Console:
    """Returns a console on standard output; a pipe gets wide lines without colours."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


def front_table(
    objectives: Sequence[Objective],
    rows: Iterable[tuple[int, tuple[float, ...], str]],
    extra: Mapping[str, Mapping[int, str]] | None = None,
) -> Table:
    """Returns the front as a table, one program per row.

    Args:
        objectives: the columns of figures.
        rows: id, objectives and formula of each program.
        extra: further columns by heading, each with a text per id.
    """
    extra = extra or {}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for objective in objectives:
        table.add_column(objective.name.replace("_", " "), justify="right")
    for heading in extra:
        table.add_column(heading, justify="right")
    table.add_column("id", justify="right", style="dim")
    table.add_column("formula", overflow="fold")
    for identity, values, formula in rows:
        figures = [figure_text(o, value) for o, value in zip(objectives, values, strict=True)]
        texts = [column.get(identity, "") for column in extra.values()]
        table.add_row(*figures, *texts, str(identity), Text(formula))
    return table


def verdict_table(counts: Mapping[str, int]) -> Table:
    """Returns the number and share of candidates per verdict, most frequent first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("verdict")
    table.add_column("candidates", justify="right")
    table.add_column("share", justify="right")
    total = sum(counts.values())
    for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(label, count_text(count), f"{count / total:.1%}")
    return table
