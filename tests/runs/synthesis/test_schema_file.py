from pathlib import Path

import pytest

from runs.synthesis.job import DataJob
from runs.synthesis.schema_file import SCHEMA_FILE, PrivacyWarning, job_schema, read_schema, write_schema


def test_a_schema_is_kept_as_it_was_read(inputs: Path) -> None:
    schema = job_schema(DataJob(schema=str(inputs / "schema.toml")))
    write_schema(schema, inputs / "..")
    assert read_schema(inputs / ".." / SCHEMA_FILE) == schema
    assert schema.names == ("colour", "size", "sold")


def test_without_a_schema_the_search_stops_in_one_line(inputs: Path) -> None:
    with pytest.raises(
        ValueError, match=r"leaks: draft one with `primordia schema draft .*--trust-inferred-schema"
    ) as e:
        job_schema(DataJob(path=str(inputs / "data.csv")))
    assert "\n" not in str(e.value)


def test_a_trusted_draft_is_used_and_said_to_leak(inputs: Path) -> None:
    job = DataJob(path=str(inputs / "data.csv"), trust_inferred_schema=True)
    with pytest.warns(PrivacyWarning, match="its ranges and categories leak"):
        schema = job_schema(job)
    assert schema.column("size").missing
    assert schema.column("colour").labels[:3] == ("blue", "green", "red")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "does not exist"), ("[columns", "not readable TOML"), ("[columns.a]\nkind = 'x'", r"bad\.toml.*'a'")],
)
def test_what_is_no_schema_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "bad.toml").write_text(content)
    with pytest.raises(ValueError, match=message):
        job_schema(DataJob(schema=str(tmp_path / "bad.toml")))
