"""Values of Arrow columns as texts, numbers and days, whatever type they were stored in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from search_spaces.synthetic_data.grid import Numbers

NULL_SPELLINGS = ("", "?", "NA", "N/A", "na", "n/a", "NaN", "nan", "NULL", "Null", "null", "None", "none")
"""Texts that stand for a missing value, as far as the schema does not name them as categories."""

_EPOCH = date(1970, 1, 1).toordinal()

# whole numbers that surely fit into 64 bits; longer ones are beyond every range and need not be exact
_WHOLE = r"^-?([0-9]{1,18}|[0-8][0-9]{18})$"
_NUMBER = r"^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[iI]nf(inity)?)$"


def plain(values: pa.Array) -> pa.Array:
    """Returns a column without a dictionary.

    Raises:
        ValueError: for a type whose values are not single numbers, texts or times.
    """
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    kind = values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ValueError(f"holds values of type {kind}; store texts, numbers, dates or booleans")
    return values.cast(pa.string()) if pa.types.is_null(kind) else values


def texts(values: pa.Array) -> pa.Array:
    """Returns values as Arrow writes them; 1.0 is ``1`` and True is ``true``.

    Raises:
        ValueError: for bytes that are not UTF-8.
    """
    try:
        written = values.cast(pa.string())
        written.validate(full=True)
    except pa.ArrowInvalid:
        raise ValueError("holds texts that are not UTF-8; write the file again from decoded texts") from None
    return written


def numbers(values: pa.Array) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
    """Yields the places of values that are numbers or missing, and these numbers; NaN stands for missing.

    Whole numbers and others come apart, so that the whole ones stay exact.

    Args:
        values: without nulls, of any plain type.
    """
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        yield np.arange(len(values)), _numpy(values)
        return
    trimmed = pc.utf8_trim_whitespace(texts(values))
    whole = pc.match_substring_regex(trimmed, _WHOLE)
    other = pc.and_not(pc.match_substring_regex(trimmed, _NUMBER), whole)
    for found, kind in ((whole, pa.int64()), (other, pa.float64())):
        yield _places(found), _numpy(trimmed.filter(found).cast(kind))
    yield _missing(trimmed)


def days(values: pa.Array) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
    """Yields the places of values that are dates or missing, and their days since 1970-01-01; NaN stands for missing.

    Args:
        values: without nulls, of any plain type. Of times the date is kept, in their own time zone.
    """
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        yield np.arange(len(values)), _numpy(values.cast(pa.date32()).cast(pa.int32()))
        return
    trimmed = pc.utf8_trim_whitespace(texts(values))
    read = [(place, _day(text)) for place, text in enumerate(trimmed.to_pylist())]
    found = np.array([(place, day) for place, day in read if day is not None], dtype=np.int64).reshape(-1, 2)
    yield found[:, 0], found[:, 1]
    yield _missing(trimmed)


def _day(text: str) -> int | None:
    # Python also reads 20200131 and 2020-W05-5, which may as well be numbers or codes
    if text[4:5] != "-" or text[7:8] != "-":
        return None
    try:
        return datetime.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return None


def _missing(trimmed: pa.Array) -> tuple[NDArray[np.int64], Numbers]:
    places = _places(pc.is_in(trimmed, pa.array(NULL_SPELLINGS)))
    return places, np.full(len(places), np.nan)


def _places(found: pa.Array) -> NDArray[np.int64]:
    return np.flatnonzero(found.to_numpy(zero_copy_only=False))


def _numpy(values: pa.Array) -> Numbers:
    array: Numbers = values.to_numpy(zero_copy_only=False)
    return array
