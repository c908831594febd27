import math
from pathlib import Path

from engine.individual import Record
from engine.verdict import Status
from evaluators.synthetic_data.settings import OBJECTIVES
from runs.folder.table import EvaluationTable
from runs.synthesis.report.course import courses


def record(number: int, epoch: int, operator: str, loss: float | None) -> Record:
    return Record(
        id=number,
        parents=(),
        epoch=epoch,
        island=0,
        genome="{}",
        status=Status.CRASHED if loss is None else Status.SCORED,
        protocol="",
        figure=math.nan,
        cause="",
        duplicate_of=-1,
        objectives=() if loss is None else (10.0, loss),
        metrics={},
        operator=operator,
        seconds=0.0,
        stages={},
    )


def write(folder: Path, rows: list[tuple[int, str, float | None]]) -> None:
    folder.mkdir()
    table = EvaluationTable(folder, OBJECTIVES)
    table.append([record(number, *row) for number, row in enumerate(rows)])
    table.flush()


def test_rounds_begin_where_all_islands_begin_anew(tmp_path: Path) -> None:
    folder = tmp_path / "evaluations"
    rows: list[tuple[int, str, float | None]] = [
        (0, "random", 9.0), (0, "random", 8.0), (1, "mutate", 8.5), (1, "mutate", 4.0),
        (2, "random", 6.0), (2, "random", 7.0), (3, "mutate", 5.0), (4, "random", 3.0),
    ]  # fmt: skip
    write(folder, rows)
    found = courses(folder, len(rows))
    assert [course.label for course in found] == ["round 1", "round 2", "round 3"]
    assert found[0].candidates == (1, 2, 3, 4)
    assert found[0].losses == (9.0, 8.0, 8.0, 4.0)
    assert found[1].losses == (6.0, 6.0, 5.0)
    assert found[2].candidates == (8,)


def test_a_start_that_failed_is_no_round_and_rows_behind_the_checkpoint_do_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "evaluations"
    write(folder, [(0, "random", None), (1, "random", 5.0), (2, "mutate", 4.0), (3, "mutate", 1.0)])
    (course,) = courses(folder, 3)
    assert (course.label, course.candidates, course.losses) == ("evolution", (2, 3), (5.0, 4.0))
    assert courses(folder, 0) == ()
