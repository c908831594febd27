from pathlib import Path

import pytest

from runs.float32.exporting import evidence, export_program
from runs.float32.run import Float32Run
from runs.float32.speed import SPEED_FILE, write_speed
from tests.runs.float32.made_run import make_run
from tests.runs.float32.test_check_facts import checked
from tests.runs.float32.test_speed import SPEED


@pytest.fixture
def run(tmp_path: Path) -> Float32Run:
    return Float32Run(make_run(tmp_path / "run"))


def test_what_was_not_checked_is_not_claimed(run: Float32Run) -> None:
    known = evidence(run.program(5))
    assert (known.max_ulp, known.exhaustive, known.specials, known.arithmetic) == (0.6, False, False, "flushed")
    assert (known.function, known.run, known.program, known.seed) == ("exp2", "run", "5", 7)
    assert known.cost == "3 slots, by weights"
    assert "--function=exp2" in known.command
    assert [what for what, _ in known.facts] == ["as compiled"]


def test_the_check_and_the_speed_are_evidence(run: Float32Run) -> None:
    checked(run.program(5), 0.75)
    write_speed(SPEED, run.path / SPEED_FILE)
    known = evidence(Float32Run(run.path).program(5))
    assert (known.max_ulp, known.exhaustive, known.where) == (0.75, True, 0.5)
    assert dict(known.facts)["correctly rounded"] == "71.429%"
    # another program was timed
    assert not any(what.startswith("beside") for what, _ in known.facts)


def test_a_file_that_is_there_is_not_overwritten(run: Float32Run) -> None:
    (run.path / "mine.py").write_text("mine")
    with pytest.raises(ValueError, match="exists and is not overwritten"):
        run.export("best", "numpy", run.path / "mine.py")
    assert (run.path / "mine.py").read_text() == "mine"
    with pytest.raises(ValueError, match="language 'fortran' is unknown"):
        run.export(None, "fortran")


def test_a_file_name_suits_its_language_and_its_folder_is_there(run: Float32Run, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a numpy export is a file that ends in \.py, not 'f\.txt'"):
        export_program(run.program(), "numpy", tmp_path / "f.txt")
    with pytest.raises(ValueError, match=r"there is no folder '.*missing' to export to"):
        export_program(run.program(), "c", tmp_path / "missing" / "f.c")
