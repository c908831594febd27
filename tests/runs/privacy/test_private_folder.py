import os
import stat
from pathlib import Path

import pytest

from runs.privacy.private_folder import private_folder


def test_the_private_folder_says_so_and_only_its_owner_opens_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        private = private_folder(tmp_path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert (private / "README.txt").read_text().startswith("PRIVATE: not for release")
    assert private_folder(tmp_path) == private


def test_a_run_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"absent/private' cannot be written"):
        private_folder(tmp_path / "absent")
