import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runs.tables.draft import draft_schema
from runs.tables.fault import PrivateDataError
from runs.tables.reader import read_codes
from runs.tables.writer import write_table
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from tests.runs.tables.examples import ADULT, EVERY_KIND, random_codes


def _schema(text: str) -> Schema:
    return schema_from_data(tomllib.loads(text), "draft")


@pytest.mark.parametrize("extension", [".csv", ".parquet"])
def test_the_draft_fits_the_data_that_it_was_read_from(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"table{extension}"
    write_table(path, random_codes(EVERY_KIND, 3000), EVERY_KIND, np.random.default_rng(0))
    schema = _schema(draft_schema(path))
    assert schema.names == EVERY_KIND.names
    assert read_codes(path, schema).codes.shape == (3000, 9)
    kinds = dict(zip(schema.names, (column.kind for column in schema.columns), strict=True))
    assert kinds["flag"] == "boolean"
    assert kinds["born"] == "date"
    assert kinds["share"] == "real"
    assert [column.missing for column in schema.columns] == [column.missing for column in EVERY_KIND.columns]


def test_it_says_that_it_was_read_from_the_data_and_leaks(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a\n1\n")
    text = draft_schema(path)
    assert text.startswith("# A schema drafted from 'data.csv'")
    for words in ("READ FROM THE DATA", "leaks", "public"):
        assert words in text


def test_what_cannot_be_guessed_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    rows = "".join(f"{i},n{i},,{i % 7}\n" for i in range(2000))
    path.write_text(f'id,"free ""text""",empty,day\n{rows}')
    text = draft_schema(path)
    assert '# [columns."free \\"text\\""]: no values, or more than 1,000 texts' in text
    assert "# [columns.empty]: no values" in text
    assert text.count("if this is an id, set unique = true") == 1
    assert _schema(text).names == ("id", "day")


def test_a_table_without_rows_gives_comments_alone(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n")
    assert tomllib.loads(draft_schema(path)) == {}


def test_a_type_that_no_column_has_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [[1]]}), tmp_path / "data.parquet")
    with pytest.raises(PrivateDataError, match=r"data\.parquet': column 'a' holds values of type list"):
        draft_schema(tmp_path / "data.parquet")


@pytest.mark.skipif(not ADULT.exists(), reason="needs the Adult data in shared/data")
@pytest.mark.parametrize(("name", "shape"), [("adult.csv", (48842, 14)), ("adult_raw_train.csv", (32561, 15))])
def test_adult_has_a_draft_that_fits_and_survives_a_round_trip(
    tmp_path: Path, name: str, shape: tuple[int, int]
) -> None:
    schema = _schema(draft_schema(ADULT / name))
    found = read_codes(ADULT / name, schema)
    assert found.codes.shape == shape
    missing = {column.name for column in schema.columns if column.missing}
    assert missing == ({"workclass", "occupation", "native-country"} if "raw" in name else set())
    write_table(tmp_path / "again.csv", found.codes, schema, np.random.default_rng(0))
    assert np.array_equal(read_codes(tmp_path / "again.csv", schema).codes, found.codes)
