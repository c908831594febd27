"""What the report of a synthetic table shows, as plain values: gathered from a run folder, or made by hand in a test.

Everything here is safe to release: it comes from the synthetic table and from answers that carry noise already.
Exact figures about the real data live in :mod:`runs.synthesis.evaluation` and on a page of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from runs.synthesis.report.claim import Accounting

Matrix: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Marginal:
    """The distribution of one column.

    Attributes:
        column: its name.
        labels: of its groups, in the order of their codes, smaller ones together.
        synthetic: the share of the synthetic rows in each group.
        measured: the noisy share of each group; empty when no measured marginal contains the column.
        deviations: the standard deviation of the noise in each measured share.
        is_ordered: whether neighbouring groups are neighbouring values.
        source: where the measured shares come from: ``measured``, ``implied by 5 measured marginals``; empty without.
        ticks: texts short enough for an axis, one per group; empty where the labels are.
    """

    column: str
    labels: tuple[str, ...]
    synthetic: tuple[float, ...]
    measured: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()
    is_ordered: bool = False
    source: str = ""
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairTable:
    """A measured marginal of two columns beside the synthetic table's; matrices have one row per group of the first.

    Attributes:
        row: the name of the first column.
        column: the name of the second.
        row_labels: of the first column's groups.
        column_labels: of the second's.
        synthetic: shares of the synthetic rows.
        measured: noisy shares.
        deviations: standard deviations of the noise.
        ratio: the mean squared residual over the noise's variance, before groups were merged for display.
    """

    row: str
    column: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    synthetic: Matrix
    measured: Matrix
    deviations: Matrix
    ratio: float

    @property
    def residuals(self) -> Matrix:
        """Synthetic minus measured, in standard deviations of the noise."""
        return tuple(
            tuple((ours - noisy) / deviation for ours, noisy, deviation in zip(*rows, strict=True))
            for rows in zip(self.synthetic, self.measured, self.deviations, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """How far the synthetic table's answers to one class of queries are from the noisy ones.

    Attributes:
        name: the class: ``marginals of 2 columns``.
        answers: how many answers were measured.
        unit: what the errors are shares of: ``of the rows``, ``of the largest answer that there could be``.
        mean_error: mean absolute difference.
        max_error: the largest.
        mean_noise: the mean absolute difference that the noise alone explains.
        ratio: mean of (difference / standard deviation of the noise) squared.
    """

    name: str
    answers: int
    unit: str
    mean_error: float
    max_error: float
    mean_noise: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Means:
    """The mean of a value in each group of another column.

    Attributes:
        value: the column of the value.
        by: the column of the groups.
        labels: of the groups.
        synthetic: the synthetic table's means, in words.
        measured: what the noisy sums and counts imply.
        more: how many groups are left out.
    """

    value: str
    by: str
    labels: tuple[str, ...]
    synthetic: tuple[str, ...]
    measured: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly every two columns of the synthetic table depend on each other.

    Attributes:
        title: ``Association of columns``.
        measure: what the figures are, and of which table.
        names: of the columns.
        values: symmetric, in [-1, 1] or [0, 1]; NaN where a column is constant.
    """

    title: str
    measure: str
    names: tuple[str, ...]
    values: Matrix


@dataclass(frozen=True, slots=True)
class Course:
    """The normalised loss over a stretch of the evolution that had the same queries.

    Attributes:
        label: ``round 2``.
        candidates: how many candidates had been tried, ascending.
        losses: the best loss after each.
    """

    label: str
    candidates: tuple[int, ...]
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ConstraintCheck:
    """A rule of the schema, tried on every synthetic row.

    Attributes:
        rule: in words.
        violations: how many rows break it.
    """

    rule: str
    violations: int


@dataclass(frozen=True, slots=True)
class SynthesisData:
    """Everything that the report of a synthetic table shows.

    Attributes:
        name: the title: the data file's name or the user's.
        run: the run's name.
        rows: of the synthetic table.
        real_rows: of the private table: exact where public, else estimated from noisy answers; None when unknown.
        seed: of the search; the noise has none.
        started: when, as people read it.
        seconds: the duration of the search.
        stop_reason: why it stopped.
        candidates: how many candidates were tried.
        loss: the mean squared difference from all noisy answers over the variance of their noise; None without any.
        command: what the run was started with.
        accounting: the privacy claim.
        marginals: one per column.
        pairs: the measured marginals of two columns that the synthetic table answers worst, worst first.
        fits: one per class of queries.
        means: measured conditional means.
        associations: of the synthetic table, and measured correlations.
        courses: of the evolution.
        constraints: the schema's rules.
        versions: pairs (package, version).
    """

    name: str
    run: str
    rows: int
    real_rows: float | None
    seed: int
    started: str
    seconds: float
    stop_reason: str
    candidates: int
    loss: float | None
    command: str
    accounting: Accounting
    marginals: tuple[Marginal, ...]
    pairs: tuple[PairTable, ...] = ()
    fits: tuple[Fit, ...] = ()
    means: tuple[Means, ...] = ()
    associations: tuple[Association, ...] = ()
    courses: tuple[Course, ...] = ()
    constraints: tuple[ConstraintCheck, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
