"""What ``primordia show RUN`` prints of a search for machine programs, and the search when it has finished."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from runs.command.protocols import protocols_table
from runs.command.tables import front_table, verdict_table
from runs.float32.problem import target_title
from runs.float32.protocols import LAST, float32_costs
from runs.float32.run import Float32Run
from runs.float32.speed import speed_line
from runs.protocol_costs import ProtocolCost
from runs.text import count_text, duration_text


def headline(run: Float32Run) -> str:
    """Returns what came of the search, in one line."""
    progress = run.progress
    best = "no program yet"
    if run.front:
        found = run.best()
        best = f"best {found.cost:g} {run.objectives[0].unit} at {found.max_ulp:.4g} ULP"
    return (
        f"{run.manifest.reason or run.status}: {count_text(progress.rows)} candidates in "
        f"{duration_text(progress.seconds)}, {saved_text(float32_costs(run.folder.evaluations))}; {best}"
    )


def run_view(run: Float32Run) -> RenderableType:
    """Returns a run: what became of its candidates, what the protocols saved, its front, and its winner's speed."""
    lines = [
        f"{run.path}: {run.status}",
        f"started {run.manifest.start[:19].replace('T', ' ')} UTC on {run.manifest.host}, seed {run.job.search.seed}",
        target_title(run.job.target),
        headline(run),
    ]
    parts: list[RenderableType] = [Text("\n".join(lines)), Text(), verdict_table(run.progress.counts), Text()]
    found = results(run)
    return Group(*parts, *([found] if found else []))


def results(run: Float32Run) -> RenderableType | None:
    """Returns the protocols, the front with its checks, and the winner's speed; None when there is nothing."""
    costs = float32_costs(run.folder.evaluations)
    parts: list[RenderableType] = [protocols_table(costs, LAST), Text()] if costs else []
    if run.front:
        parts.append(front_of(run))
    if run.speed:
        parts += [Text(), Text(speed_line(run.speed))]
    return Group(*parts) if parts else None


def front_of(run: Float32Run) -> RenderableType:
    """Returns the front as a table, with the greatest error of every input once that is known."""
    checked = {found.id: f"{found.max_ulp:.5g}" for found in run.front if found.check}
    rows = [(found.id, tuple(found.objectives.values()), found.formula) for found in run.front]
    return front_table(run.objectives, rows, {"every input": checked} if checked else None)


def saved_text(costs: Sequence[ProtocolCost]) -> str:
    """Says how many candidates were turned away, and how much work that saved."""
    count, saved = sum(cost.turned_away for cost in costs), sum(cost.saved for cost in costs)
    return f"{count_text(count)} turned away, which saved about {duration_text(saved)} of work"
