from pathlib import Path

import pytest

import primordia
from runs.functions import session
from tests.runs.functions.made_run import make_run
from tests.runs.functions.toy import toy_problem


def test_a_run_is_searched_opened_and_resumed_from_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))
    path = tmp_path / "run"
    run = primordia.search("exp2", candidates=2048, workers=0, seed=3, islands=1, max_operations=6, out=str(path))
    assert run.progress.rows == 2048
    assert run.report().exists()
    again = primordia.open_run(path)
    assert [found.id for found in again.front] == [found.id for found in run.front]
    assert primordia.resume(path, candidates=2100).progress.rows == 2100


def test_mistakes_are_value_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="did you mean 'minutes'"):
        primordia.search("exp2", minuts=3)
    with pytest.raises(ValueError, match="no run folder"):
        primordia.open_run(tmp_path)


def test_a_program_proves_and_exports_itself(tmp_path: Path) -> None:
    found = primordia.open_run(make_run(tmp_path / "run")).program("3ops")
    assert found.prove().bound >= found.prove().measured
    namespace: dict[str, object] = {}
    exec(found.export("numpy", tmp_path / "exp2.py").read_text(), namespace)
    assert namespace["exp2"](0.25) == found(0.25)  # type: ignore[operator]


def test_nothing_of_ours_is_shadowed_here() -> None:
    assert primordia.shadowed() == ""
