from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from runs.functions.run import FunctionRun
from tests.runs.functions.made_run import PADE, make_run


@pytest.fixture
def run(tmp_path: Path) -> FunctionRun:
    return FunctionRun(make_run(tmp_path / "run"))


def test_the_front_and_its_programs(run: FunctionRun) -> None:
    assert [found.id for found in run.front] == [3, 5]
    assert {operations: found.id for operations, found in run.programs.items()} == {2: 3, 3: 5}
    assert run.front[1].objectives == {"operations": 3.0, "max_relative_error": 0.01}
    assert run.best().id == 5
    assert run.status == "candidates"


def test_programs_are_named_by_id_or_size(run: FunctionRun) -> None:
    assert run.program("3ops").program == PADE
    assert run.program("3 operations").id == run.program(5).id == run.program("5").id == 5
    assert run.program(0).formula == ""


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("9ops", "the front has no program of 9 operations; it has: 2, 3"),
        ("17", "has no candidate 17"),
        ("1", "candidate 1 was not scored but rejected"),
        ("best", "'best' is no program; give an id such as 1234 or a size such as 8ops"),
    ],
)
def test_a_program_that_is_not_there_is_refused(run: FunctionRun, which: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run.program(which)


def test_a_program_is_a_function_on_numbers_and_arrays(run: FunctionRun) -> None:
    found = run.program(5)
    x = np.linspace(0, 1, 12).reshape(3, 4)
    np.testing.assert_array_equal(found(x), (x + 2.9) / (2.9 - x), strict=True)
    assert found(0.5) == 3.4 / 2.4


def test_a_program_is_a_sympy_expression(run: FunctionRun) -> None:
    program = run.program(5)
    assert float(program.expression.subs("x", 0.25)) == pytest.approx(float(program(0.25)), rel=1e-14)


def test_lineage_and_table(run: FunctionRun) -> None:
    assert [row["id"] for row in run.lineage(5)] == [5, 3, 0]
    assert run.table().count_rows() == 6


def test_proving_notes_measured_and_proven_in_the_front(run: FunctionRun) -> None:
    proven = run.prove()
    for found in proven.front:
        x = np.linspace(0, 1, 2001)
        worst = float(np.max(np.abs(found(x) / 2**x - 1)))
        assert found.measured == pytest.approx(worst, rel=1e-3)
        assert found.proven is not None
        assert found.proven >= worst * (1 - 1e-12)
        assert found.error == found.proven
    assert [found.id for found in FunctionRun(run.path).front] == [3, 5]


def test_a_truncated_front_is_refused(run: FunctionRun) -> None:
    run.folder.front.write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"front\.parquet.*truncated"):
        _ = FunctionRun(run.path).front


def test_a_run_without_checkpoint_is_empty(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    (tmp_path / "run" / "front.parquet").unlink()
    (tmp_path / "run" / "checkpoint" / "current.json").unlink()
    empty = FunctionRun(tmp_path / "run")
    assert empty.front == ()
    with pytest.raises(ValueError, match="has no program yet"):
        empty.best()


def test_best_is_the_shortest_beyond_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    front = [SimpleNamespace(operations=n, error=error) for n, error in ((8, 1e-11), (11, 4e-17), (14, 1e-24))]
    monkeypatch.setattr(FunctionRun, "front", front)
    assert FunctionRun.best(object.__new__(FunctionRun)).operations == 11
    monkeypatch.setattr(FunctionRun, "front", front[:1])
    assert FunctionRun.best(object.__new__(FunctionRun)).operations == 8
