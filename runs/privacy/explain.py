"""The accounting in plain words: what is protected, what is claimed, and what was or would be spent on what."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from runs.privacy.accounting import rho_to_epsilon
from runs.privacy.budget import Budget
from runs.privacy.ledger_text import LedgerText, Mechanism, Release, Terms
from runs.privacy.pld import pld_epsilon

PROTECTED = MappingProxyType(
    {
        "add_remove": (
            "Neighbours are two tables of which one has a row more than the other, so what is hidden is whether any "
            "one row is there at all, and everything that it says. The number of rows is hidden too; it is estimated "
            "from noisy answers."
        ),
        "replace": (
            "Neighbours are two tables of equally many rows that differ in one of them, so what is hidden is "
            "everything that any one row says. The number of rows is taken to be public."
        ),
    }
)
"""What is protected under each relation of neighbours."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Something that is paid for, or would be.

    Attributes:
        what: says what is asked.
        mechanism: how it is answered.
        rho: what it costs in zCDP.
        answers: how many numbers come of it, where that is known.
    """

    what: str
    mechanism: Mechanism
    rho: float
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class CostRow:
    """Costs of one kind together: releases by one mechanism with one noise scale.

    Attributes:
        what: the first of them, and how many more.
        releases: how many.
        answers: how many numbers come of them, where that is known of all.
        noise: the noise in words, in rows of the table where it is Gaussian.
        rho: what they cost together.
        share: which part of the budget that is, from 0 to 1.
    """

    what: str
    releases: int
    answers: int | None
    noise: str
    rho: float
    share: float


def paid(release: Release) -> Cost:
    """Returns what a release in a ledger cost."""
    return Cost(release.what, release.mechanism, release.rho)


def cost_rows(costs: Iterable[Cost], budget: Budget) -> tuple[CostRow, ...]:
    """Returns costs as rows, one per mechanism and noise scale, in the order in which they first come.

    Args:
        costs: planned ones as a preview before anything is spent, or those of a ledger's releases.
        budget: what they are paid from.
    """
    groups: dict[tuple[str, float | None, float | None], list[Cost]] = {}
    for cost in costs:
        groups.setdefault((cost.mechanism.name, cost.mechanism.sigma, cost.mechanism.epsilon), []).append(cost)
    return tuple(_row(group, budget) for group in groups.values())


def noise_text(mechanism: Mechanism) -> str:
    """Writes a mechanism's noise: ``24.3 rows, 19 of 20 answers within 47.6``."""
    if mechanism.sigma is not None:
        return f"{mechanism.sigma:.3g} rows, 19 of 20 answers within {1.96 * mechanism.sigma:.3g}"
    if mechanism.epsilon is not None:
        return f"a selection at epsilon {mechanism.epsilon:.3g}"
    return mechanism.name


def claim_text(terms: Terms) -> tuple[str, ...]:
    """Returns paragraphs that say what a run claims, in plain words and in figures."""
    return (PROTECTED[terms.neighbours], _claim(terms.budget), _accounting(terms.budget), _LIMITS, _NOISE)


def spent_text(ledger: LedgerText) -> str:
    """Returns a sentence that says what a ledger has spent, in zCDP and in (epsilon, delta)."""
    budget, spent = ledger.terms.budget, ledger.spent
    if not spent:
        return f"Nothing was spent of rho = {budget.rho:.4g}."
    return (
        f"Spent rho = {spent:.4g} of {budget.rho:.4g} ({spent / budget.rho:.0%}) in {len(ledger.releases)} releases, "
        f"which alone claim ({spent_epsilon(ledger):.4g}, {budget.delta:g})-differential privacy."
    )


def spent_epsilon(ledger: LedgerText) -> float:
    """Returns the epsilon that a ledger's releases claim at the budget's delta; 0 when there is none.

    Raises:
        ValueError: when dp-accounting is not installed.
    """
    budget = ledger.terms.budget
    if not ledger.releases:
        return 0.0
    if budget.sigma is not None:
        units = sum(release.mechanism.unit_changes or 0 for release in ledger.releases)
        return min(budget.epsilon, pld_epsilon(budget.sigma, units, budget.delta))
    return rho_to_epsilon(ledger.spent, budget.delta)


def _row(costs: list[Cost], budget: Budget) -> CostRow:
    first, more = costs[0], len(costs) - 1
    answers = [cost.answers for cost in costs if cost.answers is not None]
    rho = math.fsum(cost.rho for cost in costs)
    return CostRow(
        what=f"{first.what} and {more} more" if more else first.what,
        releases=len(costs),
        answers=sum(answers) if len(answers) == len(costs) else None,
        noise=noise_text(first.mechanism),
        rho=rho,
        share=rho / budget.rho,
    )


def _claim(budget: Budget) -> str:
    factor = f"{math.exp(budget.epsilon):.3g}" if budget.epsilon < 100 else f"exp({budget.epsilon:g})"
    return (
        f"The claim is ({budget.epsilon:g}, {budget.delta:g})-differential privacy of everything together that this "
        f"run publishes: whatever is seen in it is at most {factor} times as likely with one of two neighbours as with "
        f"the other, but for a probability of {budget.delta:g}. It holds against anybody, whatever else they know."
    )


def _accounting(budget: Budget) -> str:
    if budget.accounting == "pld":
        return (
            "It is certified by dp-accounting from the exact distribution of the privacy loss: one row changes at most "
            f"{budget.unit_changes} answers by 1, each measured once with discrete Gaussian noise of "
            f"{budget.sigma:.4g} rows. The ledger counts the same in rho as well, which alone would claim no less than "
            f"epsilon = {rho_to_epsilon(budget.rho, budget.delta):.4g}; both claims hold, the smaller is the run's."
        )
    return (
        f"It is kept as zero-concentrated differential privacy (zCDP) with rho = {budget.rho:.4g}, which dp-accounting "
        "converts. Each question spends a part of rho, and the parts add up, even where one question was chosen by the "
        "answers to others."
    )


_LIMITS = (
    "A person who is behind several rows is protected less: k rows multiply rho by k squared. What is true of many "
    "rows is meant to show, and may be learnt of a person whether or not their row is there."
)
_NOISE = (
    "Noise comes from OpenDP's discrete samplers and the operating system's randomness, never from the seed of the "
    "search. The search sees noisy answers only, so its result costs nothing more."
)
