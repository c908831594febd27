import numpy as np
import pytest

from search_spaces.synthetic_data.days import day_of, day_text


@pytest.mark.parametrize("text", ["1970-01-01", "1969-12-31", "2000-02-29", "0001-01-01", "9999-12-31"])
def test_days_are_numpys_days(text: str) -> None:
    assert day_of(text) == np.datetime64(text, "D").astype(int)
    assert day_text(day_of(text)) == text


@pytest.mark.parametrize("text", ["2021-02-29", "20200131", "2020-W05-5", "2020", "31.1.2020", "", "10000-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date of the calendar; write it as YYYY-MM-DD"):
        day_of(text)
