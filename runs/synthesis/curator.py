"""The curator of a run: it reads the private table when something must be asked that the ledger does not hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.query import Query
from runs.privacy.curator import Curator
from runs.privacy.ledger import Ledger
from runs.synthesis.private_table import PrivateTable

_NOTHING = np.empty((0, 0), np.int32)


class TableCurator(Curator):
    """A curator whose table may stay unread: a run that goes on with all its answers in the ledger needs none.

    Args:
        table: the private one.
        ledger: open; it pays for every answer.
        queries: all that may be asked.
    """

    def __init__(self, table: PrivateTable, ledger: Ledger, queries: Sequence[Query]) -> None:
        super().__init__(_NOTHING, ledger, queries)
        self._table = table

    def forget(self) -> None:
        """Frees the memory of the table and of its answers, when no round follows that could ask for them."""
        self._exact, self._codes = {}, _NOTHING
        self._table.forget()

    def _answers(self, query: Query) -> NDArray[np.int64]:
        if not self._exact:
            self._table.check(self._ledger.folder, self._ledger.text.terms)
            self._codes = self._table.codes
        return super()._answers(query)
