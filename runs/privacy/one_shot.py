"""One shot: every query is measured once, all at the same noise scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evaluators.queries.query import Query
from evaluators.synthetic_data.measurement import Measurement
from runs.privacy.budget import Budget
from runs.privacy.curator import Curator
from runs.privacy.noise import gaussian_rho


def measure_all(curator: Curator, queries: Sequence[Query], budget: Budget) -> tuple[Measurement, ...]:
    """Spends the whole budget on all queries at once.

    Args:
        curator: of the private table.
        queries: at least one.
        budget: all of it is spent.
    """
    sigma = common_sigma(queries, budget, curator.neighbours)
    return tuple(curator.measure_at(f"0-{i}", query, sigma) for i, query in enumerate(queries))


def common_sigma(queries: Sequence[Query], budget: Budget, neighbours: str) -> float:
    """Returns the noise scale at which a budget buys all queries: that of one long vector of answers.

    Args:
        queries: at least one.
        budget: to be spent on them.
        neighbours: ``add_remove`` or ``replace``.
    """
    if budget.sigma is not None:
        return budget.sigma
    sigma = math.sqrt(sum(query.norms[neighbours] ** 2 for query in queries) / (2 * budget.rho))
    step = 2.0**-50
    # each cost is certified with a rounding up of its own
    while math.fsum(gaussian_rho(sigma, query.norms[neighbours]) for query in queries) > budget.rho:
        sigma *= 1 + step
        step *= 2
    return sigma
