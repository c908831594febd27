"""A watch over the quotes of a CSV while pyarrow, which forgives broken ones, reads it."""

from __future__ import annotations

from typing import IO

import numpy as np

_QUOTE = ord('"')
_NEIGHBOURS = np.frombuffer(b',\r\n"', np.uint8)


class WatchedStream:
    r"""Bytes passed on as they are read, ended by a new line, with every quote checked on the way.

    In a well-formed CSV quotes open and close in turn, a doubled one doing both: one that opens follows a comma, a new
    line or a quote, one that closes precedes one of them, and their number is even. pyarrow takes ``"a"b`` for ``ab``
    and lets a quote that never closes swallow the rest of the file.

    Attributes:
        suspicious: whether a quote broke the rule so far; quotes inside values without quotes break it, too.
        closed: whether pyarrow has closed its view.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.suspicious = False
        self.closed = False
        self._stream = stream
        self._inside = False
        self._last_two = b"\n\n"

    def read(self, size: int) -> bytes:
        """Returns at most ``size`` further bytes."""
        chunk = self._stream.read(size)
        ends = len(chunk) < size
        if ends and (self._last_two + chunk)[-1:] not in (b"\r", b"\n"):
            # without it pyarrow takes a header alone for an empty file
            chunk += b"\n"
        self._check(chunk)
        self.suspicious |= ends and self._inside
        return chunk

    def close(self) -> None:
        """Closes the view alone; who opened the stream closes it."""
        self.closed = True

    def _check(self, chunk: bytes) -> None:
        """Checks the quotes whose neighbours are known; the last byte waits for its successor."""
        text = np.frombuffer(self._last_two + chunk, np.uint8)
        quotes = np.flatnonzero(text[1:-1] == _QUOTE) + 1
        opens = (np.arange(len(quotes)) + self._inside) % 2 == 0
        outer = text[np.where(opens, quotes - 1, quotes + 1)]
        self.suspicious |= not np.isin(outer, _NEIGHBOURS).all()
        self._inside ^= len(quotes) % 2 == 1
        self._last_two = text[-2:].tobytes()
