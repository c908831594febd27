"""Adaptive rounds: select the queries on which the table is worst, measure them, evolve, and again.

After MWEM (Hardt, Ligett and McSherry 2012) and AIM (McKenna, Mullins, Sheldon and Miklau 2022): the one-way marginals
are measured first; a round's budget grows when its measurements said nothing that the table did not know.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.query import Query
from evaluators.synthetic_data.measurement import Measurement
from runs.privacy.accounting import sigma_for_rho
from runs.privacy.curator import Curator

ANNEALING = 4.0
"""By how much the cost of a round grows when the last one was lost in noise; its noise is halved, as in AIM."""


@dataclass(frozen=True, slots=True)
class AdaptiveConfig:
    """How a budget is divided.

    Attributes:
        rounds: after the first, at most; fewer when later ones are given more.
        queries_per_round: selected and measured in each.
        start_share: of the budget for the one-way marginals.
        selection_share: of a round's budget for its selections.
    """

    rounds: int = 8
    queries_per_round: int = 4
    start_share: float = 0.1
    selection_share: float = 0.1

    def __post_init__(self) -> None:
        for name in ("rounds", "queries_per_round"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("start_share", "selection_share"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be above 0 and below 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is over.

    Attributes:
        measurements: what was measured in it.
        rho: what one of its measurements cost, in zCDP, its selection included.
        is_news: whether the answers told more than noise would.
    """

    measurements: tuple[Measurement, ...]
    rho: float
    is_news: bool


def first_round(curator: Curator, one_ways: Sequence[Query], rho: float) -> tuple[Measurement, ...]:
    """Measures the one-way marginals.

    Args:
        curator: of the private table.
        one_ways: at least one.
        rho: for all of them, in zCDP.
    """
    return tuple(curator.measure(f"0-{i}", query, rho / len(one_ways)) for i, query in enumerate(one_ways))


def next_round(
    curator: Curator,
    number: int,
    candidates: Sequence[Query],
    table_answers: Sequence[NDArray[np.int64]],
    rho: float,
    config: AdaptiveConfig,
) -> Round:
    """Selects and measures the queries of a round.

    Args:
        curator: of the private table.
        number: of the round, from 1.
        candidates: cell tables.
        table_answers: of the table as it is, for each candidate, scaled to the private rows.
        rho: for each query of the round, in zCDP, its selection included.
        config: how the budget is divided.
    """
    measured: list[Measurement] = []
    left = list(range(len(candidates)))
    is_news = False
    for i in range(min(config.queries_per_round, len(left))):
        known = [candidates[c] for c in left]
        noise = [_expected_noise(query, rho * (1 - config.selection_share), curator.neighbours) for query in known]
        place = curator.select(
            f"{number}-{i}-selection",
            known,
            [table_answers[c] for c in left],
            np.rint(noise).astype(np.int64),
            rho * config.selection_share,
        )
        chosen = left.pop(place)
        found = curator.measure(f"{number}-{i}", candidates[chosen], rho * (1 - config.selection_share))
        distance = float(np.abs(found.answers - table_answers[chosen]).sum())
        # what the table had right shows a distance of the noise alone
        is_news |= distance > 1.1 * noise[place]
        measured.append(found)
    return Round(tuple(measured), rho, is_news)


def round_rho(left: float, last: Round | None, number: int, config: AdaptiveConfig) -> float:
    """Returns what each query of the next round may cost, in zCDP; 0 when the budget is spent.

    Args:
        left: what may still be spent.
        last: the round before, None for the first that selects.
        number: of the next round, from 1.
        config: how the budget is divided.
    """
    if left <= 0 or number > config.rounds:
        return 0.0
    even = left / (config.rounds - number + 1) / config.queries_per_round
    wanted = even if last is None or last.is_news else max(even, ANNEALING * last.rho)
    all_left = left / config.queries_per_round
    # what would be left over for less than another such round is spent now, in the last round all of it
    return all_left if wanted * 2 > all_left else wanted


def _expected_noise(query: Query, rho: float, neighbours: str) -> float:
    return math.sqrt(2 / math.pi) * sigma_for_rho(rho, query.norms[neighbours]) * query.size
