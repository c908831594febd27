import datetime
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs.tables.values import NULL_SPELLINGS, days, numbers, plain, texts

_EPOCH = datetime.date(1970, 1, 1)


def _gathered(read: Callable[[pa.Array], Iterator[Any]], values: pa.Array) -> dict[int, Any]:
    """Returns what was read by place; a place must not be read twice."""
    found: dict[int, Any] = {}
    for places, items in read(values):
        assert not set(places.tolist()) & set(found)
        found |= dict(zip(places.tolist(), items.tolist(), strict=True))
    return found


_NUMBER_TEXTS = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.floats(allow_nan=False).map(repr),
    st.text("0123456789.+-e", max_size=8),
    st.sampled_from(
        [*NULL_SPELLINGS, "1_000", "0x1F", "٣", "1,5", "abc", " 7 ", "1d", "--1", "infinity", "Inf", "1e400"]
    ),
)


def _python_number(text: str) -> Any:
    text = text.strip()
    if text in NULL_SPELLINGS:
        return math.nan
    if "_" in text or not text.isascii():
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return None


@given(st.lists(_NUMBER_TEXTS))
def test_numbers_are_read_as_python_reads_them(spelled: list[str]) -> None:
    found = _gathered(numbers, pa.array(spelled, pa.string()))
    for place, text in enumerate(spelled):
        expected = _python_number(text)
        if expected is None:
            assert place not in found
        elif isinstance(expected, int) and abs(expected) < 9 * 10**18:
            assert found[place] == expected
        else:
            np.testing.assert_equal(found[place], float(expected))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([2**63 - 1, -5], pa.int64()), [2**63 - 1, -5]),
        (pa.array([2**64 - 1], pa.uint64()), [2**64 - 1]),
        (pa.array([1.5, math.nan, math.inf]), [1.5, math.nan, math.inf]),
        (pa.array(np.array([0.5], np.float16)), [0.5]),
        (pa.array([Decimal("1.50"), Decimal("-2.00")]), [1.5, -2.0]),
        (pa.array(["7"], pa.large_string()), [7]),
    ],
)
def test_numbers_come_from_any_type(values: pa.Array, expected: list[float]) -> None:
    np.testing.assert_equal([_gathered(numbers, values)[place] for place in range(len(values))], expected)


@pytest.mark.parametrize("values", [pa.array([True]), pa.array([_EPOCH]), pa.array([datetime.datetime(2020, 1, 1)])])
def test_what_is_no_number_is_left_out(values: pa.Array) -> None:
    assert _gathered(numbers, values) == {}


@given(st.lists(st.dates()))
def test_days_are_counted_from_the_epoch(dates: list[datetime.date]) -> None:
    expected = {place: (day - _EPOCH).days for place, day in enumerate(dates)}
    midnights = [datetime.datetime.combine(day, datetime.time(23, 59, 59)) for day in dates]
    for values in (
        pa.array(dates, pa.date32()),
        pa.array(dates, pa.date64()),
        pa.array(midnights, pa.timestamp("us")),
        pa.array([day.isoformat() for day in dates], pa.string()),
        pa.array([f" {time} " for time in midnights], pa.string()),
    ):
        assert _gathered(days, values) == expected


def test_a_time_keeps_the_date_of_its_own_zone() -> None:
    moment = pa.array([datetime.datetime(2024, 1, 31, 23, 30, tzinfo=datetime.UTC)], pa.timestamp("s", "Asia/Tokyo"))
    assert _gathered(days, moment) == {0: (datetime.date(2024, 2, 1) - _EPOCH).days}


@pytest.mark.parametrize(
    "text", ["2020-02-30", "31/01/2020", "20200131", "2020-W05-5", "2020-1-1", "5", "x", "0000-01-01"]
)
def test_what_is_no_date_is_left_out(text: str) -> None:
    assert _gathered(days, pa.array([text])) == {}


def test_missing_dates_and_numbers_are_nan() -> None:
    for read in (days, numbers):
        found = _gathered(read, pa.array(["?", " NA ", "", "x"]))
        assert sorted(found) == [0, 1, 2]
        assert all(map(math.isnan, found.values()))


def test_texts_are_short() -> None:
    assert texts(pa.array([1.0, 2.5, math.nan])).to_pylist() == ["1", "2.5", "nan"]
    assert texts(pa.array([True, False])).to_pylist() == ["true", "false"]
    assert texts(pa.array([_EPOCH])).to_pylist() == ["1970-01-01"]
    assert texts(pa.array([3])).to_pylist() == ["3"]


def test_bytes_that_are_not_text_are_refused() -> None:
    broken = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, 1], np.int32)), pa.py_buffer(b"\xff"))
    with pytest.raises(ValueError, match="texts that are not UTF-8"):
        texts(broken)


def test_a_dictionary_is_looked_up() -> None:
    values = plain(pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), pa.array(["a", "b", "unused"])))
    assert values.to_pylist() == ["b", "a", None]


@pytest.mark.parametrize(
    "values", [pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"a"]), pa.array([b"a"], pa.large_binary())]
)
def test_nested_values_and_bytes_are_refused(values: pa.Array) -> None:
    with pytest.raises(ValueError, match=r"^holds values of type .*; store texts, numbers, dates or booleans$"):
        plain(values)


def test_a_column_of_nulls_is_one_of_texts() -> None:
    assert plain(pa.nulls(2)).type == pa.string()
