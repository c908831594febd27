from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runs.privacy.answers_file import move_into_place, pack, unpack, write_draft


@pytest.mark.parametrize(
    "answers",
    [np.arange(-3, 9), np.array([2**63 - 1, -(2**63)]), np.zeros(0, np.int64), np.ones((2, 3)), np.array([True])],
)
def test_answers_are_kept_with_what_is_said_of_them(answers: NDArray[Any]) -> None:
    kept, said = unpack(pack(answers, {"id": "0-0", "what": "größe", "rho": 0.1}))
    np.testing.assert_array_equal(kept, answers)
    assert kept.dtype == answers.dtype
    assert said == {"id": "0-0", "what": "größe", "rho": 0.1}


def test_numpy_opens_a_file_of_answers_without_our_help(tmp_path: Path) -> None:
    draft, path = tmp_path / "a.draft", tmp_path / "a.npz"
    write_draft(draft, pack(np.arange(5), {"id": "a"}))
    move_into_place(draft, path)
    assert not draft.exists()
    with np.load(path, allow_pickle=False) as opened:
        assert opened["answers"].tolist() == [0, 1, 2, 3, 4]


def test_objects_are_never_written() -> None:
    with pytest.raises(ValueError, match="a release holds numbers, not object"):
        pack(np.array([None]), {})


@pytest.mark.parametrize("cut", [0, 10, -1])
def test_broken_files_are_refused(cut: int) -> None:
    whole = pack(np.arange(100), {"id": "a"})
    with pytest.raises(ValueError, match="not the file of a release"):
        unpack(whole[:cut])


def test_pickles_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", answers=np.array([{}], dtype=object), release=np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match="not the file of a release"):
        unpack((tmp_path / "a.npz").read_bytes())
