from pathlib import Path

import pytest

from evaluators.queries import QUERIES
from runs.synthesis.workload import NUMBERS, full_entries, workload
from search_spaces.synthetic_data.schema import schema_from_data

SCHEMA = schema_from_data(
    {
        "columns": {
            "age": {"kind": "integer", "lower": 0, "upper": 9},
            "income": {"kind": "integer", "lower": 0, "upper": 99},
            "sex": {"kind": "categorical", "categories": ["f", "m"]},
        }
    },
    "schema",
)


def test_short_entries_stand_for_tables_that_their_kinds_accept() -> None:
    assert full_entries(["marginals:3", "correlation"]) == (
        {"kind": "marginals", "order": 3},
        {"kind": "correlation"},
    )
    assert set(NUMBERS) <= set(QUERIES)
    for kind in NUMBERS:
        assert workload(full_entries([f"{kind}:2"]), SCHEMA, must_count_rows=False)[1]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("marginal:2", r"'marginal:2' is unknown; did you mean 'marginals'\?"),
        ("marginals:two", "'marginals:two' must be marginals:NUMBER, of its order"),
        ("marginals:", "'marginals:' must be marginals:NUMBER"),
        ("correlation:2", "'correlation:2' must be correlation alone, or a table of keys"),
        ({"kind": "linear", "file": "none.toml"}, r"linear queries '.*none\.toml' does not exist"),
    ],
)
def test_a_bad_entry_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        full_entries([entry], tmp_path)


def test_linear_queries_of_a_file_are_read_once_and_for_all(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[[queries]]\nname = "young"\nwhere = { age = { upper = 4 } }\n')
    (entry,) = full_entries([{"kind": "linear", "file": "mine.toml"}], tmp_path)
    (tmp_path / "mine.toml").write_text("[[queries")
    specs, (query,) = workload([entry], SCHEMA, must_count_rows=False)
    assert specs == (entry,)
    assert query.size == 1
    with pytest.raises(ValueError, match="not readable TOML"):
        full_entries([{"kind": "linear", "file": "mine.toml"}], tmp_path)
    (tmp_path / "mine.toml").write_text("other = 1")
    with pytest.raises(ValueError, match=r"must hold \[\[queries\]\]"):
        full_entries([{"kind": "linear", "file": "mine.toml"}], tmp_path)


def test_the_smallest_marginal_counts_the_rows_where_nothing_else_does() -> None:
    specs, queries = workload(full_entries(["prefixes:5"]), SCHEMA, must_count_rows=True)
    assert specs[-1] == {"kind": "marginals", "tables": [["sex"]]}
    assert queries[-1].size == 2
    assert len(workload(full_entries(["prefixes:5"]), SCHEMA, must_count_rows=False)[0]) == 1
    assert len(workload(full_entries(["marginals:2", "prefixes:5"]), SCHEMA, must_count_rows=True)[0]) == 2
