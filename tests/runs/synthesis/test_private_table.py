import json
from pathlib import Path

import numpy as np
import pytest

from runs.privacy.budget import zcdp_budget
from runs.privacy.ledger_text import Terms
from runs.synthesis.private_table import PrivateTable, note_clamped
from runs.synthesis.schema_file import read_schema
from tests.runs.synthesis.toy import SCHEMA


@pytest.fixture
def table(inputs: Path) -> PrivateTable:
    return PrivateTable(inputs / "data.csv", read_schema(inputs / "schema.toml"))


def test_it_is_read_when_it_is_asked_and_again_once_forgotten(table: PrivateTable) -> None:
    text = table.path.read_text()
    table.path.write_text("colour,size,sold\nred,,true\n")
    assert table.codes.tolist() == [[0, 4, 1]]
    table.path.write_text(text)
    assert len(table.codes) == 1
    table.forget()
    assert len(table.codes) == 60


def test_another_table_than_the_ledgers_is_refused(table: PrivateTable, tmp_path: Path) -> None:
    terms = Terms(zcdp_budget(1.0, 1e-6), "add_remove", table.digest(tmp_path), "schema")
    table.check(tmp_path, terms)
    lines = table.path.read_text().splitlines()
    table.path.write_text("\n".join([*lines[:-1], "green,1,false"]) + "\n")
    table.forget()
    with pytest.raises(ValueError, match=r"ledger\.jsonl' is a ledger of another data set"):
        table.check(tmp_path, terms)


def test_what_had_to_be_moved_is_noted_in_private_only(inputs: Path, table: PrivateTable, tmp_path: Path) -> None:
    note_clamped(table, tmp_path)
    assert not (tmp_path / "private").exists()
    (inputs / "schema.toml").write_text(SCHEMA.replace("upper = 4", "upper = 2\noutside = 'clamp'"))
    clamping = PrivateTable(inputs / "data.csv", read_schema(inputs / "schema.toml"))
    note_clamped(clamping, tmp_path)
    noted = json.loads((tmp_path / "private" / "clamped.json").read_text())
    expected = int(np.isin(table.codes[:, 1], [2, 3]).sum())
    assert list(noted.values()) == [{"size": expected}]
