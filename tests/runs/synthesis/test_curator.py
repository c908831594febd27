from pathlib import Path

import numpy as np
import pytest

from evaluators.queries import build_queries
from runs.privacy.budget import zcdp_budget
from runs.privacy.digest import schema_digest
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import Terms
from runs.synthesis.curator import TableCurator
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.schema_file import read_schema
from search_spaces.synthetic_data.schema import schema_data


def test_what_the_ledger_holds_is_returned_without_the_table(inputs: Path) -> None:
    schema = read_schema(inputs / "schema.toml")
    queries = build_queries([{"kind": "marginals", "order": 1}], schema)
    table = PrivateTable(inputs / "data.csv", schema)
    terms = Terms(zcdp_budget(1e6, 1e-6), "add_remove", table.digest(inputs), schema_digest(schema_data(schema)))
    exact = queries[0].answers(table.codes)
    with Ledger(inputs, terms) as ledger:
        curator = TableCurator(table, ledger, queries)
        first = curator.measure_at("0-0", queries[0], 0.05).answers
        curator.forget()
        assert curator.measure_at("0-1", queries[1], 0.05).answers.sum() == 60
    np.testing.assert_array_equal(first, exact)
    table.path.unlink()
    unread = PrivateTable(table.path, schema)
    with Ledger(inputs, terms) as ledger:
        again = TableCurator(unread, ledger, queries)
        np.testing.assert_array_equal(again.measure_at("0-0", queries[0], 0.05).answers, first)
        with pytest.raises(ValueError, match="does not exist"):
            again.measure_at("0-2", queries[2], 0.05)
        assert [release.id for release in ledger.text.releases] == ["0-0", "0-1"]


def test_another_table_is_not_asked(inputs: Path) -> None:
    schema = read_schema(inputs / "schema.toml")
    queries = build_queries([{"kind": "marginals", "order": 1}], schema)
    terms = Terms(zcdp_budget(1.0, 1e-6), "add_remove", "another digest", "schema")
    with Ledger(inputs, terms) as ledger:
        curator = TableCurator(PrivateTable(inputs / "data.csv", schema), ledger, queries)
        with pytest.raises(ValueError, match="of another data set"):
            curator.measure("0-0", queries[0], 0.001)
        assert not ledger.text.releases
