import stat
from pathlib import Path

import numpy as np
import pytest

from runs.privacy import digest
from runs.privacy.digest import data_digest, read_key, schema_digest
from runs.privacy.private_folder import private_folder

KEY = bytes(range(32))


def _table(rows: int = 50, columns: int = 3) -> "np.ndarray[tuple[int, int], np.dtype[np.int32]]":
    return np.random.default_rng(0).integers(0, 9, (rows, columns), dtype=np.int32)


def test_a_digest_depends_on_every_cell_the_shape_the_order_and_the_key() -> None:
    table = _table()
    changed = table.copy()
    changed[49, 2] += 1
    others = [
        data_digest(changed, KEY),
        data_digest(table[::-1], KEY),
        data_digest(table.reshape(25, 6), KEY),
        data_digest(table[:-1], KEY),
        data_digest(table, KEY[::-1]),
        data_digest(table[:0], KEY),
        data_digest(table[:0, :0], KEY),
    ]
    assert data_digest(table, KEY) not in others
    assert len(set(others)) == len(others)


def test_a_digest_does_not_depend_on_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table(1000)
    whole = data_digest(table, KEY)
    assert whole == data_digest(np.asfortranarray(table), KEY) == data_digest(table.astype(np.int64), KEY)
    assert whole == data_digest(table.astype(">i4"), KEY)
    monkeypatch.setattr(digest, "_CHUNK_BYTES", 100)
    assert data_digest(table, KEY) == whole
    assert len(whole) == 64


def test_the_key_is_made_once_and_stays_secret(tmp_path: Path) -> None:
    private = private_folder(tmp_path)
    key = read_key(private)
    assert len(key) == 32 and len(set(key)) > 8
    assert read_key(private) == key
    assert stat.S_IMODE((private / "dataset.key").stat().st_mode) == 0o600
    other = tmp_path / "other"
    other.mkdir()
    assert read_key(private_folder(other)) != key


def test_a_broken_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "dataset.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"dataset\.key' must hold 32 bytes, not 5"):
        read_key(tmp_path)


def test_schemas_of_the_same_keys_in_another_order_are_the_same() -> None:
    first = {"columns": {"a": {"kind": "integer", "lower": 1}, "b": {"kind": "boolean"}}}
    same = {"columns": {"a": {"lower": 1, "kind": "integer"}, "b": {"kind": "boolean"}}}
    other = {"columns": {"a": {"kind": "integer", "lower": 2}, "b": {"kind": "boolean"}}}
    assert schema_digest(first) == schema_digest(same) != schema_digest(other)
