"""Adaptive rounds as a mechanism: the one-way marginals first, then what the evolved table answers worst."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evaluators.queries import build_queries
from evaluators.queries.query import Query, answer_all
from runs.privacy.accounting import sigma_for_rho
from runs.privacy.adaptive import AdaptiveConfig, Round, first_round, next_round, round_rho
from runs.privacy.budget import Budget, zcdp_budget
from runs.privacy.curator import Curator
from runs.privacy.explain import Cost
from runs.privacy.ledger_text import GAUSSIAN
from runs.privacy.ledger_text import Mechanism as Noise
from runs.synthesis.job import MechanismJob, SyntheticDataJob
from runs.synthesis.measured import Measured, of_round
from runs.synthesis.workload import Spec
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

_SETTINGS = ("rounds", "queries_per_round", "start_share", "selection_share")

_NOTHING = 1e-9
"""A smaller part of the budget is what rounding left."""


class Adaptive:
    """The mechanism; see :class:`runs.synthesis.mechanism.Mechanism`.

    It remembers the rounds that it was asked for, in order; a resume asks for the former ones again.

    Attributes:
        specs: the entries of the workload and the one-way marginals.
        queries: that they stand for.
        budget: what is promised; what no round needed is not spent.
    """

    def __init__(
        self,
        specs: tuple[Spec, ...],
        one_ways: tuple[Query, ...],
        candidates: tuple[Query, ...],
        budget: Budget,
        neighbours: str,
        config: AdaptiveConfig,
    ) -> None:
        """Divides a budget.

        Args:
            specs: entries that stand for all queries.
            one_ways: measured in the first round.
            candidates: tables of cells, of which later rounds select.
            budget: in zCDP.
            neighbours: the relation of neighbours.
            config: how the budget is divided.
        """
        self.specs, self.budget = specs, budget
        self.queries = (*one_ways, *candidates)
        self._one_ways, self._candidates, self._neighbours = one_ways, candidates, neighbours
        # more than there are cannot be selected, and what is set aside for them would be left over
        self._config = replace(config, queries_per_round=min(config.queries_per_round, len(candidates)))
        self._start_rho = config.start_share * budget.rho
        self._past: list[Round] = []

    @property
    def rounds(self) -> int:
        """The first and those that select; fewer when some are given more of the budget."""
        return 1 + self._config.rounds

    def costs(self) -> tuple[Cost, ...]:
        """Returns what the one-way marginals cost, and what is left to select and measure others."""
        part = self._start_rho / len(self._one_ways)
        sigmas = [sigma_for_rho(part, query.norms[self._neighbours]) for query in self._one_ways]
        first = (
            Cost(query.name, Noise(GAUSSIAN, sigma=sigma), part, query.size)
            for query, sigma in zip(self._one_ways, sigmas, strict=True)
        )
        per_round, most = self._config.queries_per_round, self._config.rounds
        what = f"up to {per_round} of {len(self._candidates)} queries in each of up to {most} rounds, selected"
        return (*first, Cost(what, Noise("as each round needs"), self.budget.rho - self._start_rho))

    def measurements_of_round(
        self,
        number: int,
        curator: Curator,
        held: Sequence[Measured],  # noqa: ARG002 - the contract passes what other mechanisms need
        former: Codes | None,
        private_rows: float,
    ) -> tuple[Measured, ...]:
        """Measures the one-way marginals, then selects what the former round's table answers worst and measures it."""
        if number == 0:
            self._past = []
            return of_round(0, first_round(curator, self._one_ways, self._start_rho))
        del self._past[number - 1 :]
        rho = round_rho(self._left(), self._past[-1] if self._past else None, number, self._config)
        if not rho:
            return ()
        assert former is not None
        scale = private_rows / len(former)
        answers = [_scaled(found, scale) for found in answer_all(self._candidates, former)]
        self._past.append(next_round(curator, number, self._candidates, answers, rho, self._config))
        return of_round(number, self._past[-1].measurements)

    def _left(self) -> float:
        """Returns what the rounds so far left of the budget, the same in a run that goes on as in a whole one."""
        spent = [past.rho * len(past.measurements) for past in self._past]
        left = math.fsum([self.budget.rho, -self._start_rho, *(-rho for rho in spent)])
        return left if left > _NOTHING * self.budget.rho else 0.0


def adaptive(job: SyntheticDataJob, schema: Schema, specs: Sequence[Spec]) -> Adaptive:
    """Plans adaptive rounds.

    Args:
        job: its sections ``privacy`` and ``mechanism``.
        schema: of the private table.
        specs: the entries of the workload.

    Raises:
        ValueError: when a query is no table of cells, or the accounting is not zCDP's.
    """
    privacy = job.privacy
    if privacy.accounting == "pld":
        raise ValueError("[privacy] accounting pld is for one shot; use zcdp with adaptive rounds")
    first: tuple[Spec, ...] = ({"kind": "marginals", "order": 1},)
    one_ways, candidates = build_queries(first, schema), build_queries(specs, schema)
    for query in candidates:
        if query.unit_changes is None:
            raise ValueError(f"adaptive rounds select among tables of cells, which {query.name} is not; use one_shot")
    assert privacy.epsilon is not None
    budget = zcdp_budget(privacy.epsilon, privacy.delta)
    config = _config(job.mechanism)
    return Adaptive((*first, *specs), one_ways, candidates, budget, privacy.neighbours, config)


def _config(job: MechanismJob) -> AdaptiveConfig:
    given = {name: getattr(job, name) for name in _SETTINGS if getattr(job, name) is not None}
    return AdaptiveConfig(**given)


def _scaled(answers: NDArray[np.int64], scale: float) -> NDArray[np.int64]:
    scaled: NDArray[np.int64] = np.rint(answers * scale).astype(np.int64)
    return scaled
