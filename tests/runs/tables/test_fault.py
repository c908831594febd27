import pytest

from runs.tables.fault import SHOWN_CHARACTERS, PrivateDataError, quoted


def test_it_is_the_mistake_of_a_user() -> None:
    with pytest.raises(ValueError, match="one line"):
        raise PrivateDataError("one line")


def test_a_quoted_value_is_one_short_line() -> None:
    assert quoted("a\nb'c") == '"a\\nb\'c"'
    long = quoted("x" * 1000)
    assert len(long) == SHOWN_CHARACTERS
    assert (long[:3], long[-4:]) == ("'xx", "...'")
