import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import primordia
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder
from runs.folder.table import part_paths, read_parquet
from runs.synthesis import problem, turns
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.run import ENDED, SynthesisRun
from runs.synthesis.schema_file import PrivacyWarning, read_schema
from runs.synthesis.session import resume, start
from runs.tables.fault import PrivateDataError
from runs.tables.reader import read_codes
from tests.runs.synthesis.toy import toy_job, write_inputs

ROOT = Path(primordia.__file__).parent


def content(path: Path) -> tuple[Any, ...]:
    """Returns all of a run that depends on nothing but its noisy answers and its seed."""
    parts = [read_parquet(part).drop(["seconds", "figure"]) for part in part_paths(RunFolder(path).evaluations)]
    table = pa.concat_tables([part.cast(part.schema) for part in parts]).to_pydict()
    progress = read_progress(RunFolder(path).checkpoint)
    return table, progress.counts, progress.front, SynthesisRun(path).codes.tolist()


def answers(path: Path) -> dict[str, bytes]:
    files = [path / "ledger.jsonl", *sorted((path / "answers").iterdir())]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("mechanism", ["one_shot", "adaptive"])
def test_a_run_ends_with_a_table_and_a_ledger_that_says_what_it_cost(inputs: Path, mechanism: str) -> None:
    run = start(toy_job(inputs, mechanism=mechanism))
    assert run.status == ENDED
    table = content(run.path)[0]
    assert table["id"] == sorted(set(table["id"]))
    stages = run.progress.stage.number + 1
    assert len(table["id"]) == run.progress.rows == 6 + 2 * (stages - 1)
    assert (stages == 1) == (mechanism == "one_shot")
    codes = read_codes(run.table_path, run.schema).codes
    np.testing.assert_array_equal(codes, run.codes)
    assert codes.shape == (30, 3)
    assert not np.any((codes[:, 0] == 2) & (codes[:, 2] == 1)), "no blue one is sold"
    assert 0 < run.ledger.spent <= run.ledger.terms.budget.rho * (1 + 1e-9)
    assert run.loss == min(table["normalized_loss"][-6 if stages == 1 else -2 :])


def test_the_table_follows_the_noisy_answers(inputs: Path) -> None:
    job = toy_job(inputs, epsilon=1e4, changes={"evolution": {"sweeps": 100, "sweeps_per_epoch": 50}})
    run = start(job)
    private = read_codes(inputs / "data.csv", run.schema).codes
    for query in run.problem.queries:
        ours, theirs = query.answers(run.codes) / 30, query.answers(private) / 60
        assert np.abs(ours - theirs).max() < 0.05


