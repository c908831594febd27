"""How fast the best program of a run was beside jnp's function, as speed.json keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, write_atomically
from runs.report.text import TIMES

SPEED_FILE = "speed.json"


@dataclass(frozen=True, slots=True)
class Timing:
    """The two side by side, compiled for vectors of one width.

    Attributes:
        width: of the vectors that XLA prefers, in bits.
        nanoseconds: of the program, per element.
        peer_nanoseconds: of jnp's function, per element.
        ratio: how many times as fast the program is.
        low: end of the ratio's 95 % interval.
        high: the other end.
    """

    width: int
    nanoseconds: float
    peer_nanoseconds: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Speed:
    """The best program's speed.

    Attributes:
        genome: the program that was timed, encoded.
        peer: what it was timed beside: ``jnp.tanh``.
        elements: of the array.
        rounds: turns that each had.
        timings: by width.
        machine: what it ran on.
        date: of the measurement.
    """

    genome: str
    peer: str
    elements: int
    rounds: int
    timings: tuple[Timing, ...]
    machine: str
    date: str

    @property
    def best(self) -> Timing:
        """At the width at which the program takes least time."""
        return min(self.timings, key=lambda timing: timing.nanoseconds)


def read_speed(path: Path) -> Speed | None:
    """Reads speed.json, None where there is none.

    Raises:
        ValueError: naming the file when it is broken or of a newer format.
    """
    if not path.exists():
        return None
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        check_format(data.pop(FORMAT_KEY, None), path)
        return Speed(**{**data, "timings": tuple(Timing(**timing) for timing in data["timings"])})
    except (OSError, TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"{str(path)!r} is no record of a speed ({error}); remove it") from None


def write_speed(speed: Speed, path: Path) -> None:
    """Writes speed.json; an earlier one is replaced.

    Raises:
        ValueError: when the disk is full.
    """
    text = json.dumps({FORMAT_KEY: FORMAT, **asdict(speed)}, indent=1)
    write_atomically(path, text.encode())


def speed_line(speed: Speed) -> str:
    """Writes the speed in one line."""
    parts = [f"{timing_text(timing)} ({timing.width}-bit vectors)" for timing in speed.timings]
    return f"beside {speed.peer}, arrays of {speed.elements:,}: {'; '.join(parts)}"


def timing_text(timing: Timing) -> str:
    """Writes a timing: ``0.15 against 0.28 ns per element, 1.87x as fast [1.8, 1.9]``."""
    times = f"{timing.nanoseconds:.3f} against {timing.peer_nanoseconds:.3f} ns per element"
    return f"{times}, {timing.ratio:.2f}{TIMES} as fast [{timing.low:.2f}, {timing.high:.2f}]"


def speed_facts(speed: Speed) -> tuple[tuple[str, str], ...]:
    """Returns the speed as pairs (what, figure), the headline first."""
    return (
        (f"as fast as {speed.peer}", f"{speed.best.ratio:.2f}{TIMES}"),
        *((f"{timing.width}-bit vectors", timing_text(timing)) for timing in speed.timings),
        ("how", f"arrays of {speed.elements:,}, {speed.rounds:,} turns each, on {speed.machine}, {speed.date}"),
    )
