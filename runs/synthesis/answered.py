"""The noisy answers that a run's ledger holds, and how a synthetic table answers the same questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable
from evaluators.queries.query import Query, answer_all
from evaluators.synthetic_data.landscape import ROUNDING_SIGMA
from evaluators.synthetic_data.measurement import Measurement, estimated_rows
from runs.privacy.answers_file import sha256, unpack
from runs.privacy.ledger_text import Release
from runs.synthesis.run import SynthesisRun
from search_spaces.synthetic_data.grid import Codes


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A measurement and the synthetic table's answers to the same query.

    Attributes:
        measurement: the noisy answers.
        ours: the synthetic table's, scaled to as many rows as the private table has, float64 ``(size,)``.
        sigma: of the noise in private rows, at least that of rounding an answer to whole synthetic rows.
    """

    measurement: Measurement
    ours: NDArray[np.float64]
    sigma: float

    @property
    def query(self) -> Query:
        """What was asked."""
        return self.measurement.query

    @property
    def noisy(self) -> NDArray[np.int64]:
        """The noisy answers, int64 ``(size,)``."""
        return self.measurement.answers

    @property
    def residuals(self) -> NDArray[np.float64]:
        """Synthetic minus noisy, in standard deviations of the noise, ``(size,)``."""
        return (self.ours - self.noisy) / self.sigma

    def cell_tables(self) -> Iterator[tuple[CellTable, NDArray[np.float64], NDArray[np.float64]]]:
        """Yields every cell table of the query with the synthetic and the noisy counts, in the shape of the table."""
        start = 0
        for form in self.query.forms:
            part = slice(start, start + form.size)
            start += form.size
            if isinstance(form, CellTable):
                yield form, self.ours[part].reshape(form.shape), self.noisy[part].reshape(form.shape).astype(float)


def held_measurements(run: SynthesisRun) -> tuple[Measurement, ...]:
    """Returns the measurements that a run's ledger holds of the run's own queries, in their order.

    Raises:
        ValueError: naming the file when answers were lost or altered.
    """
    queries = {query.name: query for query in run.problem.mechanism.queries}
    return tuple(
        Measurement(queries[release.what], _answers(run, release), release.mechanism.sigma)
        for release in run.ledger.releases
        if release.what in queries and release.mechanism.sigma is not None
    )


def answered(measurements: Sequence[Measurement], codes: Codes, private_rows: float) -> tuple[Answered, ...]:
    """Returns measurements beside the answers of a synthetic table, which is read in one pass.

    Args:
        measurements: any.
        codes: of the synthetic table, with a row or more.
        private_rows: rows of the private table, public or estimated.
    """
    scale = private_rows / len(codes)
    found = answer_all([measurement.query for measurement in measurements], codes)
    return tuple(
        Answered(measurement, ours.astype(np.float64) * scale, max(measurement.sigma, ROUNDING_SIGMA * scale))
        for measurement, ours in zip(measurements, found, strict=True)
    )


def known_rows(run: SynthesisRun, measurements: Sequence[Measurement]) -> float | None:
    """Returns the private table's number of rows: public or estimated from noisy answers; None without either."""
    if run.job.data.rows:
        return float(run.job.data.rows)
    estimate = estimated_rows(measurements)
    return None if estimate is None else max(1.0, estimate)


def total_loss(answers: Sequence[Answered]) -> float | None:
    """Returns the mean squared residual over all answers, None where there are none: about 1 is the noise alone."""
    size = sum(found.query.size for found in answers)
    return sum(float(found.residuals @ found.residuals) for found in answers) / size if size else None


def _answers(run: SynthesisRun, release: Release) -> NDArray[np.int64]:
    path = run.ledger_folder / release.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"{str(path)!r} cannot be read ({error.strerror}), its answers were paid for; restore it"
        ) from None
    if sha256(content) != release.sha256:
        raise ValueError(f"{str(path)!r} is not the file that the ledger knows; restore it")
    answers: NDArray[np.int64] = unpack(content)[0].astype(np.int64)
    return answers
