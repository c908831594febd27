"""What ``primordia show RUN`` prints of a search for synthetic data, and the search when it has finished."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runs.privacy.budget import Budget
from runs.privacy.explain import Cost, claim_text, cost_rows, paid, spent_text
from runs.synthesis.run import SynthesisRun
from runs.text import count_text, duration_text, error_text


def headline(run: SynthesisRun) -> str:
    """Returns what came of the search, in one line."""
    loss = "no table yet" if run.loss is None else f"{_size(run)}, normalized loss {error_text(run.loss)}"
    time = duration_text(run.progress.seconds)
    return f"{run.manifest.reason or run.status}: {loss}; {count_text(run.progress.rows)} candidates in {time}"


def run_view(run: SynthesisRun) -> RenderableType:
    """Returns a run: what came of it, what it claims, and what was spent on what."""
    lines = [
        f"{run.path}: {run.status}",
        f"started {run.manifest.start[:19].replace('T', ' ')} UTC on {run.manifest.host}, seed {run.job.search.seed}",
        headline(run),
    ]
    claim = Text("\n\n".join((*claim_text(run.ledger.terms), spent_text(run.ledger))))
    return Group(Text("\n".join(lines)), Text(), claim, Text(), spending(run))


def spending(run: SynthesisRun) -> Table:
    """Returns what was spent on what, at which noise."""
    return cost_table(map(paid, run.ledger.releases), run.ledger.terms.budget)


def cost_table(costs: Iterable[Cost], budget: Budget) -> Table:
    """Returns costs as a table, one row per mechanism and noise scale.

    Args:
        costs: planned, or paid.
        budget: what they are paid from.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("asked", overflow="fold")
    for heading in ("releases", "answers", "noise", "rho", "of the budget"):
        table.add_column(heading, justify="right")
    for row in cost_rows(costs, budget):
        answers = "" if row.answers is None else count_text(row.answers)
        table.add_row(row.what, count_text(row.releases), answers, row.noise, f"{row.rho:.4g}", f"{row.share:.1%}")
    return table


def _size(run: SynthesisRun) -> str:
    rows = min(entry.objectives[0] for entry in run.progress.front)
    return f"{count_text(round(rows))} rows x {len(run.schema.columns)} columns"
