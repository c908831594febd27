"""The budget: the claim that a run makes, and what its noise may cost so that the claim holds."""

from __future__ import annotations

from dataclasses import dataclass

from runs.privacy.accounting import ROUNDING, check_claim, epsilon_to_rho
from runs.privacy.pld import pld_sigma

ACCOUNTINGS = ("zcdp", "pld")
"""zcdp: costs in rho add up, whatever is asked. pld: one shot of cell tables with one noise scale, for 6-10 % less."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A claim of differential privacy and the cost that it allows; made by :func:`zcdp_budget` or :func:`pld_budget`.

    Attributes:
        epsilon: of the claim.
        delta: of the claim.
        rho: the cost in zCDP that may be spent in total.
        accounting: a name in ``ACCOUNTINGS``.
        sigma: the one noise scale that pld accounting certifies; None otherwise.
        unit_changes: how many answers in total a row may change by 1 under pld accounting; None otherwise.
    """

    epsilon: float
    delta: float
    rho: float
    accounting: str = "zcdp"
    sigma: float | None = None
    unit_changes: int | None = None

    def __post_init__(self) -> None:
        check_claim(self.epsilon, self.delta)
        if self.accounting not in ACCOUNTINGS:
            raise ValueError(f"accounting must be one of {', '.join(ACCOUNTINGS)}, not {self.accounting!r}")

    @property
    def claim(self) -> tuple[float, float, str, int | None]:
        """What is promised and how it is accounted for; budgets of one claim may differ in the last digits of rho."""
        return self.epsilon, self.delta, self.accounting, self.unit_changes

    def allows(self, rho: float) -> bool:
        """Whether a cost in total is within the budget."""
        return rho <= self.rho * (1 + ROUNDING)


def zcdp_budget(epsilon: float, delta: float) -> Budget:
    """Returns the budget of a claim, spent in zCDP.

    Raises:
        ValueError: unless epsilon is above 0 and finite, and delta above 0 and below 1.
    """
    return Budget(epsilon, delta, epsilon_to_rho(epsilon, delta))


def pld_budget(epsilon: float, delta: float, unit_changes: int) -> Budget:
    """Returns the budget of a claim for one shot of cell tables, all measured at the budget's sigma.

    Args:
        epsilon: of the claim.
        delta: of the claim.
        unit_changes: how many answers of all the tables together differ at most between neighbours, each by 1.

    Raises:
        ValueError: as :func:`runs.privacy.pld.pld_sigma` does.
    """
    sigma = pld_sigma(epsilon, delta, unit_changes)
    return Budget(epsilon, delta, unit_changes / (2 * sigma**2), "pld", sigma, unit_changes)
