"""What a ledger refuses: other terms, another release under a known id, and whatever the budget does not allow."""

from __future__ import annotations

import math
import re
from pathlib import Path

from runs.privacy.budget import Budget
from runs.privacy.ledger_text import GAUSSIAN, LedgerText, Release, Terms

_ELSE = "or start in a new folder"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_terms(held: Terms, asked: Terms, path: Path) -> None:
    """Checks that a run asks under the terms of the ledger.

    Raises:
        ValueError: naming what differs.
    """
    here = f"{str(path)!r} is a ledger"
    if held.data != asked.data:
        raise ValueError(
            f"{here} of another data set, of other rows or of another order of them; give that one (and keep its "
            f"private folder, which holds the key to recognise it), {_ELSE}"
        )
    if held.schema != asked.schema:
        raise ValueError(f"{here} of another schema; give that one, {_ELSE}")
    if held.neighbours != asked.neighbours:
        raise ValueError(f"{here} for neighbours by {held.neighbours}, not by {asked.neighbours}; keep it, {_ELSE}")
    if held.budget.claim != asked.budget.claim:
        raise ValueError(
            f"{here} for {budget_text(held.budget)}, not for {budget_text(asked.budget)}; keep the former, {_ELSE}"
        )


def budget_text(budget: Budget) -> str:
    """Writes a budget's claim: ``epsilon 1, delta 1e-09 by zcdp``."""
    text = f"epsilon {budget.epsilon!r}, delta {budget.delta!r} by {budget.accounting}"
    return text if budget.unit_changes is None else f"{text} on {budget.unit_changes} changed answers"


def check_same(held: Release, what: str, rho: float) -> None:
    """Checks that a release is asked for as it was made.

    Raises:
        ValueError: when its id stands for something else.
    """
    if held.what != what or not math.isclose(held.rho, rho, rel_tol=1e-9):
        raise ValueError(
            f"release {held.id} of the ledger is {held.what!r} at rho = {held.rho:.6g}, not {what!r} at "
            f"rho = {rho:.6g}; ask for it as before, or under another id"
        )


def check_affordable(text: LedgerText, release: Release) -> None:
    """Checks that a release may be paid for.

    Raises:
        ValueError: when its id makes no file name, its cost is none, or the budget does not allow it, naming what is
            left.
    """
    if not _ID.fullmatch(release.id):
        raise ValueError(f"the id of a release is made of letters, digits, points and dashes, {release.id!r} is not")
    if not 0 < release.rho < math.inf:
        raise ValueError(f"the cost of {release.what} must be above 0 and finite, not {release.rho!r}")
    budget = text.terms.budget
    if budget.accounting == "pld":
        _check_one_shot(budget, release)
    if not budget.allows(math.fsum([release.rho, *(paid.rho for paid in text.releases)])):
        raise ValueError(
            f"{release.what} would cost rho = {release.rho:.6g}, of the budget's {budget.rho:.6g} {text.left:.6g} is "
            "left; ask for less, with more noise, or start in a new folder with a larger epsilon"
        )


def _check_one_shot(budget: Budget, release: Release) -> None:
    """Checks that a release is of the kind that pld accounting certifies."""
    how, sigma = release.mechanism, budget.sigma
    if how.name != GAUSSIAN or how.unit_changes is None or sigma is None or how.sigma != sigma:
        raise ValueError(
            f"pld accounting is for tables of cells, all measured with discrete Gaussian noise of {sigma!r} rows; "
            f"{release.what} is not; use zcdp accounting"
        )
    if not math.isclose(release.rho, how.unit_changes / (2 * sigma**2), rel_tol=1e-9):
        raise ValueError(
            f"{release.what} changes {how.unit_changes} answers by 1 with noise of {sigma!r} rows, which does not cost "
            f"rho = {release.rho!r}; give the sensitivity of what is asked"
        )
