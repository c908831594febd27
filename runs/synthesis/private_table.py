"""The private table: in this process only, and read when something must be asked of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runs.folder.atomic import write_atomically
from runs.privacy.digest import data_digest, read_key
from runs.privacy.ledger_checks import check_terms
from runs.privacy.ledger_text import LEDGER_FILE, Terms
from runs.privacy.private_folder import private_folder
from runs.tables.reader import Encoded, read_codes
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema


class PrivateTable:
    """The private table of a run.

    Attributes:
        path: its file.
    """

    def __init__(self, path: Path, schema: Schema, ignored: Sequence[str] = ()) -> None:
        """Notes where the table is; nothing is read yet.

        Args:
            path: a CSV, Parquet or Feather file.
            schema: its columns.
            ignored: further columns of the file.
        """
        self.path = path
        self._schema, self._ignored = schema, ignored
        self._encoded: Encoded | None = None

    @property
    def codes(self) -> Codes:
        """The codes, int32 ``(rows, columns)``.

        Raises:
            PrivateDataError: when the file cannot be read or contradicts the schema.
        """
        return self._read().codes

    @property
    def clamped(self) -> dict[str, int]:
        """How many values of a column had to be moved into its range or its category ``other``; private."""
        return self._read().clamped

    def digest(self, ledger: Path) -> str:
        """Returns the digest by which the ledger in a folder knows the table."""
        return data_digest(self.codes, read_key(private_folder(ledger)))

    def check(self, ledger: Path, terms: Terms) -> None:
        """Checks that this is the table that a ledger is about.

        Args:
            ledger: the ledger's folder.
            terms: of the ledger.

        Raises:
            ValueError: when it is another one.
        """
        check_terms(terms, replace(terms, data=self.digest(ledger)), ledger / LEDGER_FILE)

    def forget(self) -> None:
        """Frees the memory of the codes; they are read again when they are needed again."""
        self._encoded = None

    def _read(self) -> Encoded:
        if self._encoded is None:
            self._encoded = read_codes(self.path, self._schema, self._ignored)
        return self._encoded


def note_clamped(table: PrivateTable, run: Path) -> None:
    """Writes into the private folder of a run how many values had to be moved to fit the schema, if any had.

    Raises:
        ValueError: when the disk is full.
    """
    if table.clamped:
        text = json.dumps({"values moved to fit the schema, by column": table.clamped}, indent=1)
        write_atomically(private_folder(run) / "clamped.json", text.encode())
