"""From a run to its report: reads the folder, samples error curves, and writes the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runs.float32.check_facts import check_facts, compiled_fact
from runs.float32.error_curve import error_curve
from runs.float32.found_program import FoundProgram
from runs.float32.problem import job_problem, target_title
from runs.float32.protocols import float32_costs
from runs.float32.report.data import Ancestor, Course, Entry, Float32Data
from runs.float32.report.history import read_course
from runs.float32.report.page import write_report
from runs.float32.run import Float32Run
from runs.float32.speed import speed_facts
from runs.folder.lookup import RowData
from runs.job.source import command
from search_spaces.float32_functions.formula import formula_text
from search_spaces.float32_functions.typed_program import decode

MOST_ANCESTORS = 40
STRETCHES = 360
SAMPLES = 60


def write_run_report(run: Float32Run, against: Sequence[Float32Run] = ()) -> Path:
    """Writes report.html into a run folder and returns its path.

    Args:
        run: finished or not.
        against: other runs for the same target, whose fronts and courses are drawn beside this one's.

    Raises:
        ValueError: naming the file when a run is broken, when one has another target, or when the disk is full.
    """
    write_report(gather(run, against), run.folder.report)
    return run.folder.report


def gather(run: Float32Run, against: Sequence[Float32Run] = ()) -> Float32Data:
    """Returns what the report of a run shows; what the run has not come to is left out.

    Args:
        run: finished or not.
        against: other runs for the same target.

    Raises:
        ValueError: naming the file when a run is broken, or when one has another target.
    """
    _require_comparable(run, against)
    manifest, progress = run.manifest, run.progress
    return Float32Data(
        name=f"{run.job.target.function} in {run.job.target.format}",
        title=target_title(run.job.target),
        run=run.name,
        seed=manifest.job.search.seed or 0,
        started=f"{manifest.start[:19].replace('T', ' ')} UTC on {manifest.host}",
        seconds=progress.seconds,
        stop_reason=run.status,
        candidates=progress.rows,
        counts=dict(progress.counts),
        command=command(manifest.job) or f"primordia search {run.path / 'run.toml'}",
        max_ulp=run.job.target.max_ulp,
        unit=job_problem(run.job).objectives[0].unit,
        entries=tuple(map(_entry, run.front)),
        best=str(run.best().id) if run.front else "",
        speed=speed_facts(run.speed) if run.speed else (),
        costs=float32_costs(run.folder.evaluations),
        courses=_courses([run, *against]),
        versions=tuple(manifest.versions.items()),
    )


def _require_comparable(run: Float32Run, others: Sequence[Float32Run]) -> None:
    for other in others:
        for what in ("function", "ends", "format"):
            if getattr(other.job.target, what) != getattr(run.job.target, what):
                theirs, ours = target_title(other.job.target), target_title(run.job.target)
                raise ValueError(
                    f"run {str(other.path)!r} searched {theirs}, not {ours}; compare runs of the same function"
                )
        if other.job.cost != run.job.cost:
            raise ValueError(
                f"run {str(other.path)!r} has another cost, {other.job.cost.model}; compare runs of equal costs"
            )


def _courses(runs: Sequence[Float32Run]) -> tuple[Course, ...]:
    labels = [f"{run.job.selection.strategy}, {run.progress.rows:,} candidates" for run in runs]
    if len(set(labels)) < len(labels):
        labels = [f"{label}, {run.name}" for label, run in zip(labels, runs, strict=True)]
    return tuple(
        read_course(
            run.folder.evaluations, run.progress.rows, label, [(found.cost, found.max_ulp) for found in run.front]
        )
        for run, label in zip(runs, labels, strict=True)
    )


def _entry(found: FoundProgram) -> Entry:
    ancestors = found.run.lineage(found.id)[1:]
    check = found.check
    return Entry(
        id=str(found.id),
        program=found.program,
        cost=found.cost,
        max_ulp=found.max_ulp,
        evidence=(*check_facts(check), *compiled_fact(found.compiled_differs)) if check else (),
        specials=check.specials if check else (),
        curve=error_curve(found.program, found.run.target, STRETCHES, SAMPLES),
        lineage=tuple(_ancestor(row) for row in reversed(ancestors[:MOST_ANCESTORS])),
        is_lineage_whole=len(ancestors) <= MOST_ANCESTORS,
    )


def _ancestor(row: RowData) -> Ancestor:
    formula = formula_text(decode(row["genome"])) if row["genome"] else ""
    return Ancestor(str(row["id"]), row["operator"], row["cost"], row["max_ulp"], formula)
