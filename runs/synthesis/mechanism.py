"""The contract of mechanisms: how a run asks the private table, round by round."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import MappingProxyType
from typing import Protocol, cast

from evaluators.queries.query import Query
from runs.job.schema import nearest
from runs.privacy.budget import Budget
from runs.privacy.curator import Curator
from runs.privacy.explain import Cost
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.measured import Measured
from runs.synthesis.workload import Spec
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

MECHANISMS = MappingProxyType(
    {
        "one_shot": "runs.synthesis.one_shot:one_shot",
        "adaptive": "runs.synthesis.adaptive:adaptive",
    }
)
"""Every mechanism by its name, as ``module:function`` of a job, its schema and the entries of its workload."""


class Mechanism(Protocol):
    """What is asked in which round, at which noise.

    It draws nothing by itself: with the same noisy answers it asks the same again, so a resume finds in the ledger
    everything that was asked.
    """

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The entries from which a worker builds every query that may be measured."""
        ...

    @property
    def queries(self) -> tuple[Query, ...]:
        """Every query that may be measured."""
        ...

    @property
    def rounds(self) -> int:
        """The most rounds in which measuring and evolving take turns."""
        ...

    @property
    def budget(self) -> Budget:
        """What is promised, and what may be spent."""
        ...

    def costs(self) -> Sequence[Cost]:
        """Returns what will be spent on what, as far as that is known beforehand."""
        ...

    def measurements_of_round(
        self, number: int, curator: Curator, held: Sequence[Measured], former: Codes | None, private_rows: float
    ) -> tuple[Measured, ...]:
        """Asks what a round asks.

        Args:
            number: of the round, from 0.
            curator: of the private table.
            held: what former rounds measured.
            former: the codes of the former round's winner; None in the first round.
            private_rows: rows of the private table, public or estimated; 0 in the first round.

        Returns:
            what this round adds, to be evolved towards together with all that is held; empty when there is no such
            round.

        Raises:
            ValueError: when the budget does not allow it.
        """
        ...


def job_mechanism(job: SyntheticDataJob, schema: Schema, specs: Sequence[Spec]) -> Mechanism:
    """Returns the mechanism that a job names.

    Args:
        job: its sections ``mechanism`` and ``privacy``.
        schema: of the private table.
        specs: the entries of the workload in full.

    Raises:
        ValueError: when it is unknown, or refuses its settings or the workload.
    """
    name = job.mechanism.name
    if name not in MECHANISMS:
        raise ValueError(f"[mechanism] name {name!r} is unknown; {nearest(name, list(MECHANISMS))}")
    module, _, function = MECHANISMS[name].partition(":")
    return cast(Mechanism, getattr(importlib.import_module(module), function)(job, schema, specs))
