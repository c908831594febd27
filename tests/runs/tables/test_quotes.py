import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs.tables.quotes import WatchedStream


def _passed(text: bytes, size: int) -> tuple[bytes, bool]:
    stream = WatchedStream(io.BytesIO(text))
    chunks = []
    while chunk := stream.read(size):
        chunks.append(chunk)
    return b"".join(chunks), stream.suspicious


def _python_reads(text: str) -> bool:
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return False
    return True


@given(st.text('a",\n', max_size=12), st.integers(1, 5))
def test_whatever_python_refuses_is_suspicious(text: str, size: int) -> None:
    if not _python_reads(text):
        assert _passed(text.encode(), size)[1]


@given(st.lists(st.lists(st.text('a",\r\n ', max_size=4), min_size=1), max_size=4), st.integers(1, 5))
def test_what_python_writes_is_not(rows: list[list[str]], size: int) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    text = file.getvalue().encode()
    assert _passed(text, size) == (text, False)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_the_last_line_is_ended_once(size: int) -> None:
    assert _passed(b"a,b", size) == (b"a,b\n", False)
    assert _passed(b"a,b\n", size) == (b"a,b\n", False)
    assert _passed(b"a,b\r", size) == (b"a,b\r", False)


def test_closing_the_view_leaves_the_stream_open() -> None:
    stream = io.BytesIO(b"a")
    view = WatchedStream(stream)
    view.close()
    assert view.closed
    assert not stream.closed
