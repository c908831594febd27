import math

import pytest

from runs.images.extra import require


def test_a_package_that_is_there_is_imported():
    assert require("math", "mathematics") is math


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(
        ValueError, match=r"need pixie to be read, which is not installed; pip install primordia\[layers\]"
    ):
        require("pixie.dust", "pixie")
