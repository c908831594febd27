import math
import pickle
import time

import numpy as np
import pytest

from search_spaces.synthetic_data.column import MISSING, Column

AGE = Column("age", "integer", lower=17, upper=90)
LEVEL = Column("level", "ordinal", ("low", "mid", "high"), missing=True)
WAGE = Column("wage", "real", lower=-1, upper=1, cells=8, missing=True)
BORN = Column("born", "date", lower="1999-12-30", upper="2000-01-02")
EVERY = (
    AGE, LEVEL, WAGE, BORN,
    Column("sex", "categorical", ("f", "m")),
    Column("smokes", "boolean", missing=True),
    Column("income", "integer", lower=-5000, upper=99_999, missing=True),
    Column("one", "integer", lower=-4, upper=-4),
    Column("one real", "real", lower=0.5, upper=0.5),
    Column("only", "categorical", ("x",)),
    Column("day", "date", lower="1900-01-01", upper="2100-12-31", cells=100),
)  # fmt: skip

each = pytest.mark.parametrize("column", EVERY, ids=lambda column: column.name)


@pytest.mark.parametrize(
    ("column", "size"),
    list(zip(EVERY, [74, 4, 9, 4, 2, 3, 257, 1, 1, 1, 100], strict=True)),
)
def test_the_size_counts_cells_or_categories_and_the_null(column: Column, size: int) -> None:
    assert column.size == size == len(column.values) == len(column.unit_values) == len(column.group_of)
    assert column.num_values == size - column.missing
    assert column.null_code == (size - 1 if column.missing else None)


@each
def test_every_code_is_that_of_its_value(column: Column) -> None:
    codes = np.arange(column.num_values)
    if column.is_numeric:
        low, high = column.cell_bounds(codes)
        middles = column.values[: column.num_values]
        for values in (low, column.greatest_values(codes), middles if column.kind == "real" else low):
            assert column.is_inside(values).all()
            assert np.array_equal(column.codes_of_numbers(values), codes)
        assert np.array_equal(middles, low + (high - low) / 2)
        assert len(column.edges) == column.num_values + 1
        assert np.array_equal(column.edges[:-1], low)
    else:
        assert np.array_equal(column.values[: column.num_values], codes)
        assert [column.code_of(column.label(code)) for code in range(column.size)] == list(range(column.size))


@each
def test_labels_tell_codes_apart_and_the_null_is_called_missing(column: Column) -> None:
    labels = [column.label(code) for code in range(column.size)]
    assert len(set(labels)) == column.size
    assert (MISSING in labels) == column.missing
    if column.missing:
        assert column.code_of(MISSING) == column.null_code
        assert np.isnan(column.values[-1])
        assert column.unit_values[-1] == 0.5
    assert not np.isnan(column.values[: column.num_values]).any()


@each
def test_unit_values_go_up_with_the_code_within_the_unit_interval(column: Column) -> None:
    units = column.unit_values[: column.num_values]
    assert np.all((units >= 0) & (units <= 1))
    assert np.all(np.diff(units) > 0)
    if len(units) == 1:
        assert units[0] == 0.5
    elif not column.is_numeric or column.name in ("age", "born"):
        assert (units[0], units[-1]) == (0, 1)
    else:
        assert math.isclose(units[0], 1 - units[-1], abs_tol=1e-3)


@pytest.mark.parametrize("groups", [0, 1, 2, 5, 31, 1000])
@pytest.mark.parametrize("cells", [1, 5, 127, 128, 129, 1000])
@pytest.mark.parametrize("missing", [False, True])
def test_groups_are_runs_of_nearly_equal_length_and_the_null_alone(groups: int, cells: int, missing: bool) -> None:
    column = Column("c", "integer", lower=0, upper=999, cells=cells, missing=missing, groups=groups)
    expected = min(groups or (cells if cells + missing <= 128 else 32), cells)
    group_of = column.group_of
    assert group_of.dtype == np.int32
    assert column.num_groups == expected + missing == group_of.max() + 1
    present = group_of[:cells]
    assert np.all(np.diff(present) >= 0)
    lengths = np.bincount(present)
    assert len(lengths) == expected
    assert lengths.max() - lengths.min() <= 1
    if missing:
        assert (group_of == expected).sum() == 1 == (group_of[-1:] == expected).sum()


