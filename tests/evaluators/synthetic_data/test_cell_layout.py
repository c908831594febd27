import numpy as np

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.alphabet import alphabet
from evaluators.synthetic_data.cell_layout import CellLayout, cell_layout

SIZES = (6, 4, 5)
LEVELS = (np.array([0, 0, 1, 1, 2, 2], np.int32), np.arange(4, dtype=np.int32), np.array([0, 1, 1, 1, 0], np.int32))
TABLES = [
    CellTable((0, 1), (LEVELS[0], LEVELS[1])),
    CellTable((2,), (LEVELS[2],)),
    CellTable((2, 1, 0), (LEVELS[2], np.array([0, 0, 1, 1], np.int32), LEVELS[0])),
]
ALPHABETS = [alphabet(size, [levels]) for size, levels in zip(SIZES, LEVELS, strict=True)]


def _layout() -> CellLayout:
    goals = [np.arange(table.size, dtype=np.int32) for table in TABLES]
    return cell_layout(TABLES, goals, [1.0, 2.0, 3.0], ALPHABETS)


def _every_row() -> np.ndarray:
    return np.stack([grid.ravel() for grid in np.meshgrid(*map(np.arange, SIZES), indexing="ij")], 1).astype(np.int32)


def test_every_possible_row_falls_into_the_cell_that_its_table_says() -> None:
    layout, codes = _layout(), _every_row()
    letters = np.stack([a.letter_of[codes[:, c]] for c, a in enumerate(ALPHABETS)])
    first = 0
    for m, table in enumerate(TABLES):
        cell = np.full(len(codes), layout.offsets[m])
        for column, start in zip(layout.slot_columns[m], layout.slot_starts[m], strict=True):
            cell += layout.steps[start + letters[max(column, 0)]]
        np.testing.assert_array_equal(cell, first + table.index(codes))
        first += table.size


def test_what_a_letter_adds_is_the_difference_of_two_rows_cells() -> None:
    layout = _layout()
    for column, letters in enumerate(ALPHABETS):
        tables = layout.tables_with(column)
        assert tables.tolist() == [m for m, table in enumerate(TABLES) if column in table.columns]
        steps = layout.column_steps(column, letters.size)
        assert steps.shape == (len(tables), letters.size)
        row = np.array([1, 2, 3], np.int32)
        for table, found in zip(tables, steps, strict=True):
            rows = np.repeat(row[None], letters.size, 0)
            rows[:, column] = letters.representatives
            cells = TABLES[table].index(rows)
            np.testing.assert_array_equal(found - found[0], cells - cells[0])


def test_goals_weights_and_tables_lie_side_by_side() -> None:
    layout = _layout()
    assert layout.num_tables == 3
    assert layout.table_of.tolist() == [0] * 12 + [1] * 2 + [2] * 12
    assert layout.goals.tolist() == [*range(12), *range(2), *range(12)]
    assert layout.weights.tolist() == [1, 2, 3]


def test_no_tables_make_an_empty_layout() -> None:
    layout = cell_layout([], [], [], ALPHABETS)
    assert layout.num_tables == len(layout.goals) == len(layout.table_of) == 0
    assert len(layout.tables_with(0)) == 0
