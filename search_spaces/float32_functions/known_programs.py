"""The best programs known for each function, with what is known of their errors."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomli_w

from search_spaces.float32_functions.typed_program import TypedProgram, decode, encode

FORMAT_VERSION = 1
FILE = Path(__file__).with_suffix(".toml")
_HEADER = "# The best programs known for each function, as runs/float32/bench/keeping.py writes them.\n"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check of every input of a domain found, and where the program comes from.

    Attributes:
        max_ulp: the greatest error.
        where: the input of the greatest error.
        mean_ulp: the mean of the errors.
        share_correct: the share of values that are correctly rounded.
        falls: how often the program goes the wrong way from one input to the next.
        specials_right: whether zeros, infinities, NaN and the like give what they must.
        inputs: how many were tried.
        lower: least input of the domain.
        upper: greatest input.
        arithmetic: ``flushed`` where subnormal numbers counted as zeros, ``kept`` otherwise.
        date: of the check.
        origin: the search that found it.
        environment: versions, flags and device of the check.
    """

    max_ulp: float
    where: float
    mean_ulp: float
    share_correct: float
    falls: int
    specials_right: bool
    inputs: int
    lower: float
    upper: float
    arithmetic: str
    date: str
    origin: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownProgram:
    """A program for a function.

    Attributes:
        function: the name of the target.
        program: the program.
        evidence: of its errors.
    """

    function: str
    program: TypedProgram
    evidence: Evidence


def read_known_programs(path: Path = FILE) -> Mapping[str, KnownProgram]:
    """Reads the known programs by their function.

    Raises:
        ValueError: naming the file and what is wrong with it.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["format_version"] != FORMAT_VERSION:
            raise ValueError(f"format_version must be {FORMAT_VERSION}, not {data['format_version']!r}")
        found = [_read(row) for row in data.get("programs", ())]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{str(path)!r} is no file of known programs ({error})") from None
    return MappingProxyType({known.function: known for known in found})


def write_known_programs(programs: Iterable[KnownProgram], path: Path = FILE) -> None:
    """Writes the known programs, in the order of their functions."""
    rows = [
        {"function": p.function, "program": encode(p.program), "evidence": asdict(p.evidence)}
        for p in sorted(programs, key=lambda known: known.function)
    ]
    path.write_text(_HEADER + tomli_w.dumps({"format_version": FORMAT_VERSION, "programs": rows}), "utf-8")


def _read(row: Mapping[str, Any]) -> KnownProgram:
    return KnownProgram(row["function"], decode(row["program"]), Evidence(**row["evidence"]))


KNOWN_PROGRAMS = read_known_programs()
"""Every known program by its function."""
