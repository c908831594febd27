import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import primordia
from evaluators.norm_act_layers.images_file import load_images
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder
from runs.folder.table import part_paths, read_parquet
from runs.layers import problem
from runs.layers.job import NormActLayersJob
from runs.layers.run import LayersRun
from runs.layers.session import resume, start
from tests.runs.layers.toy import TOYS, toy_job, write_images

ROOT = Path(primordia.__file__).parent

pytestmark = pytest.mark.usefixtures("toys")


def content(path: Path) -> tuple[Any, ...]:
    """Returns all of a run that must not depend on when it was interrupted."""
    parts = [read_parquet(part).drop(["seconds", "stages"]) for part in part_paths(RunFolder(path).evaluations)]
    table = pa.concat_tables([part.cast(part.schema) for part in parts]).to_pydict()
    figures = [figure if figure == figure else None for figure in table.pop("figure")]
    progress = read_progress(RunFolder(path).checkpoint)
    return table, figures, read_parquet(RunFolder(path).front).to_pydict(), progress.counts, progress.rows


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem, "EVALUATORS", TOYS)
        return start(toy_job(folder)).path


def test_a_run_holds_every_candidate_its_images_and_what_each_stage_took(whole: Path) -> None:
    run = LayersRun(whole)
    table, _, front, counts, rows = content(whole)
    assert rows == len(table["id"]) == sum(counts.values()) == 90
    assert set(counts) >= {"scored", "rejected:gain"}
    assert sorted(front["id"]) == sorted(found.id or 0 for found in run.front)
    assert run.status == "the budget of candidates was spent"
    assert run.job.images.digest == problem.digest(load_images(whole / "images.npz"))
    stages = [dict(row) for row in run.table().to_table(["stages"])["stages"].to_pylist()]
    assert {tuple(row) for row in stages if row} == {("gain",), ("gain", "training")}


def test_killed_and_resumed_it_ends_as_the_whole_run(whole: Path) -> None:
    folder = whole.parent
    command = [sys.executable, "-m", "tests.runs.layers.toy", str(folder), "killed"]
    process = subprocess.Popen(command, cwd=ROOT)
    path = folder / "killed"
    while process.poll() is None and (not (path / "run.toml").exists() or read_progress(path / "checkpoint").rows < 30):
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert LayersRun(path).status == "killed"
    resume(path, {})
    assert content(path) == content(whole)


def test_a_spent_budget_is_refused_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    path = start(toy_job(tmp_path, candidates=20)).path
    with pytest.raises(ValueError, match="is spent; give more, such as --minutes or --candidates"):
        resume(path, {})
    assert resume(path, {"candidates": 40}).progress.rows == 40


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def _of_other_images(path: Path) -> None:
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["test_pixels"] = 255 - arrays["test_pixels"]
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_truncated, r"images\.npz': damaged or missing"),
        (Path.unlink, r"images\.npz': damaged or missing"),
        (lambda path: path.write_bytes(b"PK"), r"images\.npz'"),
        (lambda path: write_images(path) and None, r"images\.npz': damaged or missing"),
        (_of_other_images, r"images\.npz': they are of digest [0-9a-f]{16}, not [0-9a-f]{16}.*; restore them"),
    ],
)
def test_damaged_or_foreign_images_are_refused_and_nothing_changes(
    tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    path = start(toy_job(tmp_path, candidates=20)).path
    spoil(path / "images.npz")
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    with pytest.raises(ValueError, match=message) as caught:
        resume(path, {"candidates": 40})
    assert "\n" not in str(caught.value)
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before


def test_a_run_killed_before_it_had_its_images_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("runs.layers.session.write_images", die)
        with pytest.raises(KeyboardInterrupt):
            start(toy_job(tmp_path, candidates=20))
    assert not (tmp_path / "run" / "images.npz").exists()
    assert resume(tmp_path / "run", {}).progress.rows == 20


def _spoilt(folder: Path, change: Callable[[dict[str, Any]], None]) -> NormActLayersJob:
    with np.load(write_images(folder / "images.npz")) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(folder / "images.npz", **arrays)
    return toy_job(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.update(labels=arrays["labels"] - 1), "labels must be 0 or more, but has a label -1"),
        (lambda arrays: arrays.update(labels=0 * arrays["labels"]), "has one class only"),
        (lambda arrays: arrays.update(images=np.full((90, 4, 4, 1), np.nan)), "pixels must be finite"),
        (lambda arrays: arrays.update(images=arrays["images"][:, :3]), "must be square, not 3x4"),
        (lambda arrays: arrays.pop("labels"), "name them x_train and y_train or images and labels"),
    ],
)
def test_images_that_cannot_be_used_leave_no_folder(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    job = _spoilt(tmp_path, change)
    with pytest.raises(ValueError, match=message) as caught:
        start(job)
    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["images.npz"]


def test_a_batch_larger_than_the_data_leaves_no_folder(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    with pytest.raises(ValueError, match="batch_size must be at most the number of training images, 54, not 64"):
        start(replace(job, recipe=replace(job.recipe, batch_size=64)))
    assert not (tmp_path / "run").exists()


def test_a_repeated_run_needs_the_same_images(whole: Path, tmp_path: Path) -> None:
    from runs.job.source import load_job

    job = load_job(whole / "run.toml", out=str(tmp_path / "again"))
    assert content(start(job).path) == content(whole)  # type: ignore[arg-type]
    write_images(tmp_path / "other.npz", count=120)
    other = load_job(whole / "run.toml", out=str(tmp_path / "other"), data=str(tmp_path / "other.npz"))
    with pytest.raises(ValueError, match=r"other\.npz': they are of digest"):
        start(other)  # type: ignore[arg-type]
    assert not (tmp_path / "other").exists()


def test_a_language_that_is_not_there_is_refused_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a layer is not exported to 'cobol'"):
        start(toy_job(tmp_path, export=["cobol"]))
    assert not (tmp_path / "run").exists()
