import errno
import os
from pathlib import Path

import pytest

from runs.folder.atomic import check_format, write_atomically, write_directory_atomically


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_replaced_and_no_draft_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_keeps_the_former_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, b"one")
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(ValueError, match=r"no space left on the disk for .*a.txt.*repeat the command or resume"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_no_half_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(ValueError, match="no space left"):
        write_directory_atomically(tmp_path / "d", {"a": b"1"})
    assert list(tmp_path.iterdir()) == []


def test_other_errors_of_the_disk_are_not_called_full(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none/a.txt' cannot be written: No such file or directory; check that"):
        write_atomically(tmp_path / "none" / "a.txt", b"")


def test_a_directory_appears_whole(tmp_path: Path) -> None:
    write_directory_atomically(tmp_path / "d", {"a": b"1", "b": b"2"})
    assert {file.name: file.read_bytes() for file in (tmp_path / "d").iterdir()} == {"a": b"1", "b": b"2"}


def test_formats_are_told_apart(tmp_path: Path) -> None:
    check_format(1, tmp_path)
    with pytest.raises(ValueError, match="has format 2, this Primordia reads up to format 1; update Primordia"):
        check_format(2, tmp_path)
    with pytest.raises(ValueError, match="Primordia did not write it"):
        check_format(None, tmp_path)
