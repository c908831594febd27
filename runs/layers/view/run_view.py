"""What ``primordia show RUN`` prints of a search for layers, and the search when it has finished."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from runs.command.protocols import protocols_table
from runs.command.tables import verdict_table
from runs.layers.memory_room import memory_room
from runs.layers.protocol_costs import TRAINING, protocol_costs
from runs.layers.ranking.view import ranking_view
from runs.layers.run import LayersRun
from runs.layers.view.front_view import front_table, mean_accuracy
from runs.protocol_costs import ProtocolCost
from runs.text import count_text, duration_text


def headline(run: LayersRun) -> str:
    """Returns what came of the search, in one line."""
    progress = run.progress
    best = f"best mean accuracy {mean_accuracy(run.front[0])}" if run.front else "no layer yet"
    return (
        f"{run.manifest.reason or run.status}: {count_text(progress.rows)} candidates in "
        f"{duration_text(progress.seconds)}, {saved_text(protocol_costs(run.folder.evaluations))}; {best}"
    )


def run_view(run: LayersRun) -> RenderableType:
    """Returns a run: what became of its candidates, what the protocols saved, its front, and the ranking."""
    from runs.layers.problem import job_problem

    lines = [
        f"{run.path}: {run.status}",
        f"started {run.manifest.start[:19].replace('T', ' ')} UTC on {run.manifest.host}, seed {run.job.search.seed}",
        job_problem(run.job).title,
        headline(run),
        *_memory_lines(run),
    ]
    parts: list[RenderableType] = [Text("\n".join(lines)), Text(), verdict_table(run.progress.counts), Text()]
    found = results(run)
    return Group(*parts, *([found] if found else []))


def _memory_lines(run: LayersRun) -> list[str]:
    room = memory_room(run.folder.evaluations)
    trained = f"{count_text(room)} candidates were" if room > 1 else "1 candidate was"
    return [f"the device ran out of memory; from then on {trained} trained at a time"] if room else []


def results(run: LayersRun) -> RenderableType | None:
    """Returns the protocols, the front on the search images and, once there is one, the ranking; None when empty."""
    costs = protocol_costs(run.folder.evaluations)
    parts: list[RenderableType] = [protocols_table(costs, TRAINING), Text()] if costs else []
    if run.front:
        parts += [Text("accuracy on the search images", style="bold"), front_table(run.front)]
    if run.ranking:
        parts += [Text(), ranking_view(run.ranking)]
    elif run.needs_ranking:
        parts += [Text(), Text(f"its ranking is not finished; go on with: primordia rank {run.path}")]
    return Group(*parts) if parts else None


def saved_text(costs: Sequence[ProtocolCost]) -> str:
    """Says how many candidates were turned away before they were trained, and what that saved."""
    early = [cost for cost in costs if cost.name != TRAINING]
    count, saved = sum(cost.turned_away for cost in early), sum(cost.saved for cost in early)
    return f"{count_text(count)} turned away before training, which saved about {duration_text(saved)} of it"
