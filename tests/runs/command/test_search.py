import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tomli_w

from runs import session as shared
from runs.command import cli
from runs.functions import session
from runs.functions.run import FunctionRun
from runs.interrupt import stop_requests
from runs.job.source import job_data
from tests.runs.functions.toy import toy_job, toy_problem


def _job_file(directory: Path, candidates: int) -> str:
    job = job_data(toy_job(directory / "run", candidates, prove=False, report=False))
    path = directory / "job.toml"
    path.write_text(tomli_w.dumps(job))
    return str(path)


@contextmanager
def _stop_requested_soon() -> Iterator[threading.Event]:
    with stop_requests() as stop:
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        yield stop


def test_a_search_ends_with_its_front_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))
    assert cli.main(["search", _job_file(tmp_path, 300)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("the budget of candidates was spent: 300 candidates in ")
    assert len(lines) == 1 + 1 + len(FunctionRun(tmp_path / "run").front) + 1
    assert lines[-1] == f"run     {tmp_path / 'run'}"


def test_ctrl_c_keeps_everything_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "job_problem", toy_problem(0.02))
    job = _job_file(tmp_path, 2000)
    monkeypatch.setattr(shared, "stop_requests", _stop_requested_soon)
    assert cli.main(["search", job]) == 130
    run = str(tmp_path / "run")
    assert capsys.readouterr().out.splitlines()[-1] == f"go on with: primordia resume {run}"
    done = FunctionRun(run).progress.rows
    assert 0 < done < 2000
    monkeypatch.setattr(shared, "stop_requests", stop_requests)
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))
    assert cli.main(["resume", run]) == 0
    assert FunctionRun(run).progress.rows == 2000
    assert cli.main(["resume", run]) == 2
    assert "is spent" in capsys.readouterr().err


def test_an_existing_output_folder_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))
    (tmp_path / "run").mkdir()
    assert cli.main(["search", _job_file(tmp_path, 300)]) == 2
    assert "exists already; name a new one with --out" in capsys.readouterr().err
    assert list((tmp_path / "run").iterdir()) == []
