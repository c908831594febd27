import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from runs.folder import checkpoint
from runs.folder.checkpoint import Progress, Stage, State, read_progress, read_state, write_checkpoint
from runs.folder.front import FrontEntry

PROGRESS = Progress(1, 12, 3.5, {"scored": 10, "rejected:pole": 2}, (FrontEntry(7, (3.0, 1e-3), "g"),))
STATE = State({"epoch": 3, "islands": [{"a": None}]}, {"cache": np.arange(5), "best": np.array([0.1, np.inf])})


def test_a_checkpoint_survives_the_disk(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, PROGRESS, STATE)
    progress = read_progress(tmp_path)
    state = read_state(tmp_path, progress)
    assert progress == PROGRESS
    assert state.data == STATE.data
    assert set(state.arrays) == set(STATE.arrays)
    for name, array in STATE.arrays.items():
        np.testing.assert_array_equal(state.arrays[name], array, strict=True)


def test_only_the_newest_checkpoint_stays(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_checkpoint(tmp_path, dataclasses.replace(PROGRESS, number=number), STATE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-000003", "current.json"]


def test_dying_before_the_pointer_moved_leaves_the_former_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_checkpoint(tmp_path, PROGRESS, STATE)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    second = dataclasses.replace(PROGRESS, number=2, rows=20)
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "write_atomically", die)
        with pytest.raises(KeyboardInterrupt):
            write_checkpoint(tmp_path, second, STATE)
    assert read_progress(tmp_path) == PROGRESS
    assert read_state(tmp_path, PROGRESS).data == STATE.data
    write_checkpoint(tmp_path, second, STATE)
    assert read_progress(tmp_path) == second


def test_a_folder_without_checkpoint_has_no_progress(tmp_path: Path) -> None:
    assert read_progress(tmp_path) == Progress()


def test_pickled_arrays_are_never_read_nor_written(tmp_path: Path) -> None:
    objects = State({}, {"a": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match=r"(?i)object"):
        write_checkpoint(tmp_path, PROGRESS, objects)
    write_checkpoint(tmp_path, PROGRESS, STATE)
    np.savez(tmp_path / "checkpoint-000001" / "arrays.npz", **objects.arrays)
    with pytest.raises(ValueError, match=r"arrays\.npz"):
        read_state(tmp_path, PROGRESS)


@pytest.mark.parametrize("name", ["arrays.npz", "state.json"])
def test_a_truncated_checkpoint_is_refused_by_name(tmp_path: Path, name: str) -> None:
    write_checkpoint(tmp_path, PROGRESS, STATE)
    path = tmp_path / "checkpoint-000001" / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match=f"{name}.*truncated"):
        read_state(tmp_path, PROGRESS)
    path.unlink()
    with pytest.raises(ValueError, match=f"{name}.*missing"):
        read_state(tmp_path, PROGRESS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "truncated or no JSON"),
        ("[]", "no file of Primordia"),
        ("{}", "did not write it"),
        (json.dumps({"primordia.format": 2}), "has format 2"),
        (json.dumps({"primordia.format": 1, "number": 1}), "no checkpoint of Primordia"),
    ],
)
def test_a_broken_pointer_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "current.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        read_progress(tmp_path)


def test_a_checkpoint_says_which_search_of_the_run_is_under_way(tmp_path: Path) -> None:
    staged = dataclasses.replace(PROGRESS, stage=Stage(2, 8, 1.25))
    write_checkpoint(tmp_path, staged, STATE)
    assert read_progress(tmp_path) == staged


def test_a_checkpoint_from_before_there_were_stages_is_of_the_first(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, PROGRESS, STATE)
    pointer = json.loads((tmp_path / "current.json").read_text())
    del pointer["stage"]
    (tmp_path / "current.json").write_text(json.dumps(pointer))
    assert read_progress(tmp_path) == PROGRESS
