from dataclasses import replace
from pathlib import Path

from engine.budget import StopReason
from runs.finishing import finished
from runs.folder.run_folder import RunFolder
from runs.functions.finishing import finish
from runs.functions.run import FunctionRun
from tests.runs.functions.made_run import make_run


def test_what_the_job_asks_for_is_done_and_failures_do_not_stop_the_rest(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run", export=["numpy", "latex"])
    (path / "exp2-3ops-5-numpy.py").write_text("in the way")
    steps = list(finish(FunctionRun(path)))
    assert [name for name, _ in steps] == ["prove", "export", "export", "report"]
    assert steps[0][1] == "2 of 2 programs proven"
    assert "to numpy failed" in steps[1][1]
    assert (path / "exp2-3ops-5-numpy.py").read_text() == "in the way"
    assert Path(steps[2][1]).suffix == ".tex"
    assert "<svg" in (path / "report.html").read_text()


def test_an_empty_front_is_said(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run")
    (path / "front.parquet").unlink()
    (path / "checkpoint" / "current.json").unlink()
    assert [name for name, _ in finish(FunctionRun(path))] == ["front"]


def test_a_search_that_a_signal_stopped_is_left_as_it_is(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run")
    folder = RunFolder(path)
    folder.write_manifest(replace(folder.manifest(), reason=str(StopReason.REQUEST)))
    assert finished(FunctionRun(path)).front[0].proven is None
    assert not (path / "report.html").exists()
