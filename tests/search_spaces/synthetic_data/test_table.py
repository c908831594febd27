import base64
import json
import pickle
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_spaces.synthetic_data.table import Table, decode, encode, fingerprint


def drawn(seed: int, rows: int = 20, columns: int = 4, size: int = 9, sweeps: int = 0) -> Table:
    codes = np.random.default_rng(seed).integers(0, size, (rows, columns), dtype=np.int32)
    return Table(codes, sweeps)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 99), st.integers(0, 30), st.integers(1, 6), st.sampled_from([1, 256, 257, 65_537, 2**31 - 1]))
def test_tables_are_read_back_as_they_were_written(seed: int, rows: int, columns: int, size: int) -> None:
    table = drawn(seed, rows, columns, size, seed)
    again = decode(encode(table))
    assert again == table
    assert hash(again) == hash(table)
    assert np.array_equal(again.codes, table.codes)
    assert (again.sweeps, again.codes.dtype) == (seed, np.int32)


@pytest.mark.parametrize(("largest", "dtype"), [(255, "uint8"), (256, "uint16"), (65_535, "uint16"), (65_536, "int32")])
def test_codes_take_the_least_type_that_holds_them(largest: int, dtype: str) -> None:
    assert json.loads(encode(Table(np.array([[0], [largest]], dtype=np.int32))))["dtype"] == dtype


def test_codes_belong_to_the_table_alone() -> None:
    codes = np.zeros((3, 2), dtype=np.int32)
    table = Table(codes)
    codes[0, 0] = 5
    assert table.codes[0, 0] == 0
    for each in (table, decode(encode(table)), pickle.loads(pickle.dumps(table)), Table(codes.T)):
        assert not each.codes.flags.writeable
        assert each.codes.flags.c_contiguous
    assert Table(table.codes).codes is table.codes


def test_equality_is_of_contents() -> None:
    table = drawn(1)
    assert table == Table(table.codes.copy())
    assert table != Table(table.codes, 1)
    assert table != Table(table.codes[:-1])
    assert table != "table"
    assert len({table, Table(table.codes.copy()), Table(table.codes, 1)}) == 2


@pytest.mark.parametrize("codes", [np.zeros(3, dtype=np.int32), np.zeros((2, 2)), np.zeros((2, 2), dtype=np.int64)])
def test_codes_of_another_shape_or_type_are_refused(codes: Any) -> None:
    with pytest.raises(ValueError, match=r"codes must be int32 \(num_rows, num_columns\)"):
        Table(codes)


def packed(codes: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(zlib.compress(codes.T.tobytes())).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 3}, {"rows": 1}, {"columns": 1}, {"rows": -2, "columns": -3},
        {"rows": 10**30}, {"rows": 10**9, "columns": 10**9}, {"rows": True}, {"rows": 2.0}, {"rows": "2"},
        {"sweeps": -1}, {"sweeps": None}, {"dtype": "uint16"}, {"dtype": "object"}, {"dtype": ["uint8"]},
        {"codes": ""}, {"codes": "?"}, {"codes": 3}, {"codes": base64.b64encode(b"abc").decode()}, {"extra": 1},
        {"codes": packed(np.zeros((2, 3), np.uint8))[:-4]},
        {"codes": base64.b64encode(zlib.compress(bytes(6)) + b"more").decode()},
        {"codes": base64.b64encode(zlib.compress(bytes(6))[:-1]).decode()},
        {"codes": base64.b64encode(zlib.compress(bytes(10**6))).decode()},
        {"dtype": "int32", "codes": packed(np.full((2, 3), -1, np.int32))},
    ],
)  # fmt: skip
def test_tampered_texts_are_refused(change: dict[str, Any]) -> None:
    data = json.loads(encode(Table(np.zeros((2, 3), dtype=np.int32))))
    assert decode(json.dumps(data)).codes.shape == (2, 3)
    with pytest.raises(ValueError, match="not an encoded table"):
        decode(json.dumps(data | change))


@pytest.mark.parametrize("text", ["[]", "3", "[" * 100_000, '{"rows":2}', "NaN"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an encoded table"):
        decode(text)


def test_a_text_that_unfolds_into_gigabytes_is_refused_before_it_does() -> None:
    data = {"rows": 2**40, "columns": 1, "sweeps": 0, "dtype": "uint8", "codes": packed(np.zeros(10**6, np.uint8))}
    with pytest.raises(ValueError, match="do not fit into"):
        decode(json.dumps(data))


@given(st.integers(0, 99), st.randoms())
def test_the_fingerprint_counts_rows_but_not_their_order(seed: int, rng: Any) -> None:
    table = drawn(seed)
    order = list(range(20))
    rng.shuffle(order)
    assert fingerprint(Table(table.codes[order], sweeps=seed)) == fingerprint(table)
    assert 0 <= fingerprint(table) < 2**63


def test_what_differs_has_another_fingerprint() -> None:
    base = drawn(3, rows=6, columns=3, size=4)
    prints = {fingerprint(base)}
    variants = [base.codes[:, [1, 0, 2]], base.codes[:-1], np.vstack([base.codes, base.codes[:1]]), base.codes[:, :2]]
    for i, j in np.ndindex(6, 3):
        for code in set(range(5)) - {int(base.codes[i, j])}:
            codes = base.codes.copy()
            codes[i, j] = code
            variants.append(codes)
    # two cells of a column exchanged, and pairs of equal rows, which a sum without mixing or an xor would confuse
    variants += [
        np.array([[0, 1], [1, 0]]),
        np.array([[0, 0], [1, 1]]),
        np.array([[0, 0], [0, 0]]),
        np.array([[1, 1], [1, 1]]),
    ]
    prints |= {fingerprint(Table(np.array(codes, dtype=np.int32))) for codes in variants}
    distinct = {np.array(sorted(map(tuple, codes))).tobytes() + bytes(np.shape(codes)) for codes in variants}
    assert len(prints) == len(distinct) + 1


def test_the_fingerprint_is_the_same_on_every_machine() -> None:
    assert fingerprint(Table(np.arange(12, dtype=np.int32).reshape(4, 3))) == 380153721804711692


def test_tables_without_rows_are_tables() -> None:
    table = Table(np.zeros((0, 3), dtype=np.int32))
    assert decode(encode(table)) == table
    assert fingerprint(table) != fingerprint(Table(np.zeros((0, 2), dtype=np.int32)))
