"""Dates as days since 1970-01-01, the count of Arrow's date32 and of NumPy's datetime64[D]."""

from __future__ import annotations

from datetime import date, timedelta

_EPOCH = date(1970, 1, 1)


def day_of(text: str) -> int:
    """Returns the days since 1970-01-01 of a date.

    Raises:
        ValueError: when the text is not a date as YYYY-MM-DD.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20200131 and 2020-W05-5
    if day is None or day.isoformat() != text:
        raise ValueError(f"{text!r} is not a date of the calendar; write it as YYYY-MM-DD")
    return (day - _EPOCH).days


def day_text(day: int) -> str:
    """Writes the days since 1970-01-01 as YYYY-MM-DD."""
    return (_EPOCH + timedelta(days=day)).isoformat()
