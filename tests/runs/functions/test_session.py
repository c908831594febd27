import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import primordia
from runs.folder import atomic
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder
from runs.folder.table import part_paths, read_parquet
from runs.functions import session
from runs.functions.run import FunctionRun
from runs.functions.session import resume, start
from tests.runs.functions.toy import toy_job, toy_problem

ROOT = Path(primordia.__file__).parent


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))


def _content(path: Path) -> tuple[Any, ...]:
    """Returns all of a run that must not depend on when it was interrupted."""
    parts = [read_parquet(part).drop(["seconds"]) for part in part_paths(RunFolder(path).evaluations)]
    table = pa.concat_tables([part.cast(part.schema) for part in parts]).to_pydict()
    figures = [figure if figure == figure else None for figure in table.pop("figure")]
    progress = read_progress(RunFolder(path).checkpoint)
    front = read_parquet(RunFolder(path).front).to_pydict()
    return table, figures, front, progress.counts, progress.rows


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "job_problem", toy_problem(0.0))
        start(toy_job(path, 1500))
    return path


def test_a_run_holds_every_candidate_once(whole: Path) -> None:
    run = FunctionRun(whole)
    table, _, front, counts, rows = _content(whole)
    assert rows == len(table["id"]) == sum(counts.values()) == 1500
    assert table["id"] == sorted(set(table["id"]))
    assert set(counts) >= {"scored", "rejected:unlucky", "duplicate"}
    assert front["id"] == [found.id for found in run.front]
    assert run.status == "the budget of candidates was spent"
    assert {"start", "stop"} <= {
        json.loads(line)["event"] for line in (whole / "events.jsonl").read_text().splitlines()
    }


def test_the_front_is_that_of_the_table(whole: Path) -> None:
    table = _content(whole)[0]
    best: dict[float, float] = {}
    for size, error in zip(table["operations"], table["max_relative_error"], strict=True):
        if error is not None:
            best[size] = min(error, best.get(size, 1.0))
    expected = [(n, e) for n, e in sorted(best.items()) if all(e < best[m] for m in best if m < n)]
    assert [tuple(found.objectives.values()) for found in FunctionRun(whole).front] == expected


def test_killed_at_random_moments_and_resumed_it_ends_as_the_whole_run(whole: Path, tmp_path: Path) -> None:
    rng = random.Random(time.time_ns())
    path = tmp_path / "killed"
    command = [sys.executable, "-m", "tests.runs.functions.toy", str(path), "1500", "0"]
    kills = 0
    for attempt in range(8):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
        assert process.stderr
        if attempt < 3:
            goal = rng.randint(0, 300 * attempt + 200)
            while process.poll() is None and (not path.exists() or read_progress(path / "checkpoint").rows < goal):
                time.sleep(0.002)
            time.sleep(rng.random() * 0.03)
            process.kill()
        error = process.stderr.read()
        process.stderr.close()
        if process.wait() == -signal.SIGKILL:
            kills += 1
            continue
        assert process.returncode == 0, error.decode()
        break
    assert kills >= 2
    assert FunctionRun(path).status == "the budget of candidates was spent"
    assert _content(path) == _content(whole)


@pytest.mark.slow
@pytest.mark.parametrize("num", [1, 2, 5])
def test_any_number_of_workers_gives_the_same_run(whole: Path, tmp_path: Path, num: int) -> None:
    path = tmp_path / "run"
    job = toy_job(path, 1500)
    start(replace(job, workers=replace(job.workers, num=num)))
    assert _content(path) == _content(whole)


def test_rows_beyond_the_checkpoint_are_dropped_on_resume(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "died"

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    from runs.folder import writer

    count = iter(range(100))
    original = writer.write_checkpoint
    with monkeypatch.context() as patch:
        patch.setattr(writer, "write_checkpoint", lambda *a: die() if next(count) == 7 else original(*a))
        with pytest.raises(KeyboardInterrupt):
            start(toy_job(path, 1500, checkpoint_seconds=0.0))
    rows = sum(len(read_parquet(part)) for part in part_paths(RunFolder(path).evaluations))
    assert rows > read_progress(path / "checkpoint").rows
    assert FunctionRun(path).status == "killed"
    resume(path, {})
    assert _content(path) == _content(whole)


def test_a_stop_request_keeps_everything_and_resume_goes_on(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stopped"
    monkeypatch.setattr(session, "job_problem", toy_problem(0.01))
    before = signal.getsignal(signal.SIGINT)
    threading.Timer(0.25, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    run = start(toy_job(path, 1500))
    assert run.status == "a stop was requested"
    assert 0 < run.progress.rows < 1500
    assert _content(path)[4] == run.progress.rows
    assert signal.getsignal(signal.SIGINT) is before
    monkeypatch.setattr(session, "job_problem", toy_problem(0.0))
    resume(path, {})
    assert _content(path) == _content(whole)


def test_a_spent_budget_is_refused_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "small"
    start(toy_job(path, 500))
    with pytest.raises(ValueError, match="is spent; give more, such as --minutes or --candidates"):
        resume(path, {})
    run = resume(path, {"candidates": 900})
    assert run.progress.rows == 900
    assert run.manifest.job.budget.candidates == 900


def test_a_target_error_stops_the_search(tmp_path: Path) -> None:
    path = tmp_path / "target"
    start(toy_job(path, 50))
    run = resume(path, {"target_error": 1e-9})
    assert run.status == "every target was reached"
    assert min(found.objectives["max_relative_error"] for found in run.front) <= 1e-9


def test_a_time_budget_counts_over_resumes(tmp_path: Path) -> None:
    path = tmp_path / "timed"
    start(toy_job(path, 100))
    run = resume(path, {"minutes": 0.01})
    assert run.status == "the budget of time was spent"
    assert 0.6 <= run.progress.seconds < 2.0


def test_a_full_disk_is_one_line_and_the_last_checkpoint_stays(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "full"
    original, written = os.fsync, iter(range(10**6))

    def fsync(descriptor: int) -> None:
        if next(written) >= 60:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        original(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", fsync)
        with pytest.raises(ValueError, match=r"no space left on the disk for .*resume the run") as caught:
            start(toy_job(path, 1500, checkpoint_seconds=0.0))
    assert "\n" not in str(caught.value)
    assert FunctionRun(path).status == "killed"
    assert 0 < FunctionRun(path).progress.rows < 1500
    resume(path, {})
    assert _content(path) == _content(whole)


def test_a_run_that_another_process_writes_is_not_resumed(whole: Path) -> None:
    before = (whole / "run.toml").read_bytes()
    with RunFolder(whole).writing(), pytest.raises(ValueError, match="written by another process"):
        resume(whole, {"candidates": 4000})
    assert (whole / "run.toml").read_bytes() == before


def test_a_bad_job_leaves_no_folder(tmp_path: Path) -> None:
    job = toy_job(tmp_path / "bad", 100)
    with pytest.raises(ValueError, match="not registered"):
        start(replace(job, space=replace(job.space, operations=("pow",))))
    assert not (tmp_path / "bad").exists()


@pytest.mark.parametrize("state", [{}, {"islands": 3}, {"islands": [{"island": 0}], "failures": []}])
def test_a_resume_that_is_refused_changes_nothing(whole: Path, tmp_path: Path, state: dict[str, Any]) -> None:
    path = shutil.copytree(whole, tmp_path / "run")
    (broken,) = path.glob("checkpoint/*/state.json")
    broken.write_text(json.dumps({"primordia.format": 1, "state": state}))
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    with pytest.raises(ValueError, match=r"holds no state of a search .*restore it"):
        resume(path, {"candidates": 2000})
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before
