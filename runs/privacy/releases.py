"""Releases: the one way from exact answers and scores to anything that leaves this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL, GAUSSIAN, Mechanism
from runs.privacy.noise import add_gaussian, gaussian_rho, select, selection_rho


def release_answers(
    ledger: Ledger,
    release_id: str,
    what: str,
    answers: Callable[[], NDArray[np.int64]],
    sigma: float,
    sensitivity: float,
    unit_changes: int | None = None,
) -> NDArray[np.int64]:
    """Returns a query's noisy answers, paid for.

    Args:
        ledger: what pays.
        release_id: names the release within the ledger.
        what: says what is asked.
        answers: computes the exact answers, ``(size,)``; called only when the ledger does not hold the release.
        sigma: the noise's standard deviation, in rows.
        sensitivity: an upper bound on the L2 distance of the answers of two neighbours.
        unit_changes: for tables of cells, how many answers at most differ between neighbours, each by 1.

    Raises:
        ValueError: as :func:`runs.privacy.noise.add_gaussian` and :meth:`runs.privacy.ledger.Ledger.release` do.
    """
    rho = gaussian_rho(sigma, sensitivity)

    def draw() -> NDArray[np.int64]:
        return add_gaussian(answers(), sigma, sensitivity)[0]

    units = None if unit_changes is None else int(unit_changes)
    mechanism = Mechanism(GAUSSIAN, sigma=float(sigma), unit_changes=units)
    return ledger.release(release_id, what, rho, draw, mechanism)


def release_choice(
    ledger: Ledger,
    release_id: str,
    what: str,
    scores: Callable[[], NDArray[Any]],
    epsilon: float,
    sensitivity: float,
) -> int:
    """Returns the index of a high score, selected by the exponential mechanism and paid for.

    Args:
        ledger: what pays.
        release_id: names the release within the ledger.
        what: says what is selected.
        scores: computes the exact scores, ``(candidates,)``; called only when the ledger does not hold the release.
        epsilon: of the selection.
        sensitivity: an upper bound on how far one score differs between two neighbours.

    Raises:
        ValueError: as :func:`runs.privacy.noise.select` and :meth:`runs.privacy.ledger.Ledger.release` do.
    """
    rho = selection_rho(epsilon, sensitivity)

    def draw() -> NDArray[np.int64]:
        return np.array([select(scores(), epsilon, sensitivity)[0]], dtype=np.int64)

    chosen = ledger.release(release_id, what, rho, draw, Mechanism(EXPONENTIAL, epsilon=float(epsilon)))
    return int(chosen[0])
