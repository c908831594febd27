"""Sections of lines, as ``primordia show`` prints one candidate in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from runs.folder.lookup import RowData

LINEAGE_ROWS = 20
"""Ancestors that are listed."""


def sections_text(sections: Sequence[tuple[str, Sequence[str]]]) -> Text:
    """Returns sections under their headings.

    Args:
        sections: pairs (heading, lines); an empty heading adds none.
    """
    text = Text(no_wrap=False)
    for heading, lines in sections:
        if heading:
            text.append(f"\n{heading}\n", style="bold")
        text.append("\n".join(lines) + "\n")
    return text


def lineage_lines(rows: Sequence[RowData], figures: Callable[[RowData], str]) -> list[str]:
    """Returns one line per ancestor, a last one saying how many were left out.

    Args:
        rows: of the evaluation table, youngest first.
        figures: writes those of a row.
    """
    lines = []
    for row in rows[:LINEAGE_ROWS]:
        parents = ", ".join(map(str, row["parents"] or ())) or "nothing"
        lines.append(f"{row['id']:>10}  {row['operator']:<10}  {figures(row)}  from {parents}")
    if len(rows) > LINEAGE_ROWS:
        lines.append(f"... and {len(rows) - LINEAGE_ROWS} older ones")
    return lines
