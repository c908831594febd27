from pathlib import Path

import numpy as np
import pytest

from runs.float32.run import Float32Run
from tests.runs.float32.made_run import CUBIC, make_run


@pytest.fixture
def run(tmp_path: Path) -> Float32Run:
    return Float32Run(make_run(tmp_path / "run"))


def test_the_front_and_its_programs(run: Float32Run) -> None:
    assert [(found.id, found.cost, found.max_ulp) for found in run.front] == [(3, 2.0, 0.75), (5, 3.0, 0.6)]
    assert run.front[1].program == CUBIC
    assert run.front[1].formula.startswith("fma(fma(")
    assert run.status == "candidates"


def test_programs_are_named_by_id_or_as_the_best(run: Float32Run) -> None:
    assert run.program("best").id == run.program().id == 3
    assert run.program(5).id == run.program(" 5 ").id == 5
    # not on the front
    assert run.program(0).objectives == {"cost": 2.0, "max_ulp": 0.8}


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("8ops", "'8ops' is no program; give the id of a candidate such as 1234, or best"),
        ("17", "has no candidate 17"),
        ("1", "candidate 1 was not scored but rejected"),
    ],
)
def test_a_program_that_is_not_there_is_refused(run: Float32Run, which: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run.program(which)


def test_the_best_is_the_cheapest_within_the_bound_or_else_the_most_exact(tmp_path: Path) -> None:
    strict = Float32Run(make_run(tmp_path / "strict", max_ulp=0.7))
    assert strict.best().id == 5
    hopeless = Float32Run(make_run(tmp_path / "hopeless", max_ulp=0.55))
    assert hopeless.best().id == 5


def test_a_program_is_a_function_of_float32(run: Float32Run) -> None:
    found = run.program(5)
    x = np.linspace(-0.001, 0.001, 12, dtype=np.float32).reshape(3, 4)
    assert found(x).dtype == np.float32
    np.testing.assert_allclose(found(x), 2.0 ** x.astype(np.float64), rtol=2e-7)
    assert found(0.0) == 1.0


def test_lineage_and_table(run: Float32Run) -> None:
    assert [row["id"] for row in run.lineage(5)] == [5, 3, 0]
    assert run.table().count_rows() == 7


def test_a_run_without_checkpoint_is_empty(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    (tmp_path / "run" / "front.parquet").unlink()
    (tmp_path / "run" / "checkpoint" / "current.json").unlink()
    empty = Float32Run(tmp_path / "run")
    assert empty.front == ()
    assert empty.results() is None
    with pytest.raises(ValueError, match="has no program yet"):
        empty.best()
