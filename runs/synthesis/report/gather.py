"""From a run to its report: reads the folder and what its ledger holds, compares, and writes the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evaluators.synthetic_data.measurement import Measurement
from runs.job.source import command
from runs.privacy.explain import Cost, claim_text, cost_rows, noise_text, spent_epsilon, spent_text
from runs.synthesis.answered import answered, held_measurements, known_rows, total_loss
from runs.synthesis.report.associations import association, correlations
from runs.synthesis.report.claim import Accounting, Release
from runs.synthesis.report.course import courses
from runs.synthesis.report.data import SynthesisData
from runs.synthesis.report.fits import fits
from runs.synthesis.report.marginals import marginals
from runs.synthesis.report.means import means
from runs.synthesis.report.page import write_report
from runs.synthesis.report.pairs import worst_pairs
from runs.synthesis.report.rules import checks
from runs.synthesis.run import SynthesisRun

_MOST_RELEASES = 200
"""Releases that are listed one by one."""


def write_run_report(run: SynthesisRun) -> Path:
    """Writes report.html into a run folder and returns its path; the private table is not needed for it.

    Args:
        run: finished or not, with a table.

    Raises:
        ValueError: naming the file when the run is broken or has no table yet, or when the disk is full.
    """
    write_report(gather(run), run.folder.report)
    return run.folder.report


def gather(run: SynthesisRun) -> SynthesisData:
    """Returns what the report of a run shows.

    Args:
        run: finished or not, with a table.

    Raises:
        ValueError: naming the file when the run is broken or has no table yet.
    """
    manifest, schema, codes = run.manifest, run.schema, run.codes
    measurements = held_measurements(run)
    real_rows = known_rows(run, measurements)
    rows = real_rows or float(len(codes))
    answers = answered(measurements, codes, rows)
    strength = association(schema, codes)
    return SynthesisData(
        name=Path(run.job.data.path).stem or run.name,
        run=run.name,
        rows=len(codes),
        real_rows=real_rows,
        seed=run.job.search.seed or 0,
        started=f"{manifest.start[:19].replace('T', ' ')} UTC on {manifest.host}",
        seconds=run.progress.seconds,
        stop_reason=run.status,
        candidates=run.progress.rows,
        loss=total_loss(answers),
        command=command(run.job) or f"primordia search {run.path / 'run.toml'}",
        accounting=accounting(run, measurements),
        marginals=marginals(schema, codes, answers, rows),
        pairs=worst_pairs(schema, answers, rows),
        fits=fits(answers, rows),
        means=means(answers),
        associations=(() if strength is None else (strength,)) + correlations(schema, answers),
        courses=courses(run.folder.evaluations, run.progress.rows),
        constraints=checks(schema, codes),
        versions=tuple(manifest.versions.items()),
    )


def accounting(run: SynthesisRun, measurements: Sequence[Measurement]) -> Accounting:
    """Returns the privacy claim of a run and what its ledger spent on what.

    Args:
        run: whose ledger it is.
        measurements: what the ledger holds of the run's own queries.
    """
    ledger = run.ledger
    budget = ledger.terms.budget
    sizes = {measurement.query.name: measurement.query.size for measurement in measurements}
    costs = [Cost(release.what, release.mechanism, release.rho, sizes.get(release.what)) for release in ledger.releases]
    listed = [
        Release(release.id, release.what, noise_text(release.mechanism), sizes.get(release.what, 0), release.rho)
        for release in ledger.releases[:_MOST_RELEASES]
    ]
    return Accounting(
        neighbours=ledger.terms.neighbours,
        epsilon=budget.epsilon,
        delta=budget.delta,
        rho=budget.rho,
        rho_spent=ledger.spent,
        epsilon_spent=spent_epsilon(ledger),
        is_schema_inferred=run.job.data.trust_inferred_schema,
        paragraphs=(*claim_text(ledger.terms), spent_text(ledger)),
        costs=cost_rows(costs, budget),
        releases=tuple(listed),
        num_releases=len(ledger.releases),
    )