def test_numbers_and_dates_have_the_labels_that_a_person_would_write() -> None:
    assert AGE.label(0) == "17"
    assert [BORN.label(code) for code in range(4)] == ["1999-12-30", "1999-12-31", "2000-01-01", "2000-01-02"]
    assert [WAGE.label(code) for code in (0, 7, 8)] == ["[-1.0, -0.75)", "[0.75, 1.0]", MISSING]
    coarse = Column("income", "integer", lower=0, upper=9, cells=3)
    assert [coarse.label(code) for code in range(3)] == ["[0, 3]", "[4, 6]", "[7, 9]"]
    assert Column("d", "date", lower="2000-01-01", upper="2000-12-31", cells=2).label(1) == "[2000-07-02, 2000-12-31]"


def test_a_value_with_a_cell_of_its_own_is_found_by_its_label() -> None:
    assert AGE.code_of("17") == 0
    assert BORN.code_of("2000-01-02") == 3
    assert Column("smokes", "boolean").code_of("true") == 1
    lopsided = Column("n", "integer", lower=0, upper=4, cells=4)
    alone = [
        label for label in "01234" if lopsided.label(lopsided.codes_of_numbers(np.array([int(label)]))[0]) == label
    ]
    for label in alone:
        assert lopsided.label(lopsided.code_of(label)) == label
    assert len(alone) == 3


@pytest.mark.parametrize(
    ("column", "label", "message"),
    [
        (LEVEL, "hihg", "column 'level' has no value 'hihg'; did you mean 'high'"),
        (Column("sex", "categorical", ("f", "m")), MISSING, "has no value"),
        (AGE, "91", r"column 'age' has no cell of its own for '91'; its range is 17 to 90 in 74 cells"),
        (AGE, "17.0", "no cell of its own"),
        (AGE, "9" * 40, "no cell of its own"),
        (WAGE, "0.5", "no cell of its own"),
        (BORN, "2000-01-03", "no cell of its own"),
        (BORN, "tomorrow", "no cell of its own"),
        (Column("n", "integer", lower=0, upper=99, cells=3), "7", "no cell of its own"),
    ],
)
def test_labels_without_a_code_are_refused(column: Column, label: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        column.code_of(label)


def test_nan_is_the_null_and_refused_where_there_is_none() -> None:
    values = np.array([math.nan, -1.0, math.nan, 1.0])
    assert WAGE.codes_of_numbers(values).tolist() == [8, 0, 8, 7]
    assert WAGE.is_inside(values).tolist() == [False, True, False, True]
    with pytest.raises(ValueError, match="column 'age': a value is missing; set missing = true"):
        AGE.codes_of_numbers(values)


def test_an_empty_array_has_no_codes() -> None:
    assert AGE.codes_of_numbers(np.empty(0)).tolist() == []
    assert WAGE.is_inside(np.empty(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize("column", [LEVEL, Column("smokes", "boolean")])
def test_categories_have_no_numbers(column: Column) -> None:
    for use in (column.is_inside, column.codes_of_numbers, column.cell_bounds):
        with pytest.raises(ValueError, match=r"it has no numbers"):
            use(np.array([0]))
    with pytest.raises(ValueError, match="it has no numbers"):
        _ = column.edges


def test_dates_are_numpys_days() -> None:
    day = Column("day", "date", lower="1950-06-01", upper="2050-06-01", cells=7)
    days = np.arange("1950-06-01", "2050-06-02", 31, dtype="datetime64[D]").astype(np.int64)
    low, high = day.cell_bounds(day.codes_of_numbers(days))
    assert np.all((low <= days) & (days <= high))


def test_a_million_categories_are_looked_up_at_once_and_a_huge_id_costs_no_memory() -> None:
    column = Column("zip", "categorical", tuple(f"z{i}" for i in range(1_000_000)), missing=True)
    start = time.perf_counter()
    assert [column.code_of(f"z{i}") for i in range(0, 1_000_000, 100)] == list(range(0, 1_000_000, 100))
    assert column.label(999_999) == "z999999"
    identity = Column("id", "integer", lower=1, upper=2**31 - 3, unique=True)
    assert identity.size == 2**31 - 3
    assert identity.codes_of_numbers(np.array([2**31 - 3])).tolist() == [2**31 - 4]
    assert time.perf_counter() - start < 20


@each
def test_columns_are_plain_values(column: Column) -> None:
    again = pickle.loads(pickle.dumps(column))
    assert again == column
    assert hash(again) == hash(column)
    assert again.label(0) == column.label(0)
