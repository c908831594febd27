"""What the report of a synthetic table claims of privacy, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from runs.privacy.explain import CostRow


@dataclass(frozen=True, slots=True)
class Release:
    """One line of the ledger: something that the private data were asked.

    Attributes:
        id: its key in the ledger.
        what: what was asked.
        noise: how the answer was made private, in words.
        answers: how many numbers were answered; 0 when unknown.
        rho: what it cost.
    """

    id: str
    what: str
    noise: str
    answers: int
    rho: float


@dataclass(frozen=True, slots=True)
class Accounting:
    """The privacy claim.

    Attributes:
        neighbours: ``add_remove`` or ``replace``.
        epsilon: of the budget.
        delta: of the budget.
        rho: the budget in zCDP.
        rho_spent: what the releases cost together.
        epsilon_spent: the same as an epsilon at delta.
        is_schema_inferred: whether the schema was read from the private data, which the claim does not cover.
        paragraphs: the claim, what it rests on and its limits, in plain words.
        costs: the releases by mechanism and noise.
        releases: the first lines of the ledger, in order.
        num_releases: of the whole ledger.
    """

    neighbours: str
    epsilon: float
    delta: float
    rho: float
    rho_spent: float
    epsilon_spent: float
    is_schema_inferred: bool = False
    paragraphs: tuple[str, ...] = ()
    costs: tuple[CostRow, ...] = ()
    releases: tuple[Release, ...] = ()
    num_releases: int = 0

    @property
    def odds_limit(self) -> float:
        """The most that even odds on one row's presence can become, but for delta."""
        return 1 / (1 + math.exp(-self.epsilon))
