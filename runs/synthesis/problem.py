"""The problem of a job: all that can be decided before the private table is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.setup import Factory
from evaluators import EVALUATORS
from evaluators.queries import build_queries
from evaluators.queries.query import Query
from evaluators.synthetic_data.settings import EvolutionConfig, table_environment
from runs.privacy.digest import schema_digest
from runs.privacy.ledger_text import Terms
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.measured import Measured
from runs.synthesis.mechanism import Mechanism, job_mechanism
from runs.synthesis.workload import full_entries
from search_spaces import SPACES
from search_spaces.synthetic_data.schema import Schema, schema_data


@dataclass(frozen=True, slots=True)
class Problem:
    """What a search for synthetic data needs to know of its job.

    Attributes:
        job: the job.
        schema: the columns.
        queries: the workload.
        mechanism: how the private table is asked.
    """

    job: SyntheticDataJob
    schema: Schema
    queries: tuple[Query, ...]
    mechanism: Mechanism

    @property
    def title(self) -> str:
        """What is searched, in one line."""
        privacy = self.job.privacy
        return f"{self.job.data.path} as synthetic data, epsilon {privacy.epsilon:g}, delta {privacy.delta:g}"

    def terms(self, data: str) -> Terms:
        """Returns what the ledger is about.

        Args:
            data: the digest of the private table.
        """
        digest = schema_digest(schema_data(self.schema))
        return Terms(self.mechanism.budget, self.job.privacy.neighbours, data, digest)

    def space(self, rows: int, start: Path | None = None) -> Factory:
        """Returns the recipe of the search space.

        Args:
            rows: of the synthetic table.
            start: holds the codes of a table to start from.
        """
        arguments: dict[str, Any] = {"schema": schema_data(self.schema), "rows": rows}
        if start is not None:
            arguments["start"] = str(start.resolve())
        return Factory(SPACES[self.job.kind], arguments)

    def evaluator(
        self, ledger: Path, measured: Sequence[Measured], private_rows: float, evolution: EvolutionConfig
    ) -> Factory:
        """Returns the recipe of the evaluator, in which there is nothing private.

        Args:
            ledger: the folder of the ledger, beside which the noisy answers lie.
            measured: the noisy answers.
            private_rows: rows of the private table, public or estimated from noisy answers.
            evolution: how tables evolve.
        """
        arguments = {
            "schema": schema_data(self.schema),
            "queries": self.mechanism.specs,
            "answers": [found.plain(ledger) for found in measured],
            "private_rows": private_rows,
            "evolution": asdict(evolution),
        }
        return Factory(EVALUATORS[self.job.kind], arguments, table_environment(evolution))


def job_problem(job: SyntheticDataJob, schema: Schema) -> Problem:
    """Returns the problem of a job.

    Args:
        job: the job.
        schema: of its private table.

    Raises:
        ValueError: when the workload, the privacy or the size of the table is refused.
    """
    specs = full_entries(job.queries)
    problem = Problem(job, schema, build_queries(specs, schema), job_mechanism(job, schema, specs))
    problem.space(job.table.rows or 1).build()
    return problem
