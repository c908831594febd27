import math
from pathlib import Path

import pytest

from engine.verdict import Status
from runs.folder.table import EvaluationTable
from runs.layers.report.history import History, course_of, operators_of, read_history, trials_of
from tests.runs.rows import OBJECTIVES, record

ERRORS = [objective.name for objective in OBJECTIVES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six candidates of a tenth of a second each, the fourth of half a second, the last behind the checkpoint."""
    rows = [
        record(0, objectives=(0.5, 0.7), operator="random", seconds=0.1),
        record(1, objectives=(), status=Status.REJECTED, protocol="gain", operator="random", seconds=0.1),
        record(3, objectives=(0.6, 0.8), operator="mutate", seconds=0.1),
        record(4, objectives=(0.2, 0.4), operator="mutate", seconds=0.5),
        record(7, objectives=(0.3, 0.1), operator="crossover", seconds=0.2),
        record(8, objectives=(0.0, 0.0), operator="mutate", seconds=0.1),
    ]
    table = EvaluationTable(tmp_path, OBJECTIVES)
    table.append(rows)
    table.flush()
    return tmp_path


@pytest.fixture
def history(folder: Path) -> History:
    return read_history(folder, 5, ERRORS, 60.0)


def test_the_course_falls_where_a_candidate_is_better_than_all_before(history: History) -> None:
    course = course_of(history, "ageing")
    assert course.candidates == (1, 4, 5)
    assert course.errors == pytest.approx((0.6, 0.3, 0.2))
    # shares of one second of evaluations, as shares of a minute
    assert course.seconds == pytest.approx((6.0, 48.0, 60.0))
    assert (course.total_seconds, course.total_candidates, course.scored) == (60.0, 5, 4)


def test_every_scored_candidate_is_a_trial(history: History) -> None:
    trials = trials_of(history)
    assert [(trial.candidate, trial.operator) for trial in trials] == [
        (1, "random"), (3, "mutate"), (4, "mutate"), (5, "crossover")
    ]  # fmt: skip
    assert [trial.error for trial in trials] == pytest.approx([0.6, 0.7, 0.3, 0.2])


def test_operators_are_told_apart(history: History) -> None:
    found = {operator.name: operator for operator in operators_of(history)}
    assert (found["random"].made, found["random"].scored, found["random"].records) == (2, 1, 1)
    assert (found["mutate"].made, found["mutate"].scored, found["mutate"].records) == (2, 2, 1)
    assert (found["mutate"].best, found["mutate"].median) == pytest.approx((0.3, 0.5))


def test_rows_behind_the_checkpoint_do_not_count(folder: Path) -> None:
    assert read_history(folder, 1, ERRORS, 60.0).total == 1
    assert course_of(read_history(folder, 6, ERRORS, 60.0), "").errors[-1] == 0.0


def test_nothing_is_a_history_too(tmp_path: Path) -> None:
    history = read_history(tmp_path, 0, ERRORS, 0.0)
    assert course_of(history, "").errors == ()
    assert (trials_of(history), operators_of(history)) == ((), ())


def test_without_times_candidates_count_as_equally_long(tmp_path: Path) -> None:
    table = EvaluationTable(tmp_path, OBJECTIVES)
    table.append([record(number, seconds=0.0, objectives=(1 / (1 + number), 0.0)) for number in range(4)])
    table.flush()
    assert course_of(read_history(tmp_path, 4, ERRORS, 8.0), "").seconds == (2.0, 4.0, 6.0, 8.0)


def test_errors_that_are_not_finite_are_never_the_best(tmp_path: Path) -> None:
    table = EvaluationTable(tmp_path, OBJECTIVES)
    table.append([record(0, objectives=(math.nan, 0.1)), record(1, objectives=(0.4, 0.2))])
    table.flush()
    assert course_of(read_history(tmp_path, 2, ERRORS, 1.0), "").errors == pytest.approx((0.3,))
