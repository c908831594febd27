from dataclasses import replace
from pathlib import Path

import pytest

from engine.budget import StopReason
from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import CheckResult
from runs.finishing import finished
from runs.float32 import finishing
from runs.float32.checking.check_file import CheckFile
from runs.float32.checking.question import Question
from runs.float32.found_program import FoundProgram
from runs.float32.run import Float32Run
from runs.float32.speed import Speed
from runs.folder.front_file import read_front_file, write_front_file
from runs.folder.run_folder import RunFolder
from search_spaces.float32_functions.typed_program import encode
from tests.runs.float32.made_run import make_run, polynomial
from tests.runs.float32.test_speed import SPEED


@pytest.fixture
def worse_by(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Lets checks come to errors by encoded program, 0.1 by default, and times take nothing."""
    errors: dict[str, float] = {}

    def check(question: Question, path: Path, console: object) -> None:  # noqa: ARG001 - as the real one is called
        error = errors.get(question.subject, 0.1)
        figures = Figures(inputs=7, total_ulp=0.7, correct=5, worst=((error, 0.5, 1.4),))
        file = CheckFile(path, question, {})
        file.begin()
        file.end(CheckResult(question.target, "float32", "flushed", figures, (), 1.0, {}))

    def time_program(found: FoundProgram) -> Speed:
        return replace(SPEED, genome=found.genome)

    monkeypatch.setattr(finishing, "check", check)
    monkeypatch.setattr(finishing, "time_program", time_program)
    monkeypatch.setattr(finishing, "repair", lambda found, key: found.run)  # noqa: ARG005 - that mends nothing
    return errors


def test_what_the_job_asks_for_is_done_and_failures_do_not_stop_the_rest(
    tmp_path: Path, worse_by: dict[str, float]
) -> None:
    path = make_run(tmp_path / "run", export=["numpy", "jax"])
    (path / "exp2_float32_3_jax.py").write_text("in the way")
    # what the parabola really has; an export that claimed less would not pass its own test
    worse_by[Float32Run(path).best().genome] = 60.0
    steps = list(finishing.finish(Float32Run(path), None))
    assert [name for name, _ in steps] == ["check", "speed", "export", "export", "report"]
    assert steps[0][1] == "2 of 2 programs are within 1e+06 ULP on every input"
    assert steps[1][1].startswith("beside jnp.tanh: 0.100 against 0.250 ns per element")
    assert "60 ULP" in Path(steps[2][1]).read_text()
    assert "to jax failed" in steps[3][1]
    run = Float32Run(path)
    assert run.best().max_ulp == 60.0
    assert run.best().speed is not None
    assert "greatest error of every input 60 ULP" in (path / "report.html").read_text()


def test_a_program_that_fails_its_check_is_not_the_best(tmp_path: Path, worse_by: dict[str, float]) -> None:
    path = make_run(tmp_path / "run", max_ulp=0.9)
    before = Float32Run(path).best()
    worse_by[before.genome] = 0.95
    steps = dict(finishing.finish(Float32Run(path), None))
    assert steps["check"] == "1 of 2 programs are within 0.9 ULP on every input"
    assert Float32Run(path).best().id != before.id


def test_the_best_alone_is_checked_until_one_holds(tmp_path: Path, worse_by: dict[str, float]) -> None:
    path = make_run(tmp_path / "once", max_ulp=0.9, check="best")
    assert dict(finishing.finish(Float32Run(path), None))["check"].startswith("1 of 1")
    assert [found.check is not None for found in Float32Run(path).front] == [True, False]
    path = make_run(tmp_path / "twice", max_ulp=0.9, check="best")
    worse_by[Float32Run(path).best().genome] = 7.0
    assert dict(finishing.finish(Float32Run(path), None))["check"].startswith("1 of 2")


def test_a_program_little_beyond_the_bound_is_repaired_and_checked_again(
    tmp_path: Path, worse_by: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_run(tmp_path / "run", max_ulp=0.9, check="best")
    cheap = Float32Run(path).best()
    worse_by[cheap.genome] = 0.95
    repaired: list[int] = []

    def repair(found: FoundProgram, key: int) -> Float32Run:
        repaired.append(key)
        objectives, rows = read_front_file(found.run.folder.front)
        other = encode(polynomial(1.0, 0.69, 0.25 + key))
        worse_by[other] = 0.91 if key == 0 else 0.89
        changed = [replace(row, genome=other) if row.id == found.id else row for row in rows]
        write_front_file(found.run.folder.front, objectives, changed)
        return Float32Run(found.run.path)

    monkeypatch.setattr(finishing, "repair", repair)
    steps = dict(finishing.finish(Float32Run(path), None))
    assert steps["check"] == "1 of 1 programs are within 0.9 ULP on every input"
    assert repaired == [0, 1]
    best = Float32Run(path).best()
    assert (best.id, best.max_ulp, best.cost) == (cheap.id, 0.89, cheap.cost)


def test_checks_can_be_left_out(tmp_path: Path, worse_by: dict[str, float]) -> None:
    path = make_run(tmp_path / "run", check="none")
    assert "check" not in dict(finishing.finish(Float32Run(path), None))
    assert Float32Run(path).best().check is None
    assert not worse_by


def test_an_interrupted_check_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt("3 of 9 parts are kept")

    path = make_run(tmp_path / "run")
    monkeypatch.setattr(finishing, "check", stop)
    with pytest.raises(KeyboardInterrupt, match=r"3 of 9 parts are kept; .* go on with: primordia check .*run$"):
        list(finishing.finish(Float32Run(path), None))


def test_an_empty_front_is_said(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run")
    (path / "front.parquet").unlink()
    (path / "checkpoint" / "current.json").unlink()
    assert [name for name, _ in finishing.finish(Float32Run(path), None)] == ["front"]


def test_a_search_that_a_signal_stopped_is_left_as_it_is(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run")
    folder = RunFolder(path)
    folder.write_manifest(replace(folder.manifest(), reason=str(StopReason.REQUEST)))
    finished(Float32Run(path))
    assert not (path / "report.html").exists()
    assert not (path / "checks").exists()
