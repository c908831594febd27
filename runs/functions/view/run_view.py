"""What ``primordia show RUN`` prints of a search for a function, and the search when it has finished."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from runs.command.tables import front_table, verdict_table
from runs.functions.run import FunctionRun
from runs.text import bound_text, count_text, duration_text, error_text


def run_view(run: FunctionRun) -> RenderableType:
    """Returns a run: its front, what became of the candidates, and what the cache and the protocols saved."""
    job, progress = run.job, run.progress
    lines = [
        f"{run.path}: {run.status}",
        f"started {run.manifest.start[:19].replace('T', ' ')} UTC on {run.manifest.host}, seed {job.search.seed}",
        f"{count_text(progress.rows)} candidates in {duration_text(progress.seconds)}; {savings_text(progress.counts)}",
    ]
    return Group(Text("\n".join(lines)), Text(), front_of(run), Text(), verdict_table(progress.counts))


def headline(run: FunctionRun) -> str:
    """Returns what came of the search, in one line."""
    progress = run.progress
    speed = progress.rows / progress.seconds if progress.seconds else 0.0
    return (
        f"{run.manifest.reason}: {count_text(progress.rows)} candidates in {duration_text(progress.seconds)}, "
        f"{count_text(round(speed))}/s; {savings_text(progress.counts)}"
    )


def front_of(run: FunctionRun) -> RenderableType:
    """Returns the front as a table, with the measured errors and the proven bounds once there are any."""
    extra = {
        "measured": {found.id: error_text(found.measured, 5) for found in run.front if found.measured is not None},
        "proven": {found.id: bound_text(found.proven, 5) for found in run.front if found.proven is not None},
    }
    rows = [(found.id, tuple(found.objectives.values()), found.formula) for found in run.front]
    return front_table(run.objectives, rows, {heading: column for heading, column in extra.items() if column})


def savings_text(counts: dict[str, int]) -> str:
    """Says how many evaluations the fingerprint cache and the rejection protocols saved."""
    duplicates = counts.get("duplicate", 0)
    rejected = sum(count for label, count in counts.items() if label.startswith("rejected"))
    total = max(1, sum(counts.values()))
    return (
        f"the cache saved {count_text(duplicates)} evaluations ({duplicates / total:.1%}), "
        f"the protocols {count_text(rejected)} ({rejected / total:.1%})"
    )
