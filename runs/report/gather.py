"""From a run to its report: reads the folder, computes baselines and error curves, and writes the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evaluators.balls import from_double_double, precision
from evaluators.baselines import baselines
from evaluators.error_curve import errors, samples
from evaluators.tape import Tape
from evaluators.targets import Target
from runs.functions.exporting import PROOF
from runs.functions.found_program import FoundProgram
from runs.functions.problem import domain_text, target_title
from runs.functions.run import FunctionRun
from runs.job.source import command
from runs.report.ancestry import Lineage, read_lineages
from runs.report.data import Convergence, Entry, ErrorCurve, ReportData, Rival
from runs.report.history import read_history
from runs.report.page import write_report
from search_spaces.program import Program

CURVE_POINTS = 401
CURVE_BITS = 160


def write_run_report(run: FunctionRun, against: Sequence[FunctionRun] = ()) -> Path:
    """Writes report.html into a run folder and returns its path.

    Args:
        run: finished or not.
        against: other runs of the same target whose fronts are drawn beside this one's.

    Raises:
        ValueError: naming the file when a run is broken, when one has another target, or when the disk is full.
    """
    write_report(gather(run, against), run.folder.report)
    return run.folder.report


def gather(run: FunctionRun, against: Sequence[FunctionRun] = ()) -> ReportData:
    """Returns what the report of a run shows.

    Args:
        run: finished or not.
        against: other runs of the same target.

    Raises:
        ValueError: naming the file when a run is broken, or when one has another target.
    """
    others = other_fronts(run.target, against)
    target, manifest, progress = run.target, run.manifest, run.progress
    entries, convergence, random = _from_table(run)
    largest = max((entry.program.operations for entry in entries), default=0)
    minimax = [Rival(row.family, row.operations, row.max_error) for row in baselines(target, largest)]
    return ReportData(
        name=run.job.function.name or target.expression,
        expression=target.expression,
        domain=domain_text(target),
        metric=f"maximum {target.metric} error" + ("" if target.weight == "1" else f", weighted by {target.weight}"),
        run=run.name,
        seed=manifest.job.search.seed or 0,
        started=f"{manifest.start[:19].replace('T', ' ')} UTC on {manifest.host}",
        seconds=progress.seconds,
        stop_reason=run.status,
        candidates=progress.rows,
        command=command(manifest.job) or f"primordia search {run.path / 'run.toml'}",
        entries=entries,
        rivals=(*minimax, *(rival for rival in random if rival.operations <= largest), *others),
        convergence=tuple(row for row in convergence if row.operations <= largest),
        verdicts=tuple(progress.counts.items()),
        versions=tuple(manifest.versions.items()),
    )


def other_fronts(target: Target, runs: Sequence[FunctionRun]) -> tuple[Rival, ...]:
    """Returns the fronts of other runs as rivals, named by strategy and candidates, by seed too where these are equal.

    Raises:
        ValueError: when a run has another target.
    """
    for run in runs:
        # the same function may be known by name in one run and written as an expression in another
        if replace(run.target, name=target.name) != target:
            theirs, ours = target_title(run.target), target_title(target)
            raise ValueError(f"run {str(run.path)!r} searched {theirs}, not {ours}; compare runs of the same function")
    families = [f"{run.job.selection.strategy}, {run.progress.rows:,} candidates" for run in runs]
    return tuple(
        Rival(
            family if families.count(family) == 1 else f"{family}, seed {run.manifest.job.search.seed}",
            found.operations,
            _measured(found),
        )
        for run, family in zip(runs, families, strict=True)
        for found in run.front
    )


def error_curve(program: Program, target: Target) -> ErrorCurve | None:
    """Returns a program's error at Chebyshev points of the domain, None when it is not finite at one of them.

    Args:
        program: its constants are taken exactly.
        target: the function, domain and metric.
    """
    grid = samples(target, CURVE_POINTS, CURVE_BITS)
    with precision(CURVE_BITS):
        constants = [from_double_double(constant) for constant in program.constants]
        values = tuple(float(value) for value in errors(Tape(program), constants, grid))
        points = tuple(float(sample.x) for sample in grid)
    return ErrorCurve(points, values) if all(map(math.isfinite, values)) else None


def _from_table(run: FunctionRun) -> tuple[tuple[Entry, ...], tuple[Convergence, ...], tuple[Rival, ...]]:
    if not run.front:
        return (), (), ()
    folder = run.folder.evaluations
    operations, *_, error = (objective.name for objective in run.objectives)
    lineages = read_lineages(folder, [found.id for found in run.front], error)
    entries = tuple(_entry(found, lineages[found.id], run.target) for found in run.front)
    return entries, *read_history(folder, operations, error, run.progress.rows)


def _entry(found: FoundProgram, lineage: Lineage, target: Target) -> Entry:
    return Entry(
        id=str(found.id),
        program=found.program,
        measured_error=_measured(found),
        proven_bound=found.proven,
        proof=PROOF if found.proven is not None else "",
        curve=error_curve(found.program, target),
        lineage=tuple(reversed(lineage.ancestors)),
        is_lineage_whole=lineage.is_whole,
    )


def _measured(found: FoundProgram) -> float:
    """Returns the largest error found so far: of the dense scan before a proof, or else the evaluator's."""
    return list(found.objectives.values())[-1] if found.measured is None else found.measured