@pytest.mark.parametrize("mechanism", ["adaptive", pytest.param("one_shot", marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_goes_on_with_no_second_look(inputs: Path, mechanism: str) -> None:
    rng = random.Random(time.time_ns())
    path = inputs / "killed"
    command = [sys.executable, "-m", "tests.runs.synthesis.toy", str(inputs), "killed", mechanism]
    kills, held = 0, dict[str, bytes]()
    for attempt in range(6):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
        assert process.stderr
        if attempt < 2:
            while process.poll() is None and not (path / "ledger.jsonl").exists():
                time.sleep(0.002)
            time.sleep(rng.random() * 0.5)
            process.kill()
        error = process.stderr.read()
        process.stderr.close()
        code = process.wait()
        if (path / "ledger.jsonl").exists():
            lines = (path / "ledger.jsonl").read_bytes()
            assert lines.startswith(held.get("ledger.jsonl", b"").rpartition(b"\n")[0])
            held = {"ledger.jsonl": lines}
        if code == -signal.SIGKILL:
            kills += 1
            continue
        assert code == 0, error.decode()
        break
    assert kills
    run = SynthesisRun(path)
    assert run.status == ENDED
    assert len({release.id for release in run.ledger.releases}) == len(run.ledger.releases)
    assert run.ledger.spent <= run.ledger.terms.budget.rho * (1 + 1e-9)
    # the same noisy answers and the same seed give the same table in one go
    whole = inputs / "whole"
    (whole / "private").mkdir(parents=True)
    for name in ("ledger.jsonl", "answers", "private/dataset.key"):
        (shutil.copytree if name == "answers" else shutil.copy)(path / name, whole / name)
    job = toy_job(inputs, "again", mechanism=mechanism, ledger=str(whole))
    again = start(job)
    assert answers(whole) == answers(path)
    assert content(again.path)[:2] == content(path)[:2]
    assert content(again.path)[3] == content(path)[3]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("place", ["search", "write_codes", "write_synthetic_table"])
def test_died_between_two_steps_it_goes_on_without_the_data(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def die(*_: object) -> None:
        raise Killed

    path = inputs / "run"
    with monkeypatch.context() as patch:
        patch.setattr(turns, place, die)
        with pytest.raises(Killed):
            start(toy_job(inputs))
    assert SynthesisRun(path).status == "killed"
    before = answers(path)
    (inputs / "data.csv").unlink()
    (inputs / "schema.toml").unlink()
    resumed = resume(path, {})
    assert resumed.status == ENDED
    assert answers(path) == before
    assert len(resumed.codes) == 30
    with pytest.raises(ValueError, match="came to its end, so nothing is left to do"):
        resume(path, {"minutes": 3})


def test_a_resume_that_has_to_ask_checks_that_the_table_is_the_same(
    inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    path = inputs / "run"
    with monkeypatch.context() as patch:
        patch.setattr(turns, "search", die)
        with pytest.raises(Killed):
            start(toy_job(inputs, mechanism="adaptive"))
    write_inputs(inputs, seed=4)
    before = answers(path)
    with pytest.raises(ValueError, match="of another data set"):
        resume(path, {})
    assert answers(path) == before
    write_inputs(inputs)
    assert resume(path, {}).status == ENDED


def test_the_seed_is_that_of_the_evolution_only(inputs: Path) -> None:
    first, second = (start(toy_job(inputs, name, epsilon=1.0)) for name in ("one", "two"))
    assert answers(first.path) != answers(second.path)
    shared = str(inputs / "shared")
    runs = [start(toy_job(inputs, f"shared-{i}", ledger=shared, seed=seed)) for i, seed in enumerate((5, 5, 6))]
    assert len(runs[-1].ledger.releases) == 3
    assert content(runs[0].path) == content(runs[1].path)
    assert content(runs[0].path)[3] != content(runs[2].path)[3]


def test_a_spent_or_foreign_ledger_is_refused_before_there_is_a_folder(inputs: Path) -> None:
    shared = inputs / "shared"
    start(toy_job(inputs, "first", ledger=str(shared)))
    before = answers(shared)
    for options, message in (
        ({"queries": ["marginals:1", "marginals:2"]}, r"epsilon 2\.0, delta 1e-06 by pld on 3 changed"),
        ({"epsilon": 3.0}, "not for epsilon 3.0"),
        ({"neighbours": "replace"}, "for neighbours by add_remove, not by replace"),
    ):
        with pytest.raises(ValueError, match=message):
            start(toy_job(inputs, "second", ledger=str(shared), **options))
    write_inputs(inputs, seed=9)
    with pytest.raises(ValueError, match="of another data set"):
        start(toy_job(inputs, "second", ledger=str(shared / "ledger.jsonl")))
    assert answers(shared) == before
    assert not (inputs / "second").exists()


def test_a_stop_request_keeps_everything_and_resume_goes_on(inputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {"synthetic_data": "tests.runs.synthesis.toy:build_slowly"}
    monkeypatch.setattr(problem, "EVALUATORS", slow)
    job = toy_job(inputs, changes={"evolution": {"sweeps": 40}})
    threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    run = start(job)
    assert run.status == "a stop was requested"
    assert 0 < run.progress.rows < 80
    assert run.table_path.exists()
    before = answers(run.path)
    resumed = resume(run.path, {})
    assert (resumed.status, resumed.progress.rows) == (ENDED, 80)
    assert answers(run.path) == before


def test_a_budget_ends_it_early_and_a_larger_one_goes_on(inputs: Path) -> None:
    run = start(toy_job(inputs, candidates=2))
    assert (run.status, run.progress.rows) == ("the budget of candidates was spent", 2)
    with pytest.raises(ValueError, match=r"budget of .* is spent; give more, such as --min"):
        resume(run.path, {})
    assert resume(run.path, {"candidates": 100}).progress.rows == 6
    start(toy_job(inputs, "whole", ledger=str(run.path)))
    assert content(inputs / "whole") == content(run.path)


def test_no_time_for_a_table_is_said_and_more_time_helps(inputs: Path) -> None:
    path = inputs / "run"
    with pytest.raises(ValueError, match="was spent before a table was made; give more: primordia resume RUN --min"):
        start(toy_job(inputs, minutes=1e-9))
    assert resume(path, {"minutes": 5}).status == ENDED


@pytest.mark.slow
def test_ray_workers_make_the_same_tables(inputs: Path) -> None:
    serial = start(toy_job(inputs, "serial", mechanism="adaptive"))
    parallel = start(toy_job(inputs, "parallel", mechanism="adaptive", workers=2, ledger=str(serial.path)))
    assert content(parallel.path) == content(serial.path)


def test_public_data_are_where_evolution_starts(inputs: Path) -> None:
    lines = (inputs / "data.csv").read_text().splitlines()
    (inputs / "public.csv").write_text("\n".join([lines[0], *["green,2,false"] * 30]) + "\n")
    job = toy_job(inputs, public=str(inputs / "public.csv"), changes={"evolution": {"sweeps": 1}}, islands=1)
    run = start(job)
    assert (run.codes == [1, 1, 0]).all(axis=1).sum() >= 10
    (inputs / "public.csv").write_text(lines[0] + "\nyellow,2,false\n")
    with pytest.raises(ValueError, match=r"public\.csv.*'yellow'"):
        start(toy_job(inputs, "other", public=str(inputs / "public.csv")))


def test_the_number_of_rows_is_noted_only_where_it_is_public(inputs: Path) -> None:
    public = start(toy_job(inputs, "public", neighbours="replace", rows=0))
    assert (public.job.data.rows, len(public.codes)) == (60, 60)
    private = start(toy_job(inputs, "private", rows=0, epsilon=1e4))
    assert private.job.data.rows == 0
    assert len(private.codes) == pytest.approx(60, abs=2)
    with pytest.raises(ValueError, match=r"has 60 rows, not 7 as \[data\] rows says"):
        start(toy_job(inputs, "wrong", neighbours="replace", changes={"data": {"rows": 7}}))


def test_nothing_private_is_left_where_it_could_be_released(inputs: Path) -> None:
    """Looks for what stands out: a category's spelling is public, an exact count or a row's place is not."""
    run = start(toy_job(inputs, rows=0, changes={"output": {"private_evaluation": True}}))
    exact = read_codes(inputs / "data.csv", run.schema).codes
    for file in run.path.rglob("*"):
        if file.is_file() and "private" not in file.relative_to(run.path).parts:
            assert exact.tobytes() not in file.read_bytes()
            if file.suffix in (".toml", ".json", ".jsonl"):
                assert "60 " not in file.read_text()
    assert (run.path / "private").stat().st_mode & 0o077 == 0
    setup = turns._Turns(run.folder, run.problem, None, run.path)  # type: ignore[arg-type]
    assert "codes" not in json.dumps(setup.problem.evaluator(run.path, [], 1.0, run.job.evolution).arguments)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace("red", "rot", 1), "unknown value 'rot'"),
        (lambda text: text.replace("colour,", "color,", 1), "has no column 'colour'"),
        (lambda text: text + "red,9,true\n", "must be from 1 to 4, not '9'"),
        (lambda text: text + 'red,"1,true\n', "quot"),
        (lambda text: text.replace("size", "colour", 1), "both named 'colour'"),
    ],
)
def test_bad_data_leave_no_folder(inputs: Path, edit: Any, message: str) -> None:
    data = inputs / "data.csv"
    data.write_text(edit(data.read_text()))
    with pytest.raises(PrivateDataError, match=message) as caught:
        start(toy_job(inputs))
    assert "\n" not in str(caught.value)
    assert not (inputs / "run").exists()


def test_other_bad_input_leaves_no_folder(inputs: Path) -> None:
    for options, message in (
        ({"data": ""}, r"\[data\] needs the path of the private table; give one, such as --data"),
        ({"schema": ""}, "a schema is needed, for one inferred from private data leaks"),
        ({"ray": "localhost:1", "workers": 1}, "no Ray cluster at localhost:1"),
        ({"queries": ["marginals:5"]}, "order must be at most"),
    ):
        with pytest.raises(ValueError, match=message):
            start(toy_job(inputs, **options))
    assert not (inputs / "run").exists()


@pytest.mark.parametrize("rows", [0, 1])
def test_tiny_tables_are_no_special_case(inputs: Path, rows: int) -> None:
    write_inputs(inputs, rows=rows)
    run = start(toy_job(inputs, rows=0))
    assert run.status == ENDED
    assert len(run.codes) >= 1
    if not rows:
        with pytest.raises(ValueError, match="has no rows, and neighbours = 'replace' makes that public"):
            start(toy_job(inputs, "other", neighbours="replace"))


def test_a_delta_that_hides_nobody_is_said_to_the_owner_only(inputs: Path) -> None:
    with pytest.warns(PrivacyWarning, match="delta = 0.1 is not below 1/rows = 0.017"):
        run = start(toy_job(inputs, delta=0.1))
    assert "0.017" not in "".join(file.read_text() for file in run.path.glob("*.*l"))


def test_the_private_table_is_freed_once_nothing_more_is_asked(inputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = []
    monkeypatch.setattr(PrivateTable, "forget", lambda self: forgotten.append(self.path))
    start(toy_job(inputs))
    assert set(forgotten) == {inputs / "data.csv"}


def test_a_run_without_its_schema_takes_the_jobs(inputs: Path) -> None:
    run = start(toy_job(inputs, candidates=2))
    (run.path / "schema.toml").unlink()
    assert resume(run.path, {"candidates": 4}).schema == read_schema(inputs / "schema.toml")
