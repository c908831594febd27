import numpy as np
import pytest

from evaluators.queries.cells import cell_query, cell_table
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(tuple(Column(name, "integer", lower=0, upper=9999) for name in ("a", "b")))
ALL = np.arange(10_000, dtype=np.int32)


def test_too_many_cells_name_the_columns() -> None:
    with pytest.raises(ValueError, match="the table of a, b has 100,000,000 cells, the limit is 33,554,432; count its"):
        cell_table(SCHEMA, (0, 1), (ALL, ALL))


@pytest.mark.parametrize("num_tables", [1, 2, 3, 5])
def test_sensitivities_grow_with_the_number_of_tables(num_tables: int) -> None:
    halves = (ALL // 5000).astype(np.int32)
    query = cell_query("ranges", "x", (cell_table(SCHEMA, (0,), (halves,)),) * num_tables, SCHEMA)
    low, high = (query.answers(np.array([[code, 0]], np.int32)) for code in (0, 9999))
    assert query.norms["add_remove"] == pytest.approx(np.linalg.norm(low))
    assert query.norms["replace"] == pytest.approx(np.linalg.norm(low - high))
