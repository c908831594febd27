"""The result of a check as text for the terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from evaluators.float32_functions.exhaustive import CheckResult
from runs.float32.check_facts import check_facts, special_lines


def result_table(title: str, result: CheckResult) -> Table:
    """Returns a result as a table of what was asked and what was found."""
    table = Table(box=None, pad_edge=False, show_header=False, title=title, title_justify="left", title_style="bold")
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, text in check_facts(result):
        table.add_row(name, Text(text))
    for line in special_lines(result):
        table.add_row("", Text(line))
    return table
