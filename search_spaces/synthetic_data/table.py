"""Tables: the genome of synthetic data, a code for every cell."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.grid import Codes

_TYPES: dict[str, np.dtype[Any]] = {"uint8": np.dtype("u1"), "uint16": np.dtype("<u2"), "int32": np.dtype("<i4")}
_KEYS = {"rows", "columns", "sweeps", "dtype", "codes"}

_MOST_EXPANSION = 1100
"""Bytes that one byte of a zlib stream expands to, at most, with a margin; a text that claims more is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table of codes, of which equal contents are equal.

    Attributes:
        codes: int32 ``(num_rows, num_columns)``, not negative, contiguous by rows and not writeable; copied where the
            array given is not so.
        sweeps: how many sweeps evolution has made of it, its place in the annealing schedule.
    """

    codes: Codes
    sweeps: int = 0

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if codes.ndim != 2 or codes.dtype != np.int32:
            raise ValueError(f"codes must be int32 (num_rows, num_columns), not {codes.dtype} {codes.shape}")
        if codes.flags.writeable or not codes.flags.c_contiguous:
            codes = np.array(codes, order="C")
            codes.flags.writeable = False
        object.__setattr__(self, "codes", codes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.sweeps == other.sweeps and np.array_equal(self.codes, other.codes)

    def __hash__(self) -> int:
        return hash((self.sweeps, self.codes.shape, self.codes.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        # NumPy reads pickled arrays back as writeable
        return Table, (self.codes, self.sweeps)

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return int(self.codes.shape[0])

    @property
    def num_columns(self) -> int:
        """The number of columns."""
        return int(self.codes.shape[1])


def encode(table: Table) -> str:
    """Writes a table as one line of JSON, the codes column by column in the least type that holds them, compressed."""
    largest = int(table.codes.max(initial=0))
    name = "uint8" if largest < 2**8 else "uint16" if largest < 2**16 else "int32"
    packed = zlib.compress(np.ascontiguousarray(table.codes.T, dtype=_TYPES[name]).tobytes())
    data = {
        "rows": table.num_rows,
        "columns": table.num_columns,
        "sweeps": table.sweeps,
        "dtype": name,
        "codes": base64.b64encode(packed).decode("ascii"),
    }
    return json.dumps(data, separators=(",", ":"))


def decode(text: str) -> Table:
    """Reads a table that :func:`encode` wrote.

    Raises:
        ValueError: when the text is not an encoded table.
    """
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or data.keys() != _KEYS:
            raise ValueError(f"it must have the keys {', '.join(sorted(_KEYS))}")
        rows, columns, sweeps = (_count(data[name], name) for name in ("rows", "columns", "sweeps"))
        codes = _unpacked(data["codes"], rows, columns, data["dtype"])
    except (ValueError, TypeError, KeyError, RecursionError, zlib.error) as error:
        raise ValueError(f"not an encoded table ({error}): {text[:80]!r}") from error
    return Table(codes, sweeps)


def _count(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} must be a whole number of at least 0, not {value!r}")
    return value


def _unpacked(text: str, rows: int, columns: int, name: str) -> Codes:
    packed = base64.b64decode(text, validate=True)
    num_bytes = rows * columns * _TYPES[name].itemsize
    if num_bytes > _MOST_EXPANSION * len(packed):
        raise ValueError(f"{rows} rows x {columns} columns do not fit into {len(packed)} compressed bytes")
    stream = zlib.decompressobj()
    raw = stream.decompress(packed, num_bytes + 1)
    if len(raw) != num_bytes or not stream.eof or stream.unused_data:
        raise ValueError(f"codes must hold {rows} rows x {columns} columns and nothing else")
    # a writeable array of its own, by rows
    codes: Codes = np.frombuffer(raw, dtype=_TYPES[name]).reshape(columns, rows).T.astype(np.int32, order="C")
    if codes.min(initial=0) < 0:
        raise ValueError(f"a code must be at least 0, not {codes.min()}")
    return codes


def fingerprint(table: Table) -> int:
    """Returns a 63-bit hash of the rows as a multiset: the order of rows and the sweeps do not count.

    Rows are hashed column by column with the finaliser of SplitMix64 (Steele, Lea, Flood 2014), and their hashes added.
    """
    hashes = np.zeros(table.num_rows, dtype=np.uint64)
    for column in table.codes.T:
        hashes = _mixed(hashes ^ column.astype(np.uint64))
    total = np.array([hashes.sum(dtype=np.uint64), table.num_rows, table.num_columns], dtype=np.uint64)
    return int(_mixed(_mixed(_mixed(total[:1]) ^ total[1:2]) ^ total[2:])[0]) >> 1


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = hashes + np.uint64(0x9E3779B97F4A7C15)
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))
