import numpy as np
import pytest

from evaluators.queries.form import CellTable, ProductQueries
from evaluators.synthetic_data.measurement import Measurement, estimated_rows
from tests.evaluators.synthetic_data.problems import identity, query

ONE = query("one", CellTable((0,), (identity(2),)))
MANY = query("many", CellTable((0,), (identity(2),)), CellTable((1,), (identity(8),)))
SUMS = query("sums", ProductQueries({0: np.ones((2, 3), np.int32)}))


def _measured(asked: object, answers: list[int], sigma: float) -> Measurement:
    return Measurement(asked, np.array(answers, np.int64), sigma)  # type: ignore[arg-type]


def test_answers_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"answers to one must have the shape \(2,\), not \(3,\)"):
        _measured(ONE, [1, 2, 3], 1.0)


@pytest.mark.parametrize("sigma", [-1.0, float("inf"), float("nan")])
def test_noise_that_is_no_noise_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match=f"noise of one must be 0 or more, not {sigma}"):
        _measured(ONE, [1, 2], sigma)


def test_rows_are_estimated_by_the_best_linear_combination() -> None:
    measurements = [_measured(ONE, [40, 62], 2.0), _measured(MANY, [41, 57, *range(8)], 3.0)]
    # sums 102, 98 and 28, of variances 2 * 4, 2 * 9 and 8 * 9
    design, sums = np.ones((3, 1)), np.array([102, 98, 28])
    precision = np.diag([1 / 8, 1 / 18, 1 / 72])
    expected = np.linalg.solve(design.T @ precision @ design, design.T @ precision @ sums)[0]
    assert estimated_rows(measurements) == pytest.approx(expected)


def test_an_answer_without_noise_settles_the_number_of_rows() -> None:
    assert estimated_rows([_measured(ONE, [40, 60], 0.0), _measured(ONE, [90, 90], 5.0)]) == pytest.approx(100)


def test_queries_that_do_not_count_every_row_say_nothing_of_their_number() -> None:
    assert estimated_rows([_measured(SUMS, [5, 5, 5], 1.0)]) is None
    assert estimated_rows([]) is None
    assert estimated_rows([_measured(SUMS, [5, 5, 5], 1.0), _measured(ONE, [3, 4], 1.0)]) == pytest.approx(7)
