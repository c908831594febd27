from pathlib import Path

import pytest

from runs.command.listing import list_runs
from runs.folder.run_folder import RunFolder
from tests.runs.functions.made_run import make_run


def test_each_run_is_one_line_a_broken_one_with_its_reason(tmp_path: Path) -> None:
    make_run(tmp_path / "one")
    make_run(tmp_path / "two")
    make_run(tmp_path / "broken")
    (tmp_path / "broken" / "run.toml").write_text("[primordia]\nformat = 9\n")
    make_run(tmp_path / "odd")
    (tmp_path / "odd" / "checkpoint" / "current.json").unlink()
    (tmp_path / "odd" / "checkpoint" / "current.json").mkdir()
    (tmp_path / "no-run").mkdir()
    with RunFolder(tmp_path / "two").writing():
        lines = list(list_runs(tmp_path))
    assert len(lines) == 5
    assert lines[0].split() == ["run", "started", "status", "candidates", "time", "front", "best", "error"]
    by_name = {Path(line.split()[0]).name: line for line in lines[1:]}
    assert by_name["one"].split()[-4:] == ["6", "0:02", "2", "1.00e-2"]
    assert " candidates " in by_name["one"]
    assert " running " in by_name["two"]
    assert "has format 9" in by_name["broken"]
    assert "Is a directory" in by_name["odd"]


def test_no_runs_are_said(tmp_path: Path) -> None:
    assert list(list_runs(tmp_path)) == [f"no runs in {tmp_path}; start one with: primordia search exp2"]
    with pytest.raises(ValueError, match="no directory"):
        list(list_runs(tmp_path / "none"))
