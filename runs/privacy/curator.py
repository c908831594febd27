"""The curator: holds the private table and answers questions about it, each paid for in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.blocks import Codes
from evaluators.queries.query import Query, answer_all
from evaluators.synthetic_data.measurement import Measurement
from runs.privacy.accounting import epsilon_for_rho, sigma_for_rho
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL, GAUSSIAN, Mechanism
from runs.privacy.noise import add_gaussian, gaussian_rho, select, selection_rho


class Curator:
    """Answers about a private table that leaves it with noise only.

    Args:
        codes: the private table, int of shape (num_rows, num_columns).
        ledger: open; what it holds is never asked of the table again.
        queries: all that may be asked; they are answered in one pass when the first one has to be.
    """

    def __init__(self, codes: Codes, ledger: Ledger, queries: Sequence[Query]) -> None:
        self._codes, self._ledger, self._queries = codes, ledger, tuple(queries)
        self._exact: Mapping[str, NDArray[np.int64]] = {}

    @property
    def neighbours(self) -> str:
        """Which tables are made indistinguishable, as the ledger says: ``add_remove`` or ``replace``."""
        return self._ledger.text.terms.neighbours

    def measure(self, release_id: str, query: Query, rho: float) -> Measurement:
        """Measures a query with as little noise as a cost allows.

        Args:
            release_id: names the release.
            query: one of those known.
            rho: what it may cost, in zCDP.
        """
        return self.measure_at(release_id, query, sigma_for_rho(rho, query.norms[self.neighbours]))

    def measure_at(self, release_id: str, query: Query, sigma: float) -> Measurement:
        """Measures a query at a noise scale.

        Args:
            release_id: names the release.
            query: one of those known.
            sigma: standard deviation of the discrete Gaussian noise, in rows.

        Raises:
            ValueError: when the budget does not allow it.
        """
        norm = query.norms[self.neighbours]
        units = (query.unit_changes or {}).get(self.neighbours)
        answers = self._ledger.release(
            release_id,
            query.name,
            gaussian_rho(sigma, norm),
            lambda: add_gaussian(self._answers(query), sigma, norm)[0],
            Mechanism(GAUSSIAN, sigma=sigma, unit_changes=units),
        )
        return Measurement(query, answers.astype(np.int64), sigma)

    def select(
        self,
        release_id: str,
        candidates: Sequence[Query],
        current: Sequence[NDArray[np.int64]],
        penalties: NDArray[np.int64],
        rho: float,
    ) -> int:
        """Selects a query on which a table is far off, by the exponential mechanism, and returns its index.

        The score is AIM's (McKenna, Mullins, Sheldon and Miklau 2022): the L1 distance between the private answers and
        the current ones, less a penalty for the noise that measuring would bring.

        Args:
            release_id: names the release.
            candidates: queries made of cell tables only, at least one.
            current: for each candidate answers in private rows that do not depend on the private table.
            penalties: int64 of shape (num_candidates,), the same.
            rho: what the selection may cost, in zCDP.
        """
        units = [(query.unit_changes or {})[self.neighbours] for query in candidates]
        # adding up whole numbers is exact, so that a row moves a score by no more than the answers that it moves
        sensitivity = float(max(units))
        epsilon = epsilon_for_rho(rho, sensitivity)

        def draw() -> NDArray[np.int64]:
            distances = [
                int(np.abs(self._answers(query) - known).sum())
                for query, known in zip(candidates, current, strict=True)
            ]
            return np.array([select(np.array(distances) - penalties, epsilon, sensitivity)[0]], np.int64)

        chosen = self._ledger.release(
            release_id,
            f"selection among {len(candidates)} queries",
            selection_rho(epsilon, sensitivity),
            draw,
            Mechanism(EXPONENTIAL, epsilon=epsilon),
        )
        return int(chosen[0])

    def _answers(self, query: Query) -> NDArray[np.int64]:
        if not self._exact:
            found = answer_all(self._queries, self._codes)
            self._exact = {known.name: answers for known, answers in zip(self._queries, found, strict=True)}
        return self._exact[query.name]
