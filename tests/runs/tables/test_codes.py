import datetime
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from runs.tables.codes import Encoder, MisfitError, arrow_type, decode
from search_spaces.synthetic_data.column import Column
from tests.runs.tables.examples import AWKWARD, EVERY_KIND, random_codes

_AGE = Column("age", "integer", lower=17, upper=90)


def _codes(column: Column, values: pa.Array) -> list[int]:
    codes, clamped = Encoder(column).encode(values)
    assert clamped == 0
    found: list[int] = codes.tolist()
    return found


@pytest.mark.parametrize("column", EVERY_KIND.columns, ids=lambda column: column.name)
@pytest.mark.parametrize("as_text", [False, True])
def test_what_is_decoded_is_encoded_again(column: Column, as_text: bool) -> None:
    codes = random_codes(EVERY_KIND, 5000)[:, EVERY_KIND.index(column.name)]
    values = decode(codes, column, np.random.default_rng(1))
    assert values.type == arrow_type(column)
    assert values.null_count == (codes == column.null_code).sum()
    assert _codes(column, values.cast(pa.string()) if as_text else values) == codes.tolist()


def test_the_types_are_the_columns_own() -> None:
    found = [arrow_type(column) for column in EVERY_KIND.columns]
    text, whole, real = pa.string(), pa.int64(), pa.float64()
    assert found == [text, pa.bool_(), text, whole, whole, real, real, pa.date32(), whole]


@given(st.lists(st.one_of(st.none(), st.integers(-20, 120), st.just(math.nan))), st.integers(1, 30))
def test_integers_fall_into_cells_of_nearly_equal_length(values: list[float | None], cells: int) -> None:
    column = Column("x", "integer", lower=0, upper=99, cells=cells, missing=True, outside="clamp")
    lengths = [100 // cells + (1 if 100 % cells else 0), 100 // cells]
    codes, clamped = Encoder(column).encode(pa.array(values, pa.float64()))
    missing = [value is None or math.isnan(value) for value in values]
    assert [code == cells for code in codes] == missing
    assert clamped == sum(not gone and not 0 <= value <= 99 for value, gone in zip(values, missing, strict=True))
    grid = _codes(column, pa.array(range(100)))
    assert grid == sorted(grid)
    assert set(np.bincount(grid)) <= set(lengths)
    for value, code, gone in zip(values, codes, missing, strict=True):
        assert gone or code == grid[int(min(max(value, 0), 99))]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([20, 21]),
        pa.array([20, 21], pa.uint8()),
        pa.array([20.0, 21.0]),
        pa.array(["20", " 21 "]),
        pa.array(["20.0", "2.1e1"], pa.large_string()),
        pa.array(["20", "21"]).dictionary_encode(),
        pa.array([20, 21]).cast(pa.decimal128(21, 2)),
    ],
)
def test_a_whole_number_may_be_stored_as_any_type(values: pa.Array) -> None:
    assert _codes(_AGE, values) == [3, 4]


def test_whole_numbers_beyond_doubles_stay_exact() -> None:
    far = Column("far", "integer", lower=2**61, upper=2**61 + 9)
    assert _codes(far, pa.array([str(2**61 + 7), str(2**61 + 8)])) == [7, 8]
    assert _codes(far, pa.array([2**61 + 7, 2**61 + 8])) == [7, 8]


def test_the_ends_of_a_range_of_reals_belong_to_it() -> None:
    column = Column("x", "real", lower=0, upper=1, cells=10)
    assert _codes(column, pa.array([0.0, 0.3, math.nextafter(0.3, 0), 1.0, 1e-300])) == [0, 3, 2, 9, 0]
    assert _codes(column, pa.array(["0", ".3", "1", "1e-1"])) == [0, 3, 9, 1]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([datetime.date(2020, 1, 3), None]),
        pa.array([datetime.datetime(2020, 1, 3, 23, 59), None]),
        pa.array(["2020-01-03", "?"]),
        pa.array(["2020-01-03T10:00:00", None]),
    ],
)
def test_a_date_may_be_stored_as_any_type(values: pa.Array) -> None:
    assert _codes(Column("d", "date", lower="2020-01-01", upper="2020-01-31", missing=True), values) == [2, 31]


def test_booleans_have_their_usual_spellings() -> None:
    column = Column("b", "boolean", missing=True)
    assert _codes(column, pa.array(["true", "FALSE", " yes", "n", "1", "0", "T", "na"])) == [1, 0, 1, 0, 1, 0, 1, 2]
    assert _codes(column, pa.array([1, 0, None])) == [1, 0, 2]
    assert _codes(column, pa.array([True, None])) == [1, 2]


def test_categories_may_be_stored_as_any_type() -> None:
    column = Column("c", "categorical", ("1", "2.5", "true", "2020-01-01"))
    assert _codes(column, pa.array([1, 1])) == [0, 0]
    assert _codes(column, pa.array([1.0, 2.5])) == [0, 1]
    assert _codes(column, pa.array([True])) == [2]
    assert _codes(column, pa.array([datetime.date(2020, 1, 1)])) == [3]


def test_a_category_is_tried_before_spaces_are_trimmed_and_nulls_are_seen() -> None:
    column = Column("c", "categorical", AWKWARD, missing=True)
    null = column.null_code
    assert _codes(column, pa.array([" a ", " b", "NA", " NA", "", "?", None])) == [0, 1, 2, 2, 3, null, null]
    present = Column("c", "categorical", AWKWARD)
    assert _codes(present, pa.array([None, ""], pa.string())) == [3, 3]
    with pytest.raises(MisfitError, match="unknown value 'b'"):
        Encoder(column).encode(pa.array(["b"]))


def test_values_outside_are_clamped_and_counted() -> None:
    column = Column("age", "integer", lower=17, upper=90, outside="clamp")
    codes, clamped = Encoder(column).encode(pa.array(["5", "20", "1e30", "5", "-99999999999999999999"]))
    assert (codes.tolist(), clamped) == ([0, 3, 73, 0, 0], 4)
    column = Column("d", "date", lower="2020-01-01", upper="2020-01-31", outside="clamp")
    codes, clamped = Encoder(column).encode(pa.array(["0001-01-01", "9999-12-31", "2020-01-02"]))
    assert (codes.tolist(), clamped) == ([0, 30, 1], 2)
    column = Column("x", "real", lower=0, upper=1, cells=4, outside="clamp")
    codes, clamped = Encoder(column).encode(pa.array([-math.inf, math.inf, 0.5]))
    assert (codes.tolist(), clamped) == ([0, 3, 2], 2)


def test_unknown_texts_become_the_other_category_and_nulls_do_not() -> None:
    column = Column("c", "categorical", ("a", "rest"), other="rest")
    codes, clamped = Encoder(column).encode(pa.array(["a", "b", "rest", "c", "b"]))
    assert (codes.tolist(), clamped) == ([0, 1, 1, 1, 1], 3)
    with pytest.raises(MisfitError, match="missing value"):
        Encoder(column).encode(pa.array(["a", "?"]))


@pytest.mark.parametrize(
    ("column", "values", "row", "fault"),
    [
        (_AGE, pa.array([20, 21, 95, 20, 5]), 2, "must be from 17 to 90, not '95'"),
        (_AGE, pa.array(["20", "x", "20", "y"]), 1, "must be a whole number, not 'x'"),
        (Column("age", "integer", lower=17, upper=90, outside="clamp"), pa.array([20, 17.5]), 1, "a whole number"),
        (_AGE, pa.array([20, None, 95]), 1, r"missing value \(''\)"),
        (_AGE, pa.array([20.0, math.nan]), 1, r"missing value \('nan'\)"),
        (_AGE, pa.array([True]), 0, "must be a whole number, not 'true'"),
        (_AGE, pa.nulls(3), 0, "missing value"),
        (Column("d", "date", lower="2020-01-01", upper="2020-12-31"), pa.array([18262]), 0, "must be a date"),
        (Column("b", "boolean"), pa.array(["true", "2"]), 1, "must be true or false, not '2'"),
    ],
)
def test_the_first_misfit_is_named(column: Column, values: pa.Array, row: int, fault: str) -> None:
    with pytest.raises(MisfitError, match=fault) as caught:
        Encoder(column).encode(values)
    assert caught.value.row == row


def test_a_category_of_a_dictionary_that_no_row_has_does_not_count() -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["20", "abc"]))
    assert _codes(_AGE, values) == [3, 3]


def test_a_dictionary_may_hold_the_null_itself() -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), pa.array(["a", None]))
    assert _codes(Column("c", "categorical", ("a",), missing=True), values) == [1, 0, 1]


@pytest.mark.parametrize(
    ("size", "dtype"), [(1, "int8"), (128, "int8"), (129, "int16"), (2**15, "int16"), (10**6, "int32")]
)
def test_codes_are_of_the_smallest_type(size: int, dtype: str) -> None:
    column = Column("x", "integer", lower=1, upper=size, cells=size)
    codes, _ = Encoder(column).encode(pa.array([1, size]))
    assert codes.dtype == dtype
    assert codes.tolist() == [0, size - 1]


def test_a_million_categories_are_no_trouble() -> None:
    column = Column("c", "categorical", tuple(f"name {i}" for i in range(10**6)))
    codes = np.random.default_rng(0).integers(0, 10**6, 10**5)
    assert _codes(column, decode(codes, column, np.random.default_rng(0))) == codes.tolist()


def test_no_rows_have_no_codes() -> None:
    for column in EVERY_KIND.columns:
        assert _codes(column, decode(np.empty(0, np.int32), column, np.random.default_rng(0))) == []
        assert _codes(column, pa.nulls(0)) == []


def test_values_are_uniform_inside_their_cell() -> None:
    rng = np.random.default_rng(0)
    codes = np.full(20_000, 1, np.int32)
    real = decode(codes, Column("x", "real", lower=0, upper=3, cells=3), rng).to_numpy()
    assert stats.kstest(real, stats.uniform(1, 1).cdf).pvalue > 1e-3
    whole = decode(codes, Column("x", "integer", lower=0, upper=29, cells=3), rng).to_numpy()
    assert set(whole) == set(range(10, 20))
    assert stats.chisquare(np.bincount(whole)[10:]).pvalue > 1e-3
    day = decode(codes, Column("x", "date", lower="2020-01-01", upper="2020-01-21", cells=3), rng)
    assert set(pc.day(day).to_pylist()) == set(range(8, 15))


def test_a_drawn_number_never_reaches_the_next_cell() -> None:
    class Highest(np.random.Generator):
        def random(self, size: int) -> np.ndarray:
            return np.full(size, 1 - 2**-53)

    column = Column("x", "real", lower=0, upper=1e-323, cells=2)
    codes = np.arange(2, dtype=np.int32)
    values = decode(codes, column, Highest(np.random.PCG64(0)))
    assert _codes(column, values) == [0, 1]


def test_the_generator_decides_the_values() -> None:
    codes = random_codes(EVERY_KIND, 100)
    for index, column in enumerate(EVERY_KIND.columns):
        first, second = (decode(codes[:, index], column, np.random.default_rng(7)) for _ in range(2))
        assert first.equals(second)
